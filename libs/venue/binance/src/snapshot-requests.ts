import { Fault, type Random, type Timer, type Timers } from '@argosy/domain';
import { reconnectDelayMs } from '@argosy/venue-port';
import type { BinanceMarket } from './binance-market.js';
import type { BinanceRest } from './binance-rest.js';
import type { InstrumentFeed } from './instrument-feed.js';

/** Levels a side; deeper ones cost five times the weight and no strategy looks there. */
const SNAPSHOT_LEVELS = 1_000;
const SNAPSHOT_BYTES_MAX = 2_097_152;
/** A snapshot that was too old is asked again soon; later attempts back off like a connection, or we are banned. */
const FIRST_DELAYS_MS = [0, 250, 500] as const;

export interface SnapshotPorts {
  readonly rest: BinanceRest;
  readonly timers: Timers;
  readonly random: Random;
}

/** Asks for snapshots: one at a time a feed, first at once, then ever slower until the feed is well again. */
export class SnapshotRequests {
  readonly #timers = new Set<Timer>();

  constructor(
    private readonly market: BinanceMarket,
    private readonly ports: SnapshotPorts,
    private readonly onAnswer: (feed: InstrumentFeed, text: string) => void,
    private readonly onFault: (feed: InstrumentFeed, fault: Fault) => void,
  ) {}

  request(feed: InstrumentFeed): void {
    if (feed.snapshotWanted) return;
    feed.snapshotWanted = true;
    const attempt = feed.snapshotAttempts;
    feed.snapshotAttempts += 1;
    const backoffMs = FIRST_DELAYS_MS[attempt] ?? reconnectDelayMs(attempt - FIRST_DELAYS_MS.length, this.ports.random);
    const delayMs = Math.max(backoffMs, this.ports.rest.blockedForMs);
    if (delayMs === 0) void this.#fetch(feed);
    else this.#later(delayMs, feed);
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #later(delayMs: number, feed: InstrumentFeed): void {
    const { epoch } = feed;
    const timer = this.ports.timers.after(delayMs, () => {
      this.#timers.delete(timer);
      if (feed.epoch === epoch) void this.#fetch(feed);
    });
    this.#timers.add(timer);
  }

  async #fetch(feed: InstrumentFeed): Promise<void> {
    const { epoch } = feed;
    const body = await this.#get(feed);
    if (feed.epoch !== epoch) return;
    feed.snapshotWanted = false;
    if (body === undefined || !feed.onSnapshot(body)) this.request(feed);
  }

  async #get(feed: InstrumentFeed): Promise<unknown> {
    const path = `${this.market.restPath}/depth?symbol=${feed.instrument.venueSymbol}&limit=${String(SNAPSHOT_LEVELS)}`;
    try {
      const { text, json } = await this.ports.rest.get(path, SNAPSHOT_BYTES_MAX);
      this.onAnswer(feed, text);
      return json;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.onFault(feed, error);
      return undefined;
    }
  }
}
