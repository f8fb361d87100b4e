import {
  type Fill,
  type Instrument,
  type InstrumentId,
  type Amount,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  nsToMs,
  type Timer,
  type TimeNs,
  Fault,
} from '@argosy/domain';
import type { AccountExposure, OrderAccepted, PlaceOrderMessage } from '@argosy/contracts';
import {
  ClientOrderIds,
  type JournalState,
  Nonces,
  type ReconciliationReport,
  renderReconciliation,
} from '@argosy/execution-core';
import type { MessageContext } from '@argosy/platform-port';
import type { TradingHandlers } from '@argosy/venue-port';
import { AccountBook } from './account-book.js';
import type { AccountPorts } from './account-ports.js';
import { AccountRecorder } from './account-recorder.js';
import { AccountSession } from './account-session.js';
import { CancellationFlow } from './cancellation.js';
import { Egress } from './egress.js';
import { EventPublisher } from './event-publisher.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
import { DeadManKeeper } from './dead-man-keeper.js';
import { FleetVersions } from './fleet-versions.js';
import { JournalFollower } from './journal-follower.js';
import { JournalWriter } from './journal-writer.js';
import { LossBackstop } from './loss-backstop.js';
import { MeteredVenue } from './metered-venue.js';
import { PlacementFlow } from './placement.js';
import { ReportIntake } from './report-intake.js';
import { Sweeper } from './sweeper.js';
import { VenueHealth } from './venue-health.js';
import { VenueTime } from './venue-time.js';
import type { TradingGate } from './trading-gate.js';

const DOUBT_TICK_MS = 250;
const CLOCK_TICK_MS = 1_000;
/** A clean end waits so long for the venue's answers. */
const DRAIN_MS_MAX = 500;
const ALLOWANCE_EVERY_MS = 60_000;
/** Sweeps of fills for one of open orders, and of funding. */
const ORDERS_EVERY_SWEEPS = 6;
const FUNDING_EVERY_SWEEPS = 12;
const INSTRUMENT_REFRESH_MS = 60_000;
const START_RETRY_MS = 1_000;

interface Parts {
  readonly session: AccountSession;
  readonly placement: PlacementFlow;
  readonly cancellation: CancellationFlow;
  readonly intake: ReportIntake;
  readonly sweeper: Sweeper;
  readonly writer: JournalWriter;
  readonly deadMan: DeadManKeeper;
  readonly publisher: EventPublisher;
}

/** Trading for one account, from acquiring its leadership to giving it back. */
export class AccountTrader {
  private parts: Parts | undefined;
  private readonly timers: Timer[] = [];
  private readonly versions: FleetVersions;
  private readonly follower: JournalFollower;
  private readonly time: VenueTime;
  private readonly ports: AccountPorts;
  private readonly venue: MeteredVenue;
  private readonly health: VenueHealth;
  private readonly backstop: LossBackstop;
  private readonly breaches: ((reason: string) => void)[] = [];
  private instruments: readonly Instrument[] = [];
  private readonly ticks: (() => void)[] = [];
  private stopped = false;
  private anchored = false;
  private anchorAsked = false;
  /** Why it is not ready yet, for people. */
  waitingFor = 'starting';

  constructor(
    readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    ports: AccountPorts,
    private readonly gate: TradingGate,
    private readonly onLeadershipLost: (reason: string) => void,
  ) {
    this.backstop = new LossBackstop(account, settings.dailyLossBackstop, ports, (reason) => {
      for (const run of this.breaches) run(reason);
    });
    this.venue = new MeteredVenue(ports.venue, ports.clock, settings.rateLimitFactor);
    this.ports = { ...ports, venue: this.venue };
    this.health = new VenueHealth(account, this.venue, gate, ports.logger);
    this.versions = new FleetVersions(account.venue, ports);
    this.follower = new JournalFollower(account, this.ports);
    this.time = new VenueTime(account, this.ports, gate);
  }

  get ready(): boolean {
    return this.parts?.session.ready ?? false;
  }

