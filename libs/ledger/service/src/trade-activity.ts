import { nsToMs, timeNs } from '@argosy/domain';
import { type Entry, type HeldPosition, positionKey } from '@argosy/ledger-core';
import type { LedgerMetrics } from './ledger.metrics.js';

interface Running {
  readonly quantity: bigint;
  readonly openedAtNs: bigint;
}

/** Counts what fills did since the start: won and closed trades, makers, how long positions lasted. */
export class TradeActivity {
  private readonly running = new Map<string, Running>();
  private fills = 0;
  private makers = 0;
  private won = 0;

  constructor(private readonly metrics: LedgerMetrics) {}

  /** What was open before the process started. */
  resume(positions: Iterable<HeldPosition>): void {
    for (const { accountId, strategyId, instrumentId, quantity, openedAtNs } of positions) {
      this.running.set(`${accountId}/${positionKey(strategyId, instrumentId)}`, {
        quantity,
        openedAtNs: openedAtNs ?? 0n,
      });
    }
  }

  booked(entries: Iterable<Entry>): void {
    for (const entry of entries) if (entry.kind === 'fill') this.fill(entry);
    if (this.fills > 0) this.metrics.makerRatio.set({}, this.makers / this.fills);
    this.metrics.tradesWon.set({}, this.won);
  }

  private fill(entry: Entry): void {
    this.fills += 1;
    if (entry.details.liquidity === 'maker') this.makers += 1;
    const key = `${entry.accountId}/${positionKey(entry.strategyId, entry.instrumentId)}`;
    const before = this.running.get(key) ?? { quantity: 0n, openedAtNs: entry.occurredAtNs };
    const quantity = before.quantity + sumOf(entry, 'position_quantity');
    if (before.quantity !== 0n && before.quantity > 0n !== sumOf(entry, 'position_quantity') > 0n) this.closed(entry);
    const lives = before.quantity !== 0n && quantity !== 0n && before.quantity > 0n === quantity > 0n;
    if (before.quantity !== 0n && !lives) {
      this.metrics.tradeSeconds.observe({}, nsToMs(timeNs(entry.occurredAtNs - before.openedAtNs)) / 1_000);
    }
    this.running.set(key, { quantity, openedAtNs: lives ? before.openedAtNs : entry.occurredAtNs });
  }

  /** Part of a position was closed: by average cost it won or it did not. */
  private closed(entry: Entry): void {
    this.metrics.tradesClosed.add({});
    // Income is a credit: a profit is a negative posting.
    if (sumOf(entry, 'realised_pnl') < 0n) this.won += 1;
  }
}

const sumOf = ({ postings }: Entry, type: string): bigint =>
  postings.reduce((sum, { account, amount }) => (account.type === type ? sum + amount : sum), 0n);
