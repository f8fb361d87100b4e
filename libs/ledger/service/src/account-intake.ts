import type { AccountEvent } from '@argosy/contracts';
import { type AccountId, type AccountKind, type Clock, Fault, type Venue } from '@argosy/domain';
import type { BookingReceipt, BookingRequest, LedgerFact, LedgerStore } from '@argosy/ledger-core';
import type { Consumed, Logger, Span, Tracer } from '@argosy/platform-port';
import { accountKindOf, factOf } from './event-facts.js';
import type { EventSource } from './event-source.js';
import type { LedgerMetrics } from './ledger.metrics.js';

/** Events booked in one transaction. */
export const BATCH_EVENTS_MAX = 256;
/** A cursor this far behind in the store is moved even without money: what a restart would have to read again. */
const CURSOR_LAG_MAX = 512n;

export interface IntakeParts {
  readonly store: LedgerStore;
  readonly source: EventSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: LedgerMetrics;
  readonly onBooked: (receipt: BookingReceipt) => void;
  /** After each run of events, whether it moved money or not. */
  readonly onRead: (last: AccountEvent) => void;
}

interface HandedOver {
  readonly last: bigint;
  readonly atMs: number;
  readonly booking: Promise<BookingReceipt>;
}

interface Waiting {
  readonly event: AccountEvent;
  readonly settle: (outcome: Consumed) => void;
}

/**
 * Reads one account's facts in their sequence and books them, whatever order and how often they arrive. While one batch is
 * being booked the next one gathers, so a busy account books in large batches and a quiet one at once. A gap is refilled
 * from execution before anything after it is booked (I-42); trouble asks for redelivery and loses nothing.
 */
export class AccountIntake {
  private readonly waiting = new Map<bigint, Waiting[]>();
  private running: Promise<void> | undefined;
  /** A full batch that was handed over behind the one on its way. */
  private next: HandedOver | undefined;
  private storedSequence: bigint;

  constructor(
    readonly accountId: AccountId,
    readonly venue: Venue,
    private readonly parts: IntakeParts,
    private sequence: bigint,
    private entries: bigint,
  ) {
    this.storedSequence = sequence;
  }

  /** Everything up to here is in the books. */
  get readUpTo(): bigint {
    return this.sequence;
  }

  /** Resolves once the event is in the books (`done`), or cannot be yet (`later`). */
  offer(event: AccountEvent): Promise<Consumed> {
    if (event.sequence <= this.sequence) return Promise.resolve('done');
    return new Promise((settle) => {
      this.waiting.set(event.sequence, [...(this.waiting.get(event.sequence) ?? []), { event, settle }]);
      void this.run();
    });
  }

  /** Reads on from execution until nothing is missing; for start-up, reconnection and the steady look for lost tails. */
  async catchUp(): Promise<void> {
    while (await this.refill()) this.parts.metrics.refills.add({ account: this.accountId });
  }

  private run(): Promise<void> {
    this.running ??= this.exclusive(this.drain());
    return this.running;
  }

