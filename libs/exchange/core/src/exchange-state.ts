import type { ExchangeConfig } from './api/config.js';
import type { ExchangeEvent, ExchangeListener } from './api/event.js';
import { Accounts } from './account/accounts.js';
import { FeeSchedule } from './account/fee-schedule.js';
import type { Account } from './account/account.js';
import type { AssetMarket } from './market/asset-market.js';

/** Holds the other side of every fill against a recorded background book. */
export const RECORDED_BACKGROUND = '0x000000000000000000000000000000000000b00c';

/** What the parts of the exchange share. Money in micro-USDC. */
export class ExchangeState {
  nowMs = 0;
  nextOid = 1;
  nextTid = 1;
  /** What came in, what fees took, and what rounding funding left over. */
  deposits = 0n;
  fees = 0n;
  fundingRounding = 0n;
  /** Newest funding and premium sample, as multiples of their intervals. */
  fundedMs = 0;
  sampledMs = 0;
  readonly accounts = new Accounts();
  readonly schedule: FeeSchedule;
  readonly markets: AssetMarket[] = [];
  /** Accounts with a scheduled cancel. */
  readonly scheduled = new Set<Account>();
  private readonly dirtyBooks = new Set<number>();
  private readonly dirtyContexts = new Set<number>();

  constructor(
    readonly config: ExchangeConfig,
    readonly emit: ExchangeListener,
  ) {
    this.schedule = new FeeSchedule(config.feeTiers);
  }

  tell(account: Account, event: ExchangeEvent): void {
    if (!account.background) this.emit(event);
  }
  bookChanged(asset: number): void {
    this.dirtyBooks.add(asset);
  }
  contextChanged(asset: number): void {
    this.dirtyContexts.add(asset);
  }
  /** Forgets what changed: after loading a snapshot nothing did. */
  settleQuietly(): void {
    this.dirtyBooks.clear();
    this.dirtyContexts.clear();
  }
  /** Once a command: tells which books and contexts changed. */
  flush(): void {
    for (const asset of this.dirtyBooks) this.emit({ type: 'book', asset, timeMs: this.nowMs });
    for (const asset of this.dirtyContexts) this.emit({ type: 'context', asset, timeMs: this.nowMs });
    this.dirtyBooks.clear();
    this.dirtyContexts.clear();
  }
}

/** The venue names the transaction of a fill by a hash; here it is the trade id in that form. */
export const hashOf = (id: number): string => `0x${id.toString(16).padStart(64, '0')}`;