  /** What people should know of a venue that works: that its dead-man switch is not there, and why. */
  get remark(): string {
    const status = this.parts?.deadMan.status;
    return status?.state === 'absent' ? `no dead-man switch: ${status.cause ?? 'refused'}` : '';
  }

  get connected(): boolean {
    return this.ports.venue.connected;
  }

  get epoch(): number {
    return this.parts?.session.parts.epoch ?? 0;
  }

  /**
   * All that needs no leadership: the past of the journal, the venue's instruments, and for a live account its sockets,
   * which a second process may hold too. Sends nothing but reads (I-10). Waits for whatever does not answer.
   */
  async warm(): Promise<void> {
    this.versions.start();
    const { venue } = this.account;
    await this.patiently('the journal', () => this.follower.start());
    // A paper venue lives in a file of its own, which only the leader may open.
    if (this.account.kind !== 'live') return;
    await this.patiently(`the venue ${venue}`, () => this.ports.venue.start(this.handlers()));
    await this.patiently(`instruments of ${venue}`, () => this.readInstruments());
    await this.time.look();
    this.every(CLOCK_TICK_MS, () => {
      this.time.tick();
    });
    this.waitingFor = 'leadership';
  }

  /** Takes the claimed account over: loads, reconciles; resolves when READY (FL-3). */
  async lead(epoch: number): Promise<void> {
    const { account, ports } = this;
    const state = await this.patiently('the journal', async () => {
      const [taken] = await Promise.all([this.follower.takeOver(), this.backstop.load()]);
      return taken;
    });
    if (state === undefined) return;
    this.anchored = state.anchoredAt !== undefined;
    const parts = this.assemble(epoch, state);
    this.parts = parts;
    parts.publisher.start();
    // From here on a kill can cancel: it does not wait for a reconciliation that may never come through.
    this.every(DOUBT_TICK_MS, () => {
      this.tick();
    });
    this.tick();
    if (account.kind !== 'live') {
      await this.patiently(`the venue ${account.venue}`, () => ports.venue.start(this.handlers()));
      await this.patiently(`instruments of ${account.venue}`, () => this.readInstruments());
      await this.time.look();
      this.every(CLOCK_TICK_MS, () => {
        this.time.tick();
      });
    }
    await this.patiently(`reconciliation with ${account.venue}`, () => this.reconcile(parts, state));
    if (this.stopped) return;
    parts.session.ready = true;
    ports.logger.info('reconciled', { account: account.accountId, open_orders: parts.session.book.openCount });
    this.schedule(parts);
    this.waitingFor = '';
  }

  /** Makes the epoch the account's: from here on no earlier leader writes anything. Waits for the journal. */
  async claim(epoch: number): Promise<void> {
    await this.patiently('the journal', () => this.claimOnce(epoch));
  }

