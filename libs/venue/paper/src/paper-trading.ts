import {
  type AccountId,
  type Amount,
  type ClientOrderId,
  Fault,
  type Fill,
  type FundingPayment,
  type Instrument,
  type TimeNs,
  type Timer,
  type Venue,
  type VenueOrderId,
} from '@argosy/domain';
import {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  type PlaceAnswer,
  type Placement,
  type TradingHandlers,
  TradingVenue,
  type VenueAccountState,
  type VenueFence,
  type VenueOrderReport,
  type VenueTimeSample,
} from '@argosy/venue-port';
import { equity, marginUsed } from './account/margin.js';
import type { PaperEvent } from './account/paper-event.js';
import { averagePrice } from './account/position.js';
import { type PaperPorts, type PaperSettings, paperSettings, type PaperTradingConfig } from './config.js';
import { PAPER_FENCE } from './fence.js';
import { openAccount, PaperJournal } from './journal/paper-journal.js';
import { MarketFeed } from './market-feed.js';
import { finishedReport, openReport } from './order-report.js';
import { PaperExchange } from './paper-exchange.js';

/** Between two attempts at whatever is missing: instruments, the bus, the disk. */
const TICK_MS = 1_000;

interface Running {
  readonly exchange: PaperExchange;
  readonly journal: PaperJournal;
  readonly handlers: TradingHandlers;
}

/**
 * A venue of our own making behind the venue port: real market data in, simulated fills out. Nothing it has decided is
 * told before it is durable, so that a restart never takes back what somebody has seen.
 */
export class PaperTrading extends TradingVenue {
  override readonly venue: Venue;
  override readonly accountId: AccountId;
  override readonly fence: VenueFence = PAPER_FENCE;
  private readonly settings: PaperSettings;
  private readonly feed: MarketFeed;
  private running: Running | undefined;
  private ticking: Timer | undefined;
  private hasInstruments = false;
  private isLoading = false;
  private wasConnected = false;
  /** Reports go out in the order of their changes. */
  private telling: Promise<void> = Promise.resolve();

  /** @throws RangeError for a setting out of its bounds. */
  constructor(
    config: PaperTradingConfig,
    private readonly ports: PaperPorts,
  ) {
    super();
    this.settings = paperSettings(config);
    this.venue = config.venue;
    this.accountId = config.accountId;
    this.feed = new MarketFeed(ports.bus, config.venue);
  }

  override async instruments(): Promise<readonly Instrument[]> {
    const instruments = await this.feed.instruments();
    this.takeInstruments(instruments);
    return instruments;
  }

  /** Reads the journal and listens. Faults: STORE_UNAVAILABLE for a journal that cannot be read or written. */
  override async start(handlers: TradingHandlers): Promise<void> {
    const { disk, clock, timers } = this.ports;
    const { journalPath, cash } = this.settings;
    const account = await openAccount(disk, journalPath, { bornAt: clock.now(), cash });
    const journal = new PaperJournal(disk, journalPath, () => account.state());
    await journal.begin();
    this.running = { exchange: new PaperExchange(account, this.settings, clock), journal, handlers };
    this.feed.start({
      onBook: (book) => this.market((exchange) => exchange.onBook(book)),
      onTrade: (trade) => this.market((exchange) => exchange.onTrade(trade)),
      onState: (state) => this.market((exchange) => exchange.onState(state)),
      onInstrument: (instrument) => this.market((exchange) => exchange.setInstrument(instrument)),
      onLoss: (why) => this.running?.exchange.invalidate(why),
    });
    this.ticking = timers.every(TICK_MS, () => void this.tick());
    await this.tick();
  }

  override async stop(): Promise<void> {
    this.feed.stop();
    this.ticking?.cancel();
    const { running } = this;
    this.running = undefined;
    await this.telling;
    await running?.journal.close();
  }

  override get connected(): boolean {
    return (
      this.running !== undefined &&
      this.running.journal.failure === undefined &&
      this.hasInstruments &&
      this.ports.bus.connected
    );
  }

