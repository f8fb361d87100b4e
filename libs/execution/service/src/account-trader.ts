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
import type { TradingHandlers, VenueAccountState } from '@argosy/venue-port';
import { AccountBook } from './account-book.js';
import type { AccountPorts } from './account-ports.js';
import { AccountRecorder } from './account-recorder.js';
import { AccountSession } from './account-session.js';
import { CancellationFlow } from './cancellation.js';
import { Egress } from './egress.js';
import { EventPublisher } from './event-publisher.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
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
  private stopped = false;
  /** Why it is not ready yet, for people. */
  waitingFor = 'starting';

  constructor(
    readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    private readonly ports: AccountPorts,
    private readonly gate: TradingGate,
    private readonly onLeadershipLost: (reason: string) => void,
  ) {}

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
    this.waitingFor = 'leadership';
    const lease = await this.ports.leadership.acquire();
    const state = await this.ports.journal.load(this.account.accountId);
    this.parts = this.assemble(lease.epoch, state);
    this.waitingFor = 'the event stream';
    void this.parts.publisher.start().catch((error: unknown) => {
      this.ports.logger.warning('publish_delayed', { reason: error instanceof Fault ? error.message : 'unknown' });
    });
    this.waitingFor = `the venue ${this.account.venue}`;
    await this.ports.venue.start(this.handlers());
    await this.reconcileUntilDone(this.parts, state);
    this.schedule(this.parts);
    this.waitingFor = '';
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
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
    if (!this.gate.killed || this.parts === undefined) return;
    for (const order of this.open())
      if (order.state !== 'cancel_pending') this.parts.cancellation.cancel(order, 'kill switch');
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
    const writer = new JournalWriter(
      { accountId: account.accountId, epoch },
      ports.journal,
      ports.timers,
      ports.logger,
      {
        queueLimit: settings.journalQueueLimit,
        onDurable: (events) => {
          publisher.offer(events);
        },
        onStaleEpoch: (fault) => {
          this.onLeadershipLost(fault.message);
        },
      },
    );
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
    });
    session.lastFillAt = state.lastFillAt;
    session.lastFundingAt = state.lastFundingAt;
    const intake = new ReportIntake(session, () => void this.parts?.sweeper.sweep());
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
      onOrder: (report) => void this.parts?.intake.take(report),
      onFill: (fill: Fill) => {
        this.parts?.session.fill(fill);
      },
      onFunding: (payment) => {
        this.parts?.session.funding(payment);
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

  private async reconcileUntilDone(parts: Parts, state: JournalState): Promise<void> {
    while (!this.stopped) {
      try {
        await this.reconcile(parts, state);
        parts.session.ready = true;
        this.ports.logger.info('reconciled', {
          account: this.account.accountId,
          open_orders: parts.session.book.open().length,
        });
        return;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.waitingFor = `reconciliation with ${this.account.venue}: ${error.message}`;
        this.ports.logger.warning('reconciliation_waits', { account: this.account.accountId, reason: error.message });
        await this.ports.timers.sleep(START_RETRY_MS);
      }
    }
  }

  /** FL-3: instruments, fills, orders, positions and account value, before the first new order. */
  private async reconcile(parts: Parts, state: JournalState): Promise<void> {
    const { venue } = this.ports;
    parts.session.setInstruments(await venue.instruments());
    if (!state.anchored) await this.anchor(parts, await venue.accountState());
    await parts.sweeper.sweepMoney();
    await this.doubtWhatWasInFlight(parts, state);
    await parts.sweeper.sweepOrders();
    await parts.sweeper.observe(true);
  }

  /** The very first start on this account: what it holds is the opening position, not something we traded. */
  private async anchor(parts: Parts, { positions, venueTimeNs }: VenueAccountState): Promise<void> {
    const { accountId } = this.account;
    const opening = new Map<InstrumentId, Amount>(
      positions.map(({ instrumentId, quantity }) => [instrumentId, quantity]),
    );
    await this.ports.journal.anchor({
      accountId,
      epoch: parts.session.parts.epoch,
      at: venueTimeNs,
      positions: opening,
    });
    parts.session.book.anchor(venueTimeNs, opening);
    parts.session.lastFillAt = venueTimeNs;
    parts.session.lastFundingAt = venueTimeNs;
  }

  /** An intent that was durable when the last process ended may have left: it is in doubt until the venue tells. */
  private async doubtWhatWasInFlight(parts: Parts, state: JournalState): Promise<void> {
    for (const order of parts.session.book.open()) {
      if (order.state === 'sent' || order.state === 'approved') {
        await parts.session.move(order, 'send_timed_out', { reason: 'the process ended while it was being sent' });
      } else if (order.state === 'in_doubt') {
        parts.session.resumeDoubt(order, state.expiries.get(order.clientOrderId) ?? (order.updatedAt as TimeNs));
      }
    }
    await parts.intake.settleDoubts();
  }

  private schedule({ intake, sweeper, session }: Parts): void {
    const { timers } = this.ports;
    const every = (ms: number, run: () => Promise<void> | void): void => {
      this.timers.push(timers.every(ms, () => void run()));
    };
    every(DOUBT_TICK_MS, () => {
      this.enforceKill();
      this.ports.metrics.openOrders.set({ account: this.account.accountId }, this.open().length);
      return intake.settleDoubts();
    });
    every(this.settings.sweepIntervalMs, () => sweeper.sweep());
    every(this.settings.observeIntervalMs, () => sweeper.observe(false));
    every(INSTRUMENT_REFRESH_MS, async () => {
      try {
        session.setInstruments(await this.ports.venue.instruments());
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.ports.logger.warning('instrument_refresh_failed', { reason: error.message });
      }
    });
  }
}
