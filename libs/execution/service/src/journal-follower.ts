import { accountEventCodec, type AccountFact } from '@argosy/contracts';
import {
  type Amount,
  Fault,
  type Fill,
  type FillId,
  type InstrumentId,
  type Order,
  type OrderRequestId,
  type ClientOrderId,
  type TimeNs,
  type Timer,
} from '@argosy/domain';
import { isRepeat, type JournalPast, type JournalState, PositionBook } from '@argosy/execution-core';
import type { AccountPorts } from './account-ports.js';
import type { AccountSettings } from './execution-settings.js';

/** Requests, fills and payments remembered, each. */
const KEPT = 20_000;
const PAGE = 1_000;
const FOLLOW_INTERVAL_MS = 250;

/**
 * An account's journal as a standby holds it: its past loaded once and kept up with the journal's own events, so that a
 * takeover reads only what is in the air. It writes nothing.
 */
export class JournalFollower {
  private past: Past | undefined;
  private reading: Promise<void> | undefined;
  private timer: Timer | undefined;

  constructor(
    private readonly account: AccountSettings,
    private readonly ports: Pick<AccountPorts, 'journal' | 'timers' | 'logger'>,
  ) {}

  /** Resolves when the past is loaded, or at once for an account that nobody has led yet. Faults: STORE_UNAVAILABLE. */
  async start(): Promise<void> {
    await this.catchUp();
    this.timer = this.ports.timers.every(FOLLOW_INTERVAL_MS, () => void this.follow());
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** The whole state under an epoch that has just been claimed: nobody else writes any more. Faults: STORE_UNAVAILABLE. */
  async takeOver(): Promise<JournalState> {
    this.stop();
    const { journal } = this.ports;
    const [present] = await Promise.all([journal.present(this.account), this.catchUp()]);
    const known = this.past;
    if (known === undefined || known.anchoredAt !== present.anchoredAt) return journal.load(this.account);
    if (known.sequence !== present.lastSequence) await this.catchUp();
    return { ...present, ...known.state() };
  }

  private async follow(): Promise<void> {
    try {
      await this.catchUp();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('standby_behind', { account: this.account.accountId, reason: error.message });
    }
  }

  /** One reading at a time: two would apply a fill twice. */
  private async catchUp(): Promise<void> {
    while (this.reading !== undefined) await this.reading.catch(() => undefined);
    this.reading = this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    const { journal } = this.ports;
    const { accountId } = this.account;
    if (this.past === undefined) {
      if ((await journal.epoch(accountId)) === 0) return;
      const loaded = await journal.load(this.account);
      // Before the anchor there is nothing to hold: the opening position is not an event.
      if (loaded.anchoredAt !== undefined) this.past = new Past(loaded);
      return;
    }
    for (;;) {
      const events = await journal.events(accountId, this.past.sequence + 1n, PAGE);
      for (const { sequence, payload } of events) this.past.take(sequence, accountEventCodec.decode(payload).fact);
      if (events.length < PAGE) return;
    }
  }
}

/** The journal's past, moved on by facts exactly as the journal itself would give it. */
class Past {
  readonly anchoredAt: TimeNs | undefined;
  sequence: bigint;
  private readonly requests: Map<OrderRequestId, ClientOrderId>;
  private readonly positions: PositionBook;
  private readonly fills: Map<FillId, TimeNs>;
  private fillsFloor: TimeNs;
  private readonly fundings: Set<string>;

  constructor(loaded: JournalState) {
    this.anchoredAt = loaded.anchoredAt;
    this.sequence = loaded.lastSequence;
    this.requests = new Map(loaded.requests);
    this.positions = new PositionBook(loaded.positions);
    this.fills = new Map(loaded.recentFills.map(({ fillId, venueTimeNs }) => [fillId, venueTimeNs]));
    this.fillsFloor = loaded.fillsFloor;
    this.fundings = new Set(loaded.recentFundings);
  }

  take(sequence: bigint, fact: AccountFact): void {
    this.sequence = sequence;
    if (fact.kind === 'order_changed' && !fact.order.external) {
      this.answered(fact.order);
    } else if (fact.kind === 'order_filled') {
      this.fill(fact.fill);
    } else if (fact.kind === 'funding_paid') {
      this.fundings.add(fact.payment.paymentId);
      shorten(this.fundings);
    }
  }

  private answered(order: Order): void {
    if (!isRepeat(order)) this.requests.set(order.orderRequestId, order.clientOrderId);
    else if (this.requests.get(order.orderRequestId) === order.clientOrderId)
      this.requests.delete(order.orderRequestId);
    shorten(this.requests);
  }

  private fill({ fillId, venueTimeNs, ...moved }: Fill): void {
    if (this.fills.has(fillId)) return;
    this.fills.set(fillId, venueTimeNs);
    this.positions.apply(moved);
    const forgotten = shorten(this.fills);
    // What is forgotten must not come back as news.
    if (forgotten !== undefined && forgotten[1] > this.fillsFloor) this.fillsFloor = forgotten[1];
  }

  state(): JournalPast {
    return {
      requests: this.requests,
      positions: new Map<InstrumentId, Amount>(
        this.positions.all().map(({ instrumentId, quantity }) => [instrumentId, quantity]),
      ),
      recentFills: [...this.fills].map(([fillId, venueTimeNs]) => ({ fillId, venueTimeNs })),
      fillsFloor: this.fillsFloor,
      recentFundings: this.fundings,
    };
  }
}

/** Drops the oldest beyond the limit and says which it was. */
function shorten<K, V>(kept: Map<K, V>): [K, V] | undefined;
function shorten<K>(kept: Set<K>): [K, K] | undefined;
function shorten<K>(kept: Map<K, unknown> | Set<K>): [K, unknown] | undefined {
  if (kept.size <= KEPT) return undefined;
  const [oldest] = kept.entries();
  if (oldest !== undefined) kept.delete(oldest[0]);
  return oldest;
}