  override async place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]> {
    const { exchange } = this.ready();
    const answers = placements.map((placement) => exchange.place(placement));
    await this.commit();
    return answers;
  }

  override async cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    const { exchange } = this.ready();
    const answers = cancellations.map((cancellation) => exchange.cancel(cancellation));
    await this.commit();
    return answers;
  }

  override async burnNonce(nonce: bigint): Promise<BurnAnswer> {
    const { exchange } = this.ready();
    const answer = exchange.burn(nonce);
    await this.commit();
    return answer;
  }

  override armDeadMan(): Promise<DeadManAnswer> {
    const reason = 'a paper account lives in the process that would fall silent';
    return Promise.resolve({ outcome: 'refused', cause: 'not_offered', reason });
  }

  /** The venue's clock is this process's own. */
  override serverTime(): Promise<VenueTimeSample> {
    const { clock } = this.ports;
    const nowMs = clock.monotonicMs();
    const venueMs = Number(clock.now() / 1_000n) / 1_000;
    return Promise.resolve({ sentMonotonicMs: nowMs, receivedMonotonicMs: nowMs, venueMs, stampAgeMsMax: 0 });
  }

  override requestAllowance(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override async orderStatus({
    clientOrderId,
  }: {
    readonly clientOrderId: ClientOrderId;
    readonly venueOrderId?: VenueOrderId;
  }): Promise<VenueOrderReport | undefined> {
    return this.told(({ account, orderIdOf }) => {
      const open = account.orderOf(clientOrderId);
      if (open !== undefined) return openReport(open, orderIdOf);
      const finished = account.finishedOf(clientOrderId);
      return finished === undefined ? undefined : finishedReport(finished, orderIdOf);
    });
  }

  override async openOrders(): Promise<readonly VenueOrderReport[]> {
    return this.told(({ account, orderIdOf }) =>
      [...account.orders.values()].map((order) => openReport(order, orderIdOf)),
    );
  }

  override async fillsSince(since: TimeNs): Promise<readonly Fill[]> {
    return this.told(({ account }) => account.fills.filter(({ venueTimeNs }) => venueTimeNs >= since));
  }

  override async fundingSince(since: TimeNs): Promise<readonly FundingPayment[]> {
    return this.told(({ account }) => account.fundings.filter(({ venueTimeNs }) => venueTimeNs >= since));
  }

  override async accountState(): Promise<VenueAccountState> {
    return this.told((exchange) => {
      const { account } = exchange;
      const positions = account.positions.map(([instrumentId, position]) => {
        const average = averagePrice(position);
        return {
          instrumentId,
          quantity: position.quantity,
          ...(average === undefined ? {} : { averagePrice: average }),
        };
      });
      const cost = account.positions.reduce((sum, [, position]) => sum + position.cost, 0n);
      return {
        equity: equity(account, exchange),
        cash: (account.rawCash + cost) as Amount,
        rawCash: account.rawCash,
        marginUsed: marginUsed(account, exchange),
        positions,
        venueTimeNs: exchange.stateTime(),
      };
    });
  }

  private ready(): Running {
    const { running } = this;
    if (running === undefined) throw new Fault('VENUE_UNAVAILABLE', `paper account '${this.accountId}' is not started`);
    const { failure } = running.journal;
    if (failure !== undefined) throw new Fault('VENUE_UNAVAILABLE', failure.message, { cause: failure });
    if (running.journal.isFull)
      throw new Fault('VENUE_RATE_LIMITED', `paper account '${this.accountId}': the journal is behind`);
    return running;
  }

  /** An answer to a question, given once everything that it rests on is durable. */
  private async told<T>(read: (exchange: PaperExchange) => T): Promise<T> {
    const { exchange, journal } = this.ready();
    const answer = read(exchange);
    try {
      await journal.flush();
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw new Fault('VENUE_UNAVAILABLE', cause.message, { cause });
    }
    return answer;
  }

  private market(act: (exchange: PaperExchange) => void): void {
    const { running } = this;
    // Without a journal nothing may be filled: it could not be told.
    if (running === undefined || running.journal.failure !== undefined) return;
    act(running.exchange);
    this.commit().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  /** Makes durable what changed, then tells. Faults: OUTCOME_UNKNOWN. */
  private commit(): Promise<void> {
    const { running } = this;
    if (running === undefined) return Promise.resolve();
    const { exchange, journal } = running;
    const events = exchange.drain();
    // Refused before anything changed: there is nothing to wait for.
    if (events.length === 0) return Promise.resolve();
    const reports = this.reports(exchange, events);
    const durable = journal.append(events);
    this.telling = Promise.allSettled([this.telling, durable]).then(([, written]) => {
      if (written.status === 'fulfilled') for (const report of reports) report(running.handlers);
    });
    return durable;
  }

  private reports(exchange: PaperExchange, events: readonly PaperEvent[]): readonly ((to: TradingHandlers) => void)[] {
    const { account, orderIdOf } = exchange;
    return events.flatMap((event): ((to: TradingHandlers) => void)[] => {
      if (event.type === 'fill') return [(to) => to.onFill(event.fill)];
      if (event.type === 'funding') return [(to) => to.onFunding(event.payment)];
      if (event.type === 'rested') {
        const order = account.orders.get(event.oid);
        return order === undefined ? [] : [(to) => to.onOrder(openReport(order, orderIdOf))];
      }
      const finished = event.type === 'end' ? account.finishedByOid(event.oid) : undefined;
      return finished === undefined ? [] : [(to) => to.onOrder(finishedReport(finished, orderIdOf))];
    });
  }

  private takeInstruments(instruments: readonly Instrument[]): void {
    this.market((exchange) => {
      for (const instrument of instruments) exchange.setInstrument(instrument);
    });
    this.hasInstruments = true;
  }

  /** Mends what is missing, one attempt a time, and tells of a connection won or lost. */
  private async tick(): Promise<void> {
    if (this.running === undefined || this.isLoading) return;
    this.isLoading = true;
    try {
      if (this.running.journal.failure !== undefined) await this.running.journal.begin();
      if (!this.hasInstruments) await this.instruments();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('paper_venue_waits', { account: this.accountId, reason: error.message });
    } finally {
      this.isLoading = false;
      this.announce();
    }
  }

  private announce(): void {
    const { running, connected } = this;
    if (running === undefined || connected === this.wasConnected) return;
    this.wasConnected = connected;
    if (connected) running.handlers.onConnected();
    else running.handlers.onDisconnected(running.journal.failure?.message ?? 'no connection to market-data');
  }
}
