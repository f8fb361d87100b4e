import type { FeedsPage, ServiceStatus, VenueConnection } from '@argosy/contracts';
import {
  type Book,
  type Clock,
  FEED_STATES,
  type Instrument,
  type InstrumentId,
  isVenue,
  ok,
  type Random,
  type Refusal,
  refusal,
  refused,
  type Result,
  type Timer,
  type TimeNs,
  type Timers,
  type Venue,
} from '@argosy/domain';
import {
  describeLeadership,
  describeProcess,
  type Logger,
  type MessageBus,
  type ProcessFacts,
  type Tracer,
} from '@argosy/platform-port';
import type { MarketDataHandlers } from '@argosy/venue-port';
import { type ChannelPorts, type ChannelSettings, InstrumentChannel } from './instrument-channel.js';
import type { MarketDataMetrics } from './market-data.metrics.js';
import { MarketPublisher } from './market-publisher.js';
import { MessageRate } from './message-rate.js';
import { type VenuePlan, VenueSession } from './venue-session.js';

export interface MarketDataSettings extends ChannelSettings {
  /** At most 60 s (5.13). */
  readonly instrumentRefreshMs: number;
}

export interface MarketDataPorts {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly metrics: MarketDataMetrics;
  /** Where raw frames go, when somebody records. */
  readonly recorder?: { frame(venue: Venue, receivedTimeNs: TimeNs, text: string): void };
  readonly facts: ProcessFacts;
}

const HEARTBEAT_MS = 1_000;
const SILENCE_CHECK_MS = 100;

/** Venues in, fleet out: starts the venues, keeps the newest of everything, publishes it, answers questions. */
export class MarketDataService {
  readonly #channels = new Map<InstrumentId, InstrumentChannel>();
  readonly #sessions: readonly VenueSession[];
  readonly #metrics: MarketDataMetrics;
  readonly #channelPorts: ChannelPorts;
  readonly #rate: MessageRate;
  readonly #startedNs: TimeNs;
  #timers: Timer[] = [];

