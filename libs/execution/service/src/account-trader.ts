import {
  type Fill,
  type InstrumentId,
  type Amount,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  type Timer,
  type TimeNs,
  Fault,
} from '@argosy/domain';
import type { AccountExposure, OrderAccepted, PlaceOrderMessage } from '@argosy/contracts';
import { ClientOrderIds, type JournalState, Nonces } from '@argosy/execution-core';
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
import { FleetVersions } from './fleet-versions.js';
import { JournalWriter } from './journal-writer.js';
import { PlacementFlow } from './placement.js';
import { ReportIntake } from './report-intake.js';
import { Sweeper } from './sweeper.js';
import type { TradingGate } from './trading-gate.js';

const DOUBT_TICK_MS = 250;
const INSTRUMENT_REFRESH_MS = 30_000;
const START_RETRY_MS = 1_000;

interface Parts {
  readonly session: AccountSession;
  readonly placement: PlacementFlow;
  readonly cancellation: CancellationFlow;
  readonly intake: ReportIntake;
  readonly sweeper: Sweeper;
  readonly writer: JournalWriter;
  readonly publisher: EventPublisher;
}

/** Trading for one account, from acquiring its leadership to giving it back. */
export class AccountTrader {
  private parts: Parts | undefined;
  private readonly timers: Timer[] = [];
  private readonly versions: FleetVersions;
  private readonly ticks: (() => void)[] = [];
  private stopped = false;
  private anchored = false;
  private anchorAsked = false;
  /** Why it is not ready yet, for people. */
  waitingFor = 'starting';

  constructor(
    readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    private readonly ports: AccountPorts,
    private readonly gate: TradingGate,
    private readonly onLeadershipLost: (reason: string) => void,
  ) {
    this.versions = new FleetVersions(account.venue, ports);
  }

  get ready(): boolean {
    return this.parts?.session.ready ?? false;
  }

  get connected(): boolean {
    return this.ports.venue.connected;
  }

  get epoch(): number {
    return this.parts?.session.parts.epoch ?? 0;
  }

  /** Leads, loads, connects and reconciles; resolves when READY. Waits as long as the venue or the store does not answer. */
  async start(): Promise<void> {
    this.versions.start();
    this.waitingFor = 'leadership';
    const loaded = await this.patiently('the journal', async () => {
      const { epoch } = await this.ports.leadership.acquire();
      return { epoch, state: await this.ports.journal.load(this.account.accountId) };
    });
    if (loaded === undefined) return;
    const { epoch, state } = loaded;
    this.anchored = state.anchored;
    const parts = this.assemble(epoch, state);
    this.parts = parts;
    parts.publisher.start();
    // From here on a kill can cancel: it does not wait for a reconciliation that may never come through.
    this.every(DOUBT_TICK_MS, () => {
      this.tick();
    });
    await this.patiently(`the venue ${this.account.venue}`, () => this.ports.venue.start(this.handlers()));
    await this.patiently(`reconciliation with ${this.account.venue}`, () => this.reconcile(parts, state));
    if (this.stopped) return;
    parts.session.ready = true;
    this.ports.logger.info('reconciled', {
      account: this.account.accountId,
      open_orders: parts.session.book.openCount,
    });
    this.schedule(parts);
    this.waitingFor = '';
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

  /** Runs with every tick of this account. */
  onTick(run: () => void): void {
    this.ticks.push(run);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    this.versions.stop();
    await this.ports.venue.stop();
    await this.parts?.writer.flush();
    await this.parts?.publisher.stop();
    await this.ports.leadership.release();
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

  /** Cancels what a kill finds open, and again each tick until nothing is. */
  private enforceKill(): void {
    if (this.gate.killed) this.parts?.cancellation.enforce(this.open(), 'kill switch');
  }

  /** Reads fills and funding once more and publishes a last observation: for a clean end. */
  async settle(): Promise<void> {
    if (this.parts === undefined) return;
    await this.parts.sweeper.sweep();
    await this.parts.sweeper.observe(false);
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
      egress: new Egress(ports.venue, gate, ports.leadership, ports.clock),
      ids: new ClientOrderIds({ fleet: settings.fleetNumber, account: account.number, epoch }),
      nonces: new Nonces(state.lastNonce),
      versions: this.versions,
    });
    session.lastFillAt = state.lastFillAt;
    session.lastFundingAt = state.lastFundingAt;
    for (const [id, expiresAt] of state.expiries) session.rememberExpiry(id, expiresAt);
    const intake = new ReportIntake(session, () => this.parts?.sweeper.fetchFills());
    const placement = new PlacementFlow(session, gate, () => writer.accepting);
    const sweeper = new Sweeper(session, intake, placement);
    return {
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
      onConnected: () => void (this.ready ? this.parts?.sweeper.sweep() : undefined),
      onDisconnected: (reason) => {
        logger.warning('venue_disconnected', { account: this.account.accountId, reason });
      },
      onUnknown: (description) => {
        logger.critical('venue_message_unknown', { account: this.account.accountId, description });
        void this.parts?.sweeper.sweep();
      },
    };
  }

  /** FL-3: instruments, fills, orders, positions and account value, before the first new order. */
  private async reconcile(parts: Parts, state: JournalState): Promise<void> {
    const { venue } = this.ports;
    parts.session.setInstruments(await venue.instruments());
    if (!this.anchored) await this.anchor(parts);
    await parts.sweeper.sweepMoney();
    await this.doubtWhatWasInFlight(parts, state);
    await parts.sweeper.sweepOrders();
    await parts.sweeper.observe(true);
  }

  /** The very first start on this account: what it holds is the opening position, not something we traded. */
  private async anchor(parts: Parts): Promise<void> {
    const { accountId } = this.account;
    const { journal, venue } = this.ports;
    // An anchor whose answer was lost may be there: the journal's word counts, a second one would be refused.
    const stored = this.anchorAsked ? await journal.load(accountId) : undefined;
    if (stored?.anchored === true) {
      this.begin(parts, stored.fillsFloor, stored.positions);
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

  /** An intent that was durable when the last process ended may have left: it is in doubt until the venue tells. */
  private async doubtWhatWasInFlight(parts: Parts, state: JournalState): Promise<void> {
    for (const order of parts.session.book.open()) {
      if (order.state === 'sent') {
        await parts.session.move(order, 'send_timed_out', { reason: 'the process ended while it was being sent' });
      } else if (order.state === 'in_doubt') {
        parts.session.resumeDoubt(order, state.expiries.get(order.clientOrderId) ?? order.updatedAt);
      }
    }
    await parts.intake.settleDoubts();
  }

  private every(ms: number, run: () => Promise<void> | void): void {
    this.timers.push(this.ports.timers.every(ms, () => void run()));
  }

  private tick(): void {
    this.enforceKill();
    for (const run of this.ticks) run();
    const openOrders = this.parts?.session.book.openCount ?? 0;
    this.ports.metrics.openOrders.set({ account: this.account.accountId }, openOrders);
  }

  private schedule({ intake, sweeper, session }: Parts): void {
    const { settings } = this;
    this.every(DOUBT_TICK_MS, () => intake.settleDoubts());
    this.every(settings.sweepIntervalMs, () => sweeper.sweep());
    this.every(settings.observeIntervalMs, () => sweeper.observe(false));
    this.every(INSTRUMENT_REFRESH_MS, async () => {
      try {
        session.setInstruments(await this.ports.venue.instruments());
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.ports.logger.warning('instrument_refresh_failed', { reason: error.message });
      }
    });
  }
}
