import {
  Fault,
  type Fill,
  type Instrument,
  modeCause,
  nsToMs,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  type TimeNs,
} from '@argosy/domain';
import type { AccountExposure, OrderAccepted, PlaceOrderMessage } from '@argosy/contracts';
import type { MessageContext } from '@argosy/platform-port';
import type { TradingHandlers } from '@argosy/venue-port';
import { AccountAnchor } from './account-anchor.js';
import { type AccountDesk, type DeskGround, setUpDesk } from './account-desk.js';
import type { AccountPorts } from './account-ports.js';
import { AccountTakeover } from './account-takeover.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
import { FleetVersions } from './fleet-versions.js';
import { JournalFollower } from './journal-follower.js';
import { LossBackstop } from './loss-backstop.js';
import { MeteredVenue } from './metered-venue.js';
import { Patience } from './patience.js';
import { Rounds } from './rounds.js';
import type { TradingGate } from './trading-gate.js';
import { VenueHealth } from './venue-health.js';
import { VenueTime } from './venue-time.js';

/** Events that wait longer for their stream are heard of by nobody, ms. */
const EVENTS_LATE_MS = 5_000;
/** A clean end waits so long for the venue's answers. */
const DRAIN_MS_MAX = 500;

/** Trading for one account, from acquiring its leadership to giving it back. */
export class AccountTrader {
  private desk: AccountDesk | undefined;
  private readonly ports: AccountPorts;
  private readonly venue: MeteredVenue;
  private readonly health: VenueHealth;
  private readonly backstop: LossBackstop;
  private readonly versions: FleetVersions;
  private readonly follower: JournalFollower;
  private readonly time: VenueTime;
  private readonly anchor: AccountAnchor;
  private readonly takeover: AccountTakeover;
  private readonly patience: Patience;
  private readonly rounds: Rounds;
  private instruments: readonly Instrument[] = [];
  private readonly breaches: ((reason: string) => void)[] = [];
  private readonly ticks: (() => void)[] = [];

  constructor(
    readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    ports: AccountPorts,
    private readonly gate: TradingGate,
    private readonly onLeadershipLost: (reason: string) => void,
  ) {
    this.venue = new MeteredVenue(ports.venue, ports.clock, settings.rateLimitFactor);
    this.ports = { ...ports, venue: this.venue };
    this.backstop = new LossBackstop(account, settings.dailyLossBackstop, ports, (reason) => {
      for (const run of this.breaches) run(reason);
    });
    this.health = new VenueHealth(account, this.venue, gate, ports.logger);
    this.versions = new FleetVersions(account.venue, ports);
    this.follower = new JournalFollower(account, this.ports);
    this.time = new VenueTime(account, this.ports, gate);
    this.anchor = new AccountAnchor(account, this.ports);
    this.takeover = new AccountTakeover(account, settings, this.ports, this.anchor);
    this.patience = new Patience(account.accountId, ports.timers, ports.logger);
    this.rounds = new Rounds(account, settings, this.ports, this.venue);
  }

  /** Why it is not ready yet, for people. */
  get waitingFor(): string {
    return this.patience.waitingFor;
  }

  get ready(): boolean {
    return this.desk?.session.ready ?? false;
  }

  /** What people should know of a venue that works: that its dead-man switch is not there, and why. */
  get remark(): string {
    const status = this.desk?.deadMan.status;
    return status?.state === 'absent' ? `no dead-man switch: ${status.cause ?? 'refused'}` : '';
  }

  get connected(): boolean {
    return this.ports.venue.connected;
  }

  /**
   * All that needs no leadership: the past of the journal, the venue's instruments, and for a live account its sockets,
   * which a second process may hold too. Sends nothing but reads (I-10). Waits for whatever does not answer.
   */
  async warm(): Promise<void> {
    this.versions.start();
    const { venue } = this.account;
    await this.patience.until('the journal', () => this.follower.start());
    // A paper venue lives in a file of its own, which only the leader may open.
    if (this.account.kind === 'live') await this.connect(venue);
    this.patience.waitingFor = 'leadership';
  }

