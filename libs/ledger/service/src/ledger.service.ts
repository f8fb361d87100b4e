import {
  ACCOUNT_EVENTS_STREAM,
  type AccountEvent,
  accountEventCodec,
  type BalancesPage,
  bookCodec,
  type IntegrityReport,
  marketStateCodec,
  patterns,
  type PnlPage,
  type PnlRequest,
  type PositionsPage,
  type PositionsRequest,
  type ServiceStatus,
  type TradesPage,
  type TradesRequest,
} from '@argosy/contracts';
import {
  type AccountId,
  type Clock,
  Fault,
  ok,
  type Refusal,
  type Result,
  type Timer,
  type Timers,
  type TimeNs,
  type Venue,
} from '@argosy/domain';
import type { BookingReceipt, LedgerStore } from '@argosy/ledger-core';
import {
  type Consumed,
  describeLeadership,
  describeProcess,
  type Logger,
  type MessageBus,
  type Metrics,
  type ProcessFacts,
  type Subscription,
  type Tracer,
} from '@argosy/platform-port';
import { AccountIntake, type IntakeParts } from './account-intake.js';
import { EventSource } from './event-source.js';
import { IntegrityWatch } from './integrity-watch.js';
import { LedgerFigures } from './ledger-figures.js';
import { LedgerMetrics } from './ledger.metrics.js';
import { LedgerQueries } from './ledger-queries.js';
import { MarkPrices, MARKS_MAX } from './mark-prices.js';
import type { Explained } from './suspense-watch.js';
import { TradeActivity } from './trade-activity.js';
import { VenueComparison } from './venue-comparison.js';

const DURABLE = 'ledger-post-fills';
/** Unacknowledged facts: three batches, one being booked, one being prepared and one gathering. */
const IN_FLIGHT_MAX = 768;
const REDELIVERIES_MAX = 1_000;
const FIGURES_INTERVAL_MS = 1_000;
/** I-42 allows five seconds to find and fill a gap at the end of what arrived. */
const CATCH_UP_INTERVAL_MS = 3_000;
/** I-47 allows a minute to find a cut tail. */
const ANCHOR_INTERVAL_MS = 30_000;
/** What a busy account books in a minute is proven in a second. */
const RECENT_CHECK_INTERVAL_MS = 60_000;

const EXPLAINED = 'without the suspense the books say what the venue says';

export interface LedgerPorts {
  readonly store: LedgerStore;
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** Name of the durable consumer, where the wire's permissions know it by another one. */
  readonly durable?: string;
  /** Absent where no process stands behind it, as in simulation. */
  readonly facts?: ProcessFacts;
}

/**
 * The ledger's flow: facts from the stream into the books in their sequence, answers out of the books. Plain class; the
 * app gives it Postgres and NATS, the simulation their twins.
 */
export class LedgerService {
  private readonly metrics: LedgerMetrics;
  private readonly marks: MarkPrices;
  private readonly queries: LedgerQueries;
  private readonly figures: LedgerFigures;
  private readonly activity: TradeActivity;
  private readonly comparison: VenueComparison;
  private readonly source: EventSource;
  private readonly intakes = new Map<AccountId, AccountIntake>();
  private readonly heads = new Map<AccountId, bigint>();
  private readonly subscriptions: Subscription[] = [];
  private readonly timers: Timer[] = [];
  private readonly busy = new Set<string>();
  private readonly integrityWatch: IntegrityWatch;
  private startedNs = 0n as TimeNs;
  private trouble: string | undefined;
  private stopped = false;