  /** Only one reader an account; what was offered while it finished starts the next. */
  private async exclusive<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } finally {
      this.running = undefined;
      if (this.waiting.size > 0) void this.run();
    }
  }

  private async drain(): Promise<void> {
    try {
      // Events handed over in the same tick belong in the same batch.
      await Promise.resolve();
      while (this.waiting.size > 0) {
        const events = this.nextRun();
        if (events.length > 0) await this.book(events);
        else if (!(await this.refillNow()))
          throw new Fault(
            'SERVICE_UNAVAILABLE',
            `events of ${this.accountId} after ${String(this.sequence)} are missing`,
          );
        this.settleRead();
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.parts.logger.warning('booking_delayed', {
        account: this.accountId,
        after: String(this.sequence),
        reason: error.message,
      });
      this.parts.metrics.delays.add({ account: this.accountId, code: error.code });
      for (const list of this.waiting.values()) for (const { settle } of list) settle('later');
      this.waiting.clear();
    }
  }

  /** The longest run without a gap that is waiting. */
  private nextRun(after = this.sequence): AccountEvent[] {
    const events: AccountEvent[] = [];
    for (let next = after + 1n; events.length < BATCH_EVENTS_MAX; next += 1n) {
      const [first] = this.waiting.get(next) ?? [];
      if (first === undefined) break;
      events.push(first.event);
    }
    return events;
  }

  /** Books what the ledger found by itself, between two runs of events; the cursor stays. */
  async note(fact: LedgerFact, accountKind: AccountKind): Promise<void> {
    await this.between(async () => {
      const { clock, metrics } = this.parts;
      const atMs = clock.monotonicMs();
      const at = this.storedSequence;
      const receipt = await this.request([fact], { accountKind, factsSequence: at, behind: at });
      metrics.booked(receipt, (clock.monotonicMs() - atMs) / 1_000);
      this.booked(receipt);
    });
  }

  /** True when something was read. */
  private refill(): Promise<boolean> {
    return this.between(() => this.refillNow());
  }

  private async between<T>(work: () => Promise<T>): Promise<T> {
    while (this.running !== undefined) await this.running;
    const working = this.exclusive(work());
    this.running = working.then(
      () => undefined,
      () => undefined,
    );
    return working;
  }

  private async refillNow(): Promise<boolean> {
    const { events } = await this.parts.source.page(this.accountId, this.sequence + 1n);
    const fresh = events.filter(({ sequence }) => sequence > this.sequence);
    if (fresh.length === 0) return false;
    for (const [index, { sequence }] of fresh.entries()) {
      const expected = this.sequence + 1n + BigInt(index);
      if (sequence !== expected)
        throw new Fault(
          'MESSAGE_INVALID',
          `event ${String(expected)} of ${this.accountId} is missing from execution's own record`,
        );
    }
    await this.book(fresh);
    this.settleRead();
    return true;
  }

  private async book(events: readonly AccountEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    const facts = this.factsOf(events);
    if (facts.length > 0 || last.sequence - this.storedSequence >= CURSOR_LAG_MAX) await this.post(events, facts, last);
    this.sequence = last.sequence;
    this.parts.onRead(last);
  }

  private async post(events: readonly AccountEvent[], facts: readonly LedgerFact[], last: AccountEvent): Promise<void> {
    const { clock, metrics } = this.parts;
    const spans = this.startSpans(events);
    const { atMs, booking } =
      this.next?.last === last.sequence ? this.next : this.handOver(facts, last, this.storedSequence);
    try {
      this.handOverNext(last.sequence);
      const receipt = await booking;
      this.storedSequence = last.sequence;
      metrics.booked(receipt, (clock.monotonicMs() - atMs) / 1_000);
      this.booked(receipt);
    } catch (error) {
      // What was handed over behind it is not booked either, and has to be over before anything comes again.
      await this.next?.booking.catch(() => undefined);
      this.next = undefined;
      for (const span of spans) span.fail(error instanceof Error ? error.message : 'booking failed');
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  }

  private handOver(facts: readonly LedgerFact[], last: AccountEvent, behind: bigint): HandedOver {
    const booking = this.request(facts, { accountKind: accountKindOf(last), factsSequence: last.sequence, behind });
    return { last: last.sequence, atMs: this.parts.clock.monotonicMs(), booking };
  }

  private request(
    facts: readonly LedgerFact[],
    cursor: Pick<BookingRequest, 'accountKind' | 'factsSequence' | 'behind'>,
  ): Promise<BookingReceipt> {
    const { clock, store } = this.parts;
    const { accountId, venue } = this;
    return store.book({ accountId, venue, facts, ...cursor, bookedAtNs: clock.now() });
  }

  private booked(receipt: BookingReceipt): void {
    this.entries += BigInt(receipt.booked.length);
    this.report(receipt);
    this.parts.onBooked(receipt);
  }

  /** A batch that is full already gains nothing by waiting; the first of all depends on what the books hold then. */
  private handOverNext(after: bigint): void {
    this.next = undefined;
    const events = this.entries === 0n ? [] : this.nextRun(after);
    const last = events.at(-1);
    if (last === undefined || events.length < BATCH_EVENTS_MAX) return;
    const facts = this.factsOf(events);
    if (facts.length === 0) return;
    this.next = this.handOver(facts, last, after);
    // Whoever waits for the one before hears of it first; this one is asked in its turn.
    this.next.booking.catch(() => undefined);
  }

  private factsOf(events: readonly AccountEvent[]): LedgerFact[] {
    const facts: LedgerFact[] = [];
    for (const event of events) {
      const fact = factOf(event, this.entries === 0n && facts.length === 0);
      if (fact !== undefined) facts.push(fact);
    }
    return facts;
  }

  /** The last step of each fill's own trace: tick → … → fill → posting. */
  private startSpans(events: readonly AccountEvent[]): Span[] {
    return events
      .filter(({ fact, traceparent }) => fact.kind === 'order_filled' && traceparent !== '')
      .map(({ traceparent, sequence }) =>
        this.parts.tracer.start('ledger.post', {
          kind: 'consumer',
          parent: { traceparent },
          attributes: { account: this.accountId, sequence: Number(sequence) },
        }),
      );
  }

  private report({ booked, refused }: BookingReceipt): void {
    for (const { kind, instrumentId, details, sequence } of booked) {
      if (kind !== 'suspense' && kind !== 'correction') continue;
      const { accountId: account } = this;
      this.parts.logger.warning(`${kind}_booked`, {
        account,
        instrument: instrumentId,
        entry: String(sequence),
        ...details,
      });
    }
    for (const { externalId, refusal } of refused) {
      this.parts.logger.error('fact_not_booked', {
        account: this.accountId,
        externalId,
        code: refusal.code,
        ...refusal.details,
      });
    }
  }

  private settleRead(): void {
    for (const [sequence, list] of this.waiting) {
      if (sequence > this.sequence) continue;
      this.waiting.delete(sequence);
      for (const { settle } of list) settle('done');
    }
  }
}