  private async connect(venue: string): Promise<void> {
    await this.patience.until(`the venue ${venue}`, () => this.ports.venue.start(this.handlers()));
    await this.patience.until(`instruments of ${venue}`, () => this.readInstruments());
    await this.time.look();
    this.rounds.watchClock(() => {
      this.time.tick();
    });
  }

  /** Makes the epoch the account's: from here on no earlier leader writes anything. Waits for the journal. */
  async claim(epoch: number): Promise<void> {
    const superseded = await this.patience.until('the journal', () => this.takeover.claim(epoch));
    if (superseded !== undefined) this.onLeadershipLost(superseded);
  }

  /** Takes the claimed account over: loads, reconciles; resolves when READY (FL-3). */
  async lead(epoch: number): Promise<void> {
    const { account, ports } = this;
    const state = await this.patience.until('the journal', async () => {
      const [taken] = await Promise.all([this.follower.takeOver(), this.backstop.load()]);
      return taken;
    });
    if (state === undefined) return;
    this.anchor.isDropped = state.anchoredAt !== undefined;
    const desk = setUpDesk(this.ground(), epoch, state);
    this.desk = desk;
    desk.publisher.start();
    // From here on a kill can cancel: it does not wait for a reconciliation that may never come through.
    this.rounds.watchSafety(() => {
      this.tick();
    });
    if (account.kind !== 'live') await this.connect(account.venue);
    await this.patience.until(`reconciliation with ${account.venue}`, () => this.takeover.reconcile(desk, state));
    if (this.patience.ended) return;
    desk.session.ready = true;
    ports.logger.info('reconciled', { account: account.accountId, open_orders: desk.session.book.openCount });
    this.rounds.readBack(desk, () => this.readInstruments());
    this.patience.waitingFor = '';
  }

  private ground(): DeskGround {
    const { account, settings, ports, gate, venue, time, health, versions, instruments, onLeadershipLost } = this;
    return {
      ...{ account, settings, ports, gate, venue, time, health, versions, instruments },
      onNewerLeader: onLeadershipLost,
      onObserved: (observation) => {
        this.backstop.observed(observation);
      },
    };
  }

  private async readInstruments(): Promise<void> {
    this.instruments = await this.ports.venue.instruments();
    this.desk?.session.setInstruments(this.instruments);
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
    this.patience.end();
    // New orders are refused from here on; what is under way gets its answer, so that no order is left in doubt (F-02).
    if (this.desk !== undefined) {
      this.desk.session.ready = false;
      await Promise.race([this.desk.placement.idle(), this.ports.timers.sleep(DRAIN_MS_MAX)]);
    }
    this.rounds.stop();
    this.desk?.sweeper.stop();
    this.versions.stop();
    this.follower.stop();
    await this.ports.venue.stop();
    await this.desk?.writer.flush();
    await this.desk?.publisher.stop();
  }

  place(message: PlaceOrderMessage, context: MessageContext): Promise<Result<OrderAccepted, Refusal>> {
    if (this.desk === undefined) return Promise.resolve(refused(this.notReady()));
    return this.desk.placement.place(message, context);
  }

  cancel(order: Order, reason: string): Result<Order, Refusal> {
    return this.desk?.cancellation.cancel(order, reason) ?? refused(this.notReady());
  }

  cancelAll(fits: (order: Order) => boolean, reason: string): readonly Order[] {
    return this.desk?.cancellation.cancelAll(this.open().filter(fits), reason) ?? [];
  }

  order(id: Order['clientOrderId']): Order | undefined {
    return this.desk?.session.book.order(id);
  }

  open(): readonly Order[] {
    return this.desk?.session.book.open() ?? [];
  }