  constructor(private readonly ports: LedgerPorts) {
    const { store, bus, clock, logger, metrics } = ports;
    this.metrics = new LedgerMetrics(metrics);
    this.marks = new MarkPrices(clock);
    this.queries = new LedgerQueries(store, this.marks, clock);
    this.figures = new LedgerFigures(store, this.marks, this.metrics, clock);
    this.activity = new TradeActivity(this.metrics);
    this.comparison = new VenueComparison(store, logger, this.metrics, (explained) => this.takeBack(explained));
    this.source = new EventSource(bus);
    this.integrityWatch = new IntegrityWatch({
      queries: this.queries,
      clock,
      logger,
      metrics: this.metrics,
      readUpTo: () => new Map([...this.intakes].map(([id, { readUpTo }]) => [id as string, readUpTo])),
    });
  }

  /** Reads where the books stand and catches up with execution as far as it answers. */
  async start(): Promise<void> {
    const { bus, clock, store, timers } = this.ports;
    this.startedNs = clock.now();
    this.activity.resume(await store.positions());
    for (const { accountId, venue, factsSequence, head } of await store.accounts()) {
      this.openIntake(accountId, venue, factsSequence, head.sequence);
    }
    // Asked to stop while the store was still answering: nothing may be left running.
    if (this.stopped) return;
    this.subscriptions.push(
      bus.subscribeNewest(patterns.everyMarketState, marketStateCodec, { keyLimit: MARKS_MAX }, (state) =>
        this.marks.stateSeen(state),
      ),
      bus.subscribeNewest(patterns.everyBook, bookCodec, { keyLimit: MARKS_MAX }, (book) => this.marks.bookSeen(book)),
    );
    bus.onReconnect(() => void this.alone('catch_up', () => this.catchUp()));
    this.every(CATCH_UP_INTERVAL_MS, 'catch_up', () => this.catchUp());
    this.every(FIGURES_INTERVAL_MS, 'figures', () => this.figures.refresh());
    this.every(ANCHOR_INTERVAL_MS, 'anchor', () => this.anchor());
    this.timers.push(timers.every(RECENT_CHECK_INTERVAL_MS, () => void this.integrityWatch.checkRecent()));
    await this.alone('catch_up', () => this.catchUp());
  }