  /** Our own claim whose answer was lost looks like a stale one: nobody else has this epoch. */
  private async claimOnce(epoch: number): Promise<void> {
    const { journal, clock } = this.ports;
    try {
      await journal.claimEpoch(this.account, epoch, clock.now());
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'STALE_EPOCH') throw error;
      if ((await journal.epoch(this.account.accountId)) !== epoch) this.onLeadershipLost(error.message);
    }
  }

  private async readInstruments(): Promise<void> {
    this.instruments = await this.ports.venue.instruments();
    this.parts?.session.setInstruments(this.instruments);
  }

  /** Tries again until it works or this stops; what it waits for stands in the health report. */
  private async patiently<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.waitingFor = what;
    while (!this.stopped) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.waitingFor = `${what}: ${error.message}`;
        this.ports.logger.warning('start_waits', { account: this.account.accountId, what, reason: error.message });
        await this.ports.timers.sleep(START_RETRY_MS);
      }
    }
    return undefined;
  }

  /** Runs when the account has lost more in a day than it ever may. */
  onBreach(run: (reason: string) => void): void {
    this.breaches.push(run);
  }

  /** Runs with every tick of this account. */
  onTick(run: () => void): void {
    this.ticks.push(run);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    // New orders are refused from here on; what is under way gets its answer, so that no order is left in doubt (F-02).
    if (this.parts !== undefined) {
      this.parts.session.ready = false;
      this.waitingFor = 'stopping';
      await Promise.race([this.parts.placement.idle(), this.ports.timers.sleep(DRAIN_MS_MAX)]);
    }
    for (const timer of this.timers) timer.cancel();
    this.parts?.sweeper.stop();
    this.versions.stop();
    this.follower.stop();
    await this.ports.venue.stop();
    await this.parts?.writer.flush();
    await this.parts?.publisher.stop();
  }

  place(message: PlaceOrderMessage, context: MessageContext): Promise<Result<OrderAccepted, Refusal>> {
    if (this.parts === undefined) return Promise.resolve(refused(this.notReady()));
    return this.parts.placement.place(message, context);
  }

  cancel(order: Order, reason: string): Result<Order, Refusal> {
    return this.parts?.cancellation.cancel(order, reason) ?? refused(this.notReady());
  }

  cancelAll(fits: (order: Order) => boolean, reason: string): readonly Order[] {
    return this.parts?.cancellation.cancelAll(this.open().filter(fits), reason) ?? [];
  }

  order(id: Order['clientOrderId']): Order | undefined {
    return this.parts?.session.book.order(id);
  }

  open(): readonly Order[] {
    return this.parts?.session.book.open() ?? [];
  }

  /** Until nothing that is in flight can land any more and all that landed is seen, ms. */
  landsWithinMs(): number {
    const { parts, settings } = this;
    if (parts === undefined) return 0;
    const now = this.time.now();
    const left = this.open().map(({ clientOrderId }) => {
      const expiresAt = parts.session.requestOf(clientOrderId)?.expiresAt;
      return expiresAt === undefined || expiresAt < now ? 0 : nsToMs((expiresAt - now) as TimeNs);
    });
    return Math.max(0, ...left) + settings.doubt.visibilityLagMs;
  }

  /** Fills and open orders as the venue has them now; what it lists and we did not know is then known. Faults: as reads. */
  async sweepForKill(): Promise<void> {
    if (this.parts === undefined) throw new Fault('VENUE_UNAVAILABLE', `waiting for ${this.waitingFor}`);
    await Promise.all([this.parts.sweeper.sweepMoney('cancel'), this.parts.sweeper.sweepOrders('cancel')]);
  }

  inDoubt(): readonly Order[] {
    return [...(this.parts?.session.doubts.values() ?? [])].map(({ order }) => order);
  }

  exposure(): AccountExposure {
    const { accountId, venue } = this.account;
    const parts = this.parts;
    const observed = parts?.sweeper.lastObservation;
    const positions = parts?.session.book.positions.all() ?? [];
    return {
      accountId,
      venue,
      sequence: parts?.session.parts.recorder.lastSequence ?? 0n,
      openOrders: this.open(),
      // Positions are our own, at exactly this sequence; the venue's may be ahead of the facts published so far.
      ...(observed === undefined ? {} : { observed: { ...observed, positions } }),
      ready: this.ready,
    };
  }

  /** Cancels what a halt finds open, and again each tick until nothing is. */
  private enforceHalt(): void {
    if (!this.gate.pulls(this.account.accountId)) return;
    this.parts?.cancellation.enforce(this.open(), this.gate.killed ? 'kill switch' : 'trading is halted');
  }

  /** Reads fills and funding once more and publishes a last observation: for a clean end. */
  async settle(): Promise<void> {
    if (this.parts === undefined) return;
    await this.parts.sweeper.sweep();
    await this.parts.sweeper.observe();
    await this.parts.writer.flush();
  }

  private notReady(): Refusal {
    return refusal('venue_not_ready', { account: this.account.accountId, why: `waiting for ${this.waitingFor}` });
  }

  private assemble(epoch: number, state: JournalState): Parts {
    const { account, settings, ports, gate } = this;
    const publisher = new EventPublisher(
      account.accountId,
      state.publishedSequence,
      ports.journal,
      ports.bus,
      ports.timers,
      ports.logger,
    );
    const writer = new JournalWriter({ accountId: account.accountId, epoch }, ports, {
      queueLimit: settings.journalQueueLimit,
      onDurable: (events) => {
        publisher.offer(events);
      },
      onStaleEpoch: (fault) => {
        this.onLeadershipLost(fault.message);
      },
    });
    const session = new AccountSession({
      account,
      settings,
      ports,
      epoch,
      book: new AccountBook(state, settings.finishedOrdersKept),
      recorder: new AccountRecorder(account, epoch, state.lastSequence, ports.clock, writer),
      egress: new Egress(this.venue, gate, ports.leadership, ports.clock),
      ids: new ClientOrderIds({ fleet: settings.fleetNumber, account: account.number, epoch }),
      nonces: new Nonces(state.lastNonce, epoch),
      time: this.time,
      venue: this.venue,
      health: this.health,
      versions: this.versions,
      onNewerLeader: this.onLeadershipLost,
    });
    session.lastFillAt = state.lastFillAt;
    session.lastFundingAt = state.lastFundingAt;
    for (const [id, mark] of state.requestMarks) session.rememberRequest(id, mark);
    session.setInstruments(this.instruments);
    const intake = new ReportIntake(session, () => this.parts?.sweeper.fetchMissing());
    const placement = new PlacementFlow(session, gate, () => writer.accepting);
    const sweeper = new Sweeper(session, intake, placement, (observation) => {
      this.backstop.observed(observation);
    });
    const nonce = (): bigint => session.parts.nonces.mint(nsToMs(ports.clock.now()));
    return {
      deadMan: new DeadManKeeper(account, ports, this.time, nonce),
      session,
      intake,
      placement,
      sweeper,
      writer,
      publisher,
      cancellation: new CancellationFlow(session, intake),
    };
  }

  private handlers(): TradingHandlers {
    const { logger } = this.ports;
    return {
      onOrder: (report) => {
        const { parts } = this;
        // Orders are gone and positions naked: what is left is read at once.
        if (parts?.deadMan.hasFired(report) === true) parts.sweeper.sweepSoon();
        parts?.session.detach(parts.intake.take(report));
      },
      // Before the books begin, the stream's first picture is history; the sweep after the anchor reads what is news.
      onFill: (fill: Fill) => {
        if (this.anchored) this.parts?.session.fill(fill);
      },
      onFunding: (payment) => {
        if (this.anchored) this.parts?.session.funding(payment);
      },
      // What happened while the stream was down is not replayed by it (5.4).
      onConnected: () => {
        if (this.ready) this.parts?.sweeper.sweepSoon();
      },
      onDisconnected: (reason) => {
        logger.warning('venue_disconnected', { account: this.account.accountId, reason });
      },
      onTrouble: (trouble) => {
        this.health.trouble(trouble);
      },
      onUnknown: (description) => {
        logger.critical('venue_message_unknown', { account: this.account.accountId, description });
        this.parts?.sweeper.sweepSoon();
      },
    };
  }

  /** Fills, orders, positions and account value, before the first new order; doubts are settled while trading goes on. */
  private async reconcile(parts: Parts, state: JournalState): Promise<void> {
    if (!this.anchored) await this.anchor(parts);
    const [report] = await Promise.all([parts.sweeper.reconcile(), this.doubtWhatWasInFlight(parts, state)]);
    parts.session.detach(this.file(report));
    parts.session.detach(parts.intake.settleDoubts());
  }

  /** The report is for people and auditors: a disk that does not take it delays no trading. */
  private async file(report: ReconciliationReport): Promise<void> {
    const { disk, logger } = this.ports;
    const { accountId } = this.account;
    const { agrees, orders, positionBreaks, fillsFound } = report;
    logger.log(agrees ? 'INFO' : 'WARNING', 'reconciliation', {
      account: accountId,
      agrees,
      orders: orders.length,
      not_agreed: orders.filter(({ verdict }) => verdict !== 'agreed').length,
      position_breaks: positionBreaks.length,
      fills_found: fillsFound.length,
    });
    const path = `${this.settings.reportsFolder}/reconciliation-${accountId}.json`;
    try {
      await disk.writeFile(path, new TextEncoder().encode(renderReconciliation(report)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      logger.error('reconciliation_not_filed', { account: accountId, path, reason: error.message });
    }
  }

  /** The very first start on this account: what it holds is the opening position, not something we traded. */
  private async anchor(parts: Parts): Promise<void> {
    const { accountId } = this.account;
    const { journal, venue } = this.ports;
    // An anchor whose answer was lost may be there: the journal's word counts, a second one would be refused.
    const stored = this.anchorAsked ? await journal.load(this.account) : undefined;
    if (stored?.anchoredAt !== undefined) {
      this.begin(parts, stored.anchoredAt, stored.positions);
      return;
    }
    const { positions, venueTimeNs } = await venue.accountState();
    const opening = new Map<InstrumentId, Amount>(
      positions.map(({ instrumentId, quantity }) => [instrumentId, quantity]),
    );
    this.anchorAsked = true;
    await journal.anchor({ accountId, epoch: parts.session.parts.epoch, at: venueTimeNs, positions: opening });
    this.begin(parts, venueTimeNs, opening);
  }

  private begin({ session }: Parts, at: TimeNs, opening: ReadonlyMap<InstrumentId, Amount>): void {
    session.book.anchor(at, opening);
    session.lastFillAt = at;
    session.lastFundingAt = at;
    this.anchored = true;
  }

  /** An intent that was durable when the last leader ended may have left: it is in doubt until the venue tells. */
  private async doubtWhatWasInFlight({ session }: Parts, state: JournalState): Promise<void> {
    const open = session.book.open();
    for (const order of open) {
      if (order.state === 'in_doubt')
        session.resumeDoubt(order, state.requestMarks.get(order.clientOrderId)?.expiresAt ?? order.updatedAt);
    }
    const reason = 'the process ended while it was being sent';
    const sent = open.filter((order) => order.state === 'sent');
    await Promise.all(sent.map((order) => session.move(order, 'send_timed_out', { reason })));
  }

  /** What is left of an earned limit; unread, the last answer counts. */
  private async readAllowance(): Promise<void> {
    try {
      await this.venue.requestAllowance();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('allowance_unread', { account: this.account.accountId, reason: error.message });
    }
  }

  private every(ms: number, run: () => Promise<void> | void): void {
    this.timers.push(this.ports.timers.every(ms, () => void run()));
  }

  private tick(): void {
    this.health.judge();
    this.enforceHalt();
    this.parts?.deadMan.tick(this.parts.session.book.openCount > 0);
    for (const run of this.ticks) run();
    const openOrders = this.parts?.session.book.openCount ?? 0;
    this.ports.metrics.openOrders.set({ account: this.account.accountId }, openOrders);
  }

  private schedule({ intake, sweeper }: Parts): void {
    const { settings } = this;
    this.every(DOUBT_TICK_MS, () => intake.settleDoubts());
    this.every(settings.sweepIntervalMs, () => sweeper.fetchFills());
    this.every(settings.sweepIntervalMs * ORDERS_EVERY_SWEEPS, () => sweeper.listOrders());
    this.every(settings.sweepIntervalMs * FUNDING_EVERY_SWEEPS, () => sweeper.fetchFunding());
    this.every(ALLOWANCE_EVERY_MS, () => this.readAllowance());
    this.every(settings.observeIntervalMs, () => sweeper.observe());
    this.every(INSTRUMENT_REFRESH_MS, async () => {
      try {
        await this.readInstruments();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.ports.logger.warning('instrument_refresh_failed', { reason: error.message });
      }
    });
  }
}