  constructor(
    plans: readonly VenuePlan[],
    private readonly settings: MarketDataSettings,
    private readonly ports: MarketDataPorts,
  ) {
    const { bus, clock, timers, tracer, metrics } = ports;
    this.#metrics = metrics;
    this.#rate = new MessageRate(clock);
    this.#startedNs = clock.now();
    this.#channelPorts = {
      clock,
      timers,
      publisher: new MarketPublisher(bus, tracer, this.#metrics),
      metrics: this.#metrics,
    };
    this.#sessions = plans.map(
      (plan) => new VenueSession(plan, ports, (instruments) => this.#open(plan.venue.venue, instruments)),
    );
    bus.onReconnect(() => this.#republish());
  }

  /** Resolves when every venue has been asked once; one that does not answer is tried again for ever. */
  async start(): Promise<void> {
    const { timers } = this.ports;
    this.#timers = [
      timers.every(HEARTBEAT_MS, () => this.#heartbeat()),
      timers.every(SILENCE_CHECK_MS, () => this.#checkSilence()),
      timers.every(this.settings.instrumentRefreshMs, () => void this.#refresh()),
    ];
    await Promise.all(this.#sessions.map((session) => session.start()));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    await Promise.all(this.#sessions.map((session) => session.stop()));
    for (const channel of this.#channels.values()) channel.stop();
  }

  /** For the health report: a venue that is not up, or undefined. A broken feed is published as state, not as health. */
  waitingFor(): string | undefined {
    const waiting = this.#sessions.filter((session) => session.waitingFor !== undefined);
    return waiting.length === 0
      ? undefined
      : waiting.map((session) => `${session.venue}: ${session.waitingFor ?? ''}`).join('; ');
  }

  instruments(question: { readonly venue: string }): Result<readonly Instrument[], Refusal> {
    if (question.venue !== '' && !isVenue(question.venue))
      return refused(refusal('invalid_request', { venue: question.venue }));
    const sessions = this.#sessions.filter(({ venue }) => question.venue === '' || venue === question.venue);
    return ok(
      sessions.flatMap((session) =>
        session.instruments.map((listed) => this.#channels.get(listed.id)?.instrument ?? listed),
      ),
    );
  }

  feeds(): Result<FeedsPage, Refusal> {
    return ok({ feeds: [...this.#channels.values()].map(({ feed }) => feed), messagesPerSecond: this.#rate.perSecond });
  }

  /** The newest book as published; one that is not valid has no levels. */
  book(question: { readonly instrumentId: string }): Result<Book, Refusal> {
    const channel = this.#channels.get(question.instrumentId as InstrumentId);
    return channel === undefined
      ? refused(refusal('instrument_unknown', { instrumentId: question.instrumentId }))
      : ok(channel.book);
  }

  /** MD-2: drops the venue's connection and makes it anew. */
  reconnect(command: { readonly venue: string }): Result<Record<string, never>, Refusal> {
    const session = this.#sessions.find(({ venue }) => venue === command.venue);
    if (session === undefined)
      return refused(refusal('invalid_request', { venue: command.venue, reason: 'market-data has no such venue' }));
    this.ports.logger.info('venue_reconnect_commanded', { venue: session.venue });
    session.reconnect();
    return ok({});
  }

  status(): Result<ServiceStatus, Refusal> {
    const described = describeProcess(this.ports.facts);
    const conditions = this.#sessions.map(({ venue, waitingFor }) => ({
      name: `venue ${venue}`,
      met: waitingFor === undefined,
      reason: waitingFor ?? '',
      sinceNs: this.#startedNs,
    }));
    return ok({
      ...described,
      service: 'market-data',
      ...describeLeadership(this.ports.facts),
      ready: this.waitingFor() === undefined,
      conditions: [...described.conditions, ...conditions],
      startedNs: this.#startedNs,
      venues: this.#sessions.map((session) => this.#connection(session)),
    });
  }

  #connection({ venue, waitingFor }: VenueSession): VenueConnection {
    const feeds = [...this.#channels.values()].map(({ feed }) => feed).filter((feed) => feed.venue === venue);
    const down = feeds.find(({ state }) => state === 'disconnected' || state === 'connecting');
    const latencies = feeds.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
    const status = waitingFor !== undefined || feeds.length === 0 ? 'connecting' : (down?.state ?? 'connected');
    return {
      venue,
      accountId: '',
      status,
      reason: waitingFor ?? down?.reason ?? '',
      latencyMs: latencies.length === 0 ? undefined : Math.max(...latencies),
    };
  }

  #open(venue: Venue, instruments: readonly Instrument[]): MarketDataHandlers {
    for (const instrument of instruments) {
      if (this.#channels.has(instrument.id)) continue;
      const channel = new InstrumentChannel(instrument, this.settings, this.#channelPorts);
      this.#channels.set(instrument.id, channel);
      channel.onInstrument(instrument);
    }
    return this.#handlers(venue);
  }

  #handlers(venue: Venue): MarketDataHandlers {
    const to = (id: InstrumentId): InstrumentChannel | undefined => this.#channels.get(id);
    const { recorder } = this.ports;
    return {
      onBook: (book) => {
        this.#rate.count();
        to(book.instrumentId)?.onBook(book);
      },
      onTrade: (trade) => {
        this.#rate.count();
        to(trade.instrumentId)?.onTrade(trade);
      },
      onMarketState: (state) => {
        this.#rate.count();
        to(state.instrumentId)?.onMarketState(state);
      },
      onCandle: (candle) => to(candle.instrumentId)?.onCandle(candle),
      onFeedState: (feed) => to(feed.instrumentId)?.onFeedState(feed),
      onInstrument: (instrument) => {
        to(instrument.id)?.onInstrument(instrument);
        this.#sessions.find((session) => session.venue === venue)?.replace(instrument);
      },
      ...(recorder === undefined
        ? {}
        : { onRawFrame: (receivedTimeNs: TimeNs, text: string) => recorder.frame(venue, receivedTimeNs, text) }),
    };
  }

  #heartbeat(): void {
    for (const channel of this.#channels.values()) channel.heartbeat();
    for (const { venue } of this.#sessions) {
      const feeds = [...this.#channels.values()].map(({ feed }) => feed).filter((feed) => feed.venue === venue);
      for (const state of FEED_STATES)
        this.#metrics.feeds.set({ venue, state }, feeds.filter((feed) => feed.state === state).length);
    }
  }

  #checkSilence(): void {
    for (const channel of this.#channels.values()) channel.checkSilence();
  }

  async #refresh(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.refresh()));
  }

  #republish(): void {
    for (const channel of this.#channels.values()) channel.republish();
  }
}