  /**
   * From here on facts arrive. Apart from `start`, because the stream is made by execution: until it exists the ledger
   * answers from its books, and may be asked to listen again.
   * @throws what the bus throws while there is no such stream.
   */
  async listen(): Promise<void> {
    const { bus, durable = DURABLE } = this.ports;
    const options = {
      durable,
      stream: ACCOUNT_EVENTS_STREAM,
      maxInFlight: IN_FLIGHT_MAX,
      maxRedeliveries: REDELIVERIES_MAX,
    };
    const facts = await bus.consume(patterns.everyAccountFact, accountEventCodec, options, (event) =>
      this.accountFact(event),
    );
    if (this.stopped) facts.close();
    else this.subscriptions.push(facts);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers.splice(0)) timer.cancel();
    for (const subscription of this.subscriptions.splice(0)) subscription.close();
  }

  /** Why the ledger cannot work now. */
  waitingFor(): string | undefined {
    return this.trouble;
  }

  /** One fact of one account; `done` only when it is in the books. */
  accountFact(event: AccountEvent): Promise<Consumed> {
    const intake = this.intakes.get(event.accountId) ?? this.openIntake(event.accountId, event.venue, 0n, 0n);
    return intake.offer(event);
  }

  positions(request: PositionsRequest): Promise<Result<PositionsPage, Refusal>> {
    return this.queries.positions(request);
  }
  pnl(request: PnlRequest): Promise<Result<PnlPage, Refusal>> {
    return this.queries.pnl(request);
  }
  trades(request: TradesRequest): Promise<Result<TradesPage, Refusal>> {
    return this.queries.trades(request);
  }
  balances(): Promise<Result<BalancesPage, Refusal>> {
    return this.queries.balances();
  }

  async integrity(): Promise<Result<IntegrityReport, Refusal>> {
    return ok(await this.integrityWatch.checkAll());
  }

  status(): Result<ServiceStatus, Refusal> {
    const { facts } = this.ports;
    const process =
      facts === undefined ? { version: '', pid: 0, memoryBytes: 0n, conditions: [] } : describeProcess(facts);
    const met = this.trouble === undefined;
    const books = { name: 'books', met, reason: this.trouble ?? '', sinceNs: this.startedNs };
    const integrity = this.integrityWatch.condition(this.startedNs);
    return ok({
      ...process,
      service: 'ledger',
      role: 'primary',
      epoch: this.epoch,
      ready: met && integrity.met && process.conditions.every((condition) => condition.met),
      conditions: [books, integrity, ...process.conditions],
      startedNs: this.startedNs,
      venues: [],
    });
  }

  private openIntake(accountId: AccountId, venue: Venue, factsSequence: bigint, entries: bigint): AccountIntake {
    const { store, clock, logger, tracer } = this.ports;
    const onBooked = ({ booked }: BookingReceipt): void => this.activity.booked(booked);
    const onRead = (last: AccountEvent): void => this.read(last);
    const parts: IntakeParts = {
      store,
      source: this.source,
      clock,
      logger,
      tracer,
      metrics: this.metrics,
      onBooked,
      onRead,
    };
    const intake = new AccountIntake(accountId, venue, parts, factsSequence, entries);
    this.intakes.set(accountId, intake);
    return intake;
  }

  private read(last: AccountEvent): void {
    const { accountId, fact, sequence } = last;
    this.metrics.readUpTo.set({ account: accountId }, Number(sequence));
    if (fact.kind === 'observed')
      void this.alone('compare', () => this.comparison.compare(accountId, fact.observation));
  }

  private get epoch(): number {
    const { facts } = this.ports;
    return facts === undefined ? 0 : describeLeadership(facts).epoch;
  }

  /** What was put into suspense is explained by now: it is taken back by an entry of its own, never removed. */
  private async takeBack({ accountId, accountKind, instrumentId, stated }: Explained): Promise<void> {
    const intake = this.intakes.get(accountId);
    if (intake === undefined) return;
    const fact = {
      kind: 'explained',
      accountId,
      epoch: this.epoch,
      venue: intake.venue,
      instrumentId,
      stated,
    } as const;
    const told = { reason: EXPLAINED, actor: 'ledger', foundAtNs: this.ports.clock.now() };
    await intake.note({ ...fact, ...told }, accountKind);
  }

  private async catchUp(): Promise<void> {
    for (const intake of [...this.intakes.values()]) await intake.catchUp();
  }

  /** Writes the heads down, and looks whether any chain has become shorter since the last time. */
  private async anchor(): Promise<void> {
    const { clock, logger, store } = this.ports;
    for (const { accountId, head } of await store.accounts()) {
      const before = this.heads.get(accountId) ?? 0n;
      if (head.sequence < before) {
        this.metrics.chainsLost.add({ account: accountId });
        this.integrityWatch.found(
          `the chain of ${accountId} ended at ${String(before)} and now at ${String(head.sequence)}`,
        );
        logger.critical('chain_shortened', { account: accountId, before: String(before), now: String(head.sequence) });
      }
      this.heads.set(accountId, head.sequence);
    }
    await store.anchor(clock.now());
  }

  private every(intervalMs: number, name: string, run: () => Promise<void>): void {
    this.timers.push(this.ports.timers.every(intervalMs, () => void this.alone(name, run)));
  }

  /** One run of each kind at a time; what the world cannot do now is tried again by the next. */
  private async alone(name: string, run: () => Promise<void>): Promise<void> {
    if (this.busy.has(name)) return;
    this.busy.add(name);
    try {
      await run();
      if (this.trouble?.startsWith(`${name}:`) === true) this.trouble = undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('put_off', { task: name, code: error.code, reason: error.message });
      // Without its store the ledger can do nothing; without execution it still answers.
      if (error.code === 'STORE_UNAVAILABLE') this.trouble = `${name}: ${error.message}`;
    } finally {
      this.busy.delete(name);
    }
  }
}
