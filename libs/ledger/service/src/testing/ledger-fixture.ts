import { createHash } from 'node:crypto';
import {
  type AccountEvent,
  accountEventCodec,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  type AccountFact,
  type AccountObservation,
  subjects,
} from '@argosy/contracts';
import {
  type AccountId,
  accountId,
  type Clock,
  Fault,
  type Fill,
  fillId,
  type InstrumentId,
  instrumentId,
  ok,
  parseAmount,
  parsePrice,
  parseQuantity,
  strategyId,
  timeNs,
  type Timers,
  venueOrderId,
} from '@argosy/domain';
import { type BookingReceipt, type BookingRequest, Digest, MemoryLedgerStore } from '@argosy/ledger-core';
import {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  type LogData,
  Logger,
  type LogLevel,
  type MessageBus,
  Metrics,
  type MetricSpec,
  SilentLogger,
  type Span,
  type SpanOptions,
  Tracer,
} from '@argosy/platform-port';
import { LedgerService } from '../ledger.service.js';

export const MAIN: AccountId = accountId('main');
export const BTC: InstrumentId = instrumentId('hyperliquid_BTC-PERP');
export const NOON = 1_767_268_800_000_000_000n;

class NodeDigest extends Digest {
  override sha256(...parts: readonly Uint8Array[]): Uint8Array {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  }
}

/** The memory store, with a switch that makes it unreachable and a note of how it was used. */
export class TestStore extends MemoryLedgerStore {
  down = false;
  /** How many of the next bookings reach the store before one that does not. */
  failsAfter = Infinity;
  readonly batches: number[] = [];
  constructor() {
    super(new NodeDigest());
  }
  override async book(request: BookingRequest): Promise<BookingReceipt> {
    this.failsAfter -= 1;
    if (this.down || this.failsAfter === -1) throw new Fault('STORE_UNAVAILABLE', 'no store');
    this.batches.push(request.facts.length);
    return super.book(request);
  }
}

export class TestTracer extends Tracer {
  readonly spans: { name: string; parent: string | undefined; failed: string | undefined; ended: boolean }[] = [];
  override start(name: string, options: SpanOptions = {}): Span {
    const span = { name, parent: options.parent?.traceparent, failed: undefined as string | undefined, ended: false };
    this.spans.push(span);
    return {
      context: { traceparent: '' },
      set: () => undefined,
      fail: (reason) => (span.failed = reason),
      end: () => (span.ended = true),
    };
  }
}

/** Values by `name{label="value"}`. */
export class TestMetrics extends Metrics {
  readonly values = new Map<string, number>();
  readonly names = new Set<string>();
  override counter<L extends string>({ name }: MetricSpec<L>): Counter<L> {
    this.names.add(name);
    return {
      add: (labels, value = 1) =>
        this.values.set(keyOf(name, labels), (this.values.get(keyOf(name, labels)) ?? 0) + value),
    };
  }
  override gauge<L extends string>({ name }: MetricSpec<L>): Gauge<L> {
    this.names.add(name);
    return { set: (labels, value) => this.values.set(keyOf(name, labels), value) };
  }
  override histogram<L extends string>({ name }: MetricSpec<L>): Histogram<L> {
    this.names.add(name);
    return { observe: (labels, value) => this.values.set(keyOf(name, labels), value) };
  }
}
const keyOf = (name: string, labels: Labels<string>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
};

export class TestLogger extends Logger {
  readonly lines: string[] = [];
  override log(level: LogLevel, eventType: string, data: LogData = {}): void {
    this.lines.push(`${level} ${eventType} ${JSON.stringify(data)}`);
  }
  override child(): Logger {
    return new SilentLogger();
  }
}

/** Execution as the ledger sees it: a record of facts, a stream, and answers to refills. */
export class FakeExecution {
  readonly record: AccountEvent[] = [];
  asked = 0;
  refusing = false;

  constructor(private readonly bus: MessageBus) {
    bus.subscribe(
      subjects.orderEvents,
      accountEventsRequestCodec,
      { queueLimit: 16 },
      ({ accountId: id, fromSequence, limit }, { replyTo }) => {
        this.asked += 1;
        if (replyTo === undefined || this.refusing) return;
        const mine = this.record.filter((event) => event.accountId === id);
        const events = mine.filter(({ sequence }) => sequence >= fromSequence).slice(0, limit);
        bus.reply(replyTo, accountEventsPageCodec, ok({ events, lastSequence: mine.at(-1)?.sequence ?? 0n }));
      },
    );
  }

  /** Durable in the record, and not published yet. */
  happened(fact: AccountFact, account: AccountId = MAIN): AccountEvent {
    const sequence = BigInt(this.record.filter((event) => event.accountId === account).length + 1);
    const event: AccountEvent = {
      eventId: `${account}-${String(sequence)}`,
      accountId: account,
      venue: 'hyperliquid',
      sequence,
      epoch: 1,
      occurredAt: timeNs(NOON),
      traceparent: `00-${String(sequence).padStart(32, '0')}-00000000000000a1-01`,
      fact,
    };
    this.record.push(event);
    return event;
  }

  async publish(event: AccountEvent, eventId = event.eventId): Promise<void> {
    const subject = subjects.accountFact(event.fact.kind, event.venue, event.accountId, 'none');
    await this.bus.publishDurable(subject, accountEventCodec, event, { eventId });
  }
}

export const filled = (id: string, changes: Partial<Fill> = {}, arrival?: string): AccountFact => ({
  kind: 'order_filled',
  fill: {
    fillId: fillId(id),
    venueOrderId: venueOrderId('1'),
    accountId: MAIN,
    accountKind: 'live',
    strategyId: strategyId('maker'),
    venue: 'hyperliquid',
    instrumentId: BTC,
    side: 'buy',
    price: parsePrice('100'),
    quantity: parseQuantity('1'),
    fee: parseAmount('0.1'),
    feeAsset: 'USDC',
    liquidity: 'maker',
    venueTimeNs: timeNs(NOON),
    ...changes,
  },
  ...(arrival === undefined ? {} : { arrivalMid: parsePrice(arrival) }),
});

export const observed = (cash: string, changes: Partial<AccountObservation> = {}): AccountFact => ({
  kind: 'observed',
  observation: {
    accountKind: 'live',
    equity: parseAmount(cash),
    cash: parseAmount(cash),
    rawCash: parseAmount(cash),
    marginUsed: parseAmount('0'),
    asset: 'USDC',
    positions: [],
    venueTimeNs: timeNs(NOON),
    reconciled: true,
    ...changes,
  },
});

export const fundingPaid = (id: string, amount: string): AccountFact => ({
  kind: 'funding_paid',
  payment: {
    paymentId: id,
    accountId: MAIN,
    accountKind: 'live',
    venue: 'hyperliquid',
    instrumentId: BTC,
    asset: 'USDC',
    amount: parseAmount(amount),
    position: parseAmount('1'),
    rate: parseAmount('0.0001'),
    venueTimeNs: timeNs(NOON),
  },
});

/** A ledger over test parts; a second one on the same store and bus is the process after a crash. */
export function aLedger(bus: MessageBus, clock: Clock, timers: Timers, store = new TestStore()) {
  const parts = {
    store,
    bus,
    clock,
    timers,
    logger: new TestLogger(),
    metrics: new TestMetrics(),
    tracer: new TestTracer(),
  };
  return { ...parts, service: new LedgerService(parts) };
}