  /** Until nothing that is in flight can land any more and all that landed is seen, ms. */
  landsWithinMs(): number {
    const { desk, settings } = this;
    if (desk === undefined) return 0;
    const now = this.time.now();
    const left = this.open().map(({ clientOrderId }) => {
      const expiresAt = desk.session.requestOf(clientOrderId)?.expiresAt;
      return expiresAt === undefined || expiresAt < now ? 0 : nsToMs((expiresAt - now) as TimeNs);
    });
    return Math.max(0, ...left) + settings.doubt.visibilityLagMs;
  }

  /** Fills and open orders as the venue has them now; what it lists and we did not know is then known. Faults: as reads. */
  async sweepForKill(): Promise<void> {
    if (this.desk === undefined) throw new Fault('VENUE_UNAVAILABLE', `waiting for ${this.waitingFor}`);
    await Promise.all([this.desk.sweeper.sweepMoney('cancel'), this.desk.sweeper.sweepOrders('cancel')]);
  }

  inDoubt(): readonly Order[] {
    return [...(this.desk?.session.doubts.values() ?? [])].map(({ order }) => order);
  }

  exposure(): AccountExposure {
    const { accountId, venue } = this.account;
    const { desk } = this;
    const observed = desk?.sweeper.lastObservation;
    const positions = desk?.session.book.positions.all() ?? [];
    return {
      accountId,
      venue,
      sequence: desk?.session.parts.recorder.lastSequence ?? 0n,
      openOrders: this.open(),
      // Positions are our own, at exactly this sequence; the venue's may be ahead of the facts published so far.
      ...(observed === undefined ? {} : { observed: { ...observed, positions } }),
      ready: this.ready,
      epoch: desk?.session.parts.epoch ?? 0,
    };
  }

  /** Cancels what a halt finds open, and again each tick until nothing is. */
  private enforceHalt(): void {
    if (!this.gate.pulls(this.account.accountId)) return;
    this.desk?.cancellation.enforce(this.open(), this.gate.killed ? 'kill switch' : 'trading is halted');
  }

  private notReady(): Refusal {
    return refusal('venue_not_ready', { account: this.account.accountId, why: `waiting for ${this.waitingFor}` });
  }

  private handlers(): TradingHandlers {
    const { logger } = this.ports;
    return {
      onOrder: (report) => {
        const { desk } = this;
        // Orders are gone and positions naked: what is left is read at once.
        if (desk?.deadMan.hasFired(report) === true) desk.sweeper.sweepSoon();
        desk?.session.detach(desk.intake.take(report));
      },
      // Before the books begin, the stream's first picture is history; the sweep after the anchor reads what is news.
      onFill: (fill: Fill) => {
        if (this.anchor.isDropped) this.desk?.session.fill(fill);
      },
      onFunding: (payment) => {
        if (this.anchor.isDropped) this.desk?.session.funding(payment);
      },
      // What happened while the stream was down is not replayed by it (5.4).
      onConnected: () => {
        if (this.ready) this.desk?.sweeper.sweepSoon();
      },
      onDisconnected: (reason) => {
        logger.warning('venue_disconnected', { account: this.account.accountId, reason });
      },
      onTrouble: (trouble) => {
        if (trouble.kind === 'expired') this.time.expired();
        this.health.trouble(trouble);
      },
      onUnknown: (description) => {
        logger.critical('venue_message_unknown', { account: this.account.accountId, description });
        this.desk?.sweeper.sweepSoon();
      },
    };
  }

  private tick(): void {
    this.health.judge();
    const lateMs = this.desk?.publisher.stuckForMs ?? 0;
    const late = lateMs > EVENTS_LATE_MS ? modeCause('nats', 'degraded') : undefined;
    this.gate.see(this.account.accountId, 'nats', late);
    this.enforceHalt();
    this.desk?.deadMan.tick(this.desk.session.book.openCount > 0);
    for (const run of this.ticks) run();
    const openOrders = this.desk?.session.book.openCount ?? 0;
    this.ports.metrics.openOrders.set({ account: this.account.accountId }, openOrders);
  }
}
