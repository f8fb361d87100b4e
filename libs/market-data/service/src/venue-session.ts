import {
  Fault,
  type Instrument,
  type InstrumentId,
  type Random,
  type Timer,
  type Timers,
  type Venue,
} from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { type MarketDataHandlers, type MarketDataVenue, reconnectDelayMs } from '@argosy/venue-port';

export interface VenuePlan {
  readonly venue: MarketDataVenue;
  /** Our symbols, e.g. `BTC-PERP`. */
  readonly symbols: readonly string[];
}

export interface SessionPorts {
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
}

/** Brings one venue up, for as long as it takes: its listing first, then its feeds. */
export class VenueSession {
  #listed: readonly Instrument[] = [];
  #waiting: string | undefined = 'not yet asked for its instruments';
  #retry: Timer | undefined;
  #attempts = 0;
  #isStarted = false;
  #isStopped = false;

  constructor(
    private readonly plan: VenuePlan,
    private readonly ports: SessionPorts,
    /** Called before the venue starts, so that every event finds its place. */
    private readonly prepare: (instruments: readonly Instrument[]) => MarketDataHandlers,
  ) {}

  get venue(): Venue {
    return this.plan.venue.venue;
  }
  get instruments(): readonly Instrument[] {
    return this.#listed;
  }
  /** Why the feeds are not up, or undefined. */
  get waitingFor(): string | undefined {
    return this.#waiting;
  }

  async start(): Promise<void> {
    if (this.#isStopped) return;
    try {
      this.#listed = await this.plan.venue.instruments();
      const wanted = this.#wanted();
      const handlers = this.prepare(wanted);
      await this.plan.venue.start(
        wanted.map(({ id }) => id),
        handlers,
      );
      this.#isStarted = true;
      this.#waiting = undefined;
      await this.#stopIfAsked();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#again(error);
    }
  }

  /** Stopped while the venue was being asked. */
  async #stopIfAsked(): Promise<void> {
    if (this.#isStopped) await this.plan.venue.stop();
  }

  #wanted(): readonly Instrument[] {
    const wanted = this.plan.symbols.map((symbol) => this.#listed.find((instrument) => instrument.symbol === symbol));
    const missing = this.plan.symbols.filter((_symbol, index) => wanted[index] === undefined);
    if (missing.length > 0) throw new Fault('VENUE_REFUSED', `${this.venue} does not list ${missing.join(', ')}`);
    return wanted.filter((instrument) => instrument !== undefined);
  }

  #again(fault: Fault): void {
    this.#waiting = fault.message;
    const delayMs = reconnectDelayMs(this.#attempts, this.ports.random);
    this.#attempts += 1;
    this.ports.logger.warning('venue_not_started', {
      venue: this.venue,
      code: fault.code,
      reason: fault.message,
      retryInMs: delayMs,
    });
    if (!this.#isStopped) this.#retry = this.ports.timers.after(delayMs, () => void this.start());
  }

  /** Reads the listing again; what changed of a running instrument reaches the handlers by itself (5.13). */
  async refresh(): Promise<void> {
    if (!this.#isStarted || this.#isStopped) return;
    try {
      this.#listed = await this.plan.venue.instruments();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('instruments_not_refreshed', {
        venue: this.venue,
        code: error.code,
        reason: error.message,
      });
    }
  }

  /** The listing with the newest version of an instrument that changed. */
  replace(instrument: Instrument): void {
    this.#listed = this.#listed.map((known) => (known.id === instrument.id ? instrument : known));
  }

  has(id: InstrumentId): boolean {
    return this.#listed.some((instrument) => instrument.id === id);
  }

  reconnect(): void {
    if (this.#isStarted) return this.plan.venue.reconnect();
    this.#retry?.cancel();
    this.#attempts = 0;
    void this.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    if (this.#isStarted) await this.plan.venue.stop();
  }
}
