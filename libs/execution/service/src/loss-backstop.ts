import { type Amount, type Clock, Fault, format } from '@argosy/domain';
import { type BackstopDay, watchDailyLoss } from '@argosy/execution-core';
import type { AccountPorts } from './account-ports.js';
import type { AccountSettings } from './execution-settings.js';

/** Between two writes of a day whose start has not changed, ms. */
const KEEP_EVERY_MS = 60_000;

/** Of one observation of the account, what the backstop needs. */
interface Observed {
  readonly equity: Amount;
  /** Absent: as last known. */
  readonly netTransfers?: Amount;
  readonly venueTimeNs: BackstopDay['last']['at'];
}

/**
 * The last line of RK-2: what risk's own limits should have stopped long before. It sees the venue's word on the account and
 * nothing of risk's, and it kills.
 */
export class LossBackstop {
  private day: BackstopDay | undefined;
  private keptAtMs = Number.NEGATIVE_INFINITY;
  private keptStart: bigint | undefined;
  private told = false;

  constructor(
    private readonly account: AccountSettings,
    private readonly limit: Amount,
    private readonly ports: Pick<AccountPorts, 'journal' | 'logger'> & { readonly clock: Clock },
    private readonly kill: (reason: string) => void,
  ) {}

  /** What an earlier leader measured the day from. Faults: STORE_UNAVAILABLE. */
  async load(): Promise<void> {
    this.day = await this.ports.journal.lossDay(this.account.accountId);
  }

  observed({ equity, netTransfers, venueTimeNs }: Observed): void {
    const known = netTransfers ?? this.day?.last.netTransfers ?? (0n as Amount);
    const point = { at: venueTimeNs, equity, netTransfers: known };
    const { day, loss, kill } = watchDailyLoss(this.day, point, this.limit);
    if (day.day !== this.day?.day) this.told = false;
    this.day = day;
    this.keep(day);
    if (!kill || this.told) return;
    this.told = true;
    const reason = `daily loss of ${this.account.accountId}: ${format(loss)} of the equity at 00:00 UTC, limit ${format(this.limit)}`;
    this.ports.logger.critical('daily_loss_backstop', { account: this.account.accountId, loss: format(loss) });
    this.kill(reason);
  }

  private keep(day: BackstopDay): void {
    const nowMs = this.ports.clock.monotonicMs();
    if (day.start.at === this.keptStart && nowMs - this.keptAtMs < KEEP_EVERY_MS) return;
    this.keptStart = day.start.at;
    this.keptAtMs = nowMs;
    this.ports.journal.keepLossDay(this.account.accountId, day).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      this.keptStart = undefined;
    });
  }
}
