import { Fault, type Clock, type Timer, type Timers } from '@argosy/domain';
import { VenueClock } from '@argosy/market-data-core';
import type { BinanceRest } from './binance-rest.js';
import { isRecord, readVenueMs } from './read-json.js';

/** Close together at first, so that a replay's rate is known within seconds; then every 30 s (5.9). */
const SAMPLE_DELAYS_MS = [1_000, 1_000, 3_000, 5_000] as const;
const SAMPLE_EVERY_MS = 30_000;
/** However many frames do not fit, the venue is asked for its time no oftener than this. */
const DOUBT_SPACING_MS = 1_000;
const TIME_BYTES_MAX = 65_536;

/** Keeps asking a venue for its time while a connection stands. */
export class ClockSampling {
  venueClock = new VenueClock();
  #timer: Timer | undefined;
  #run = 0;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly path: string,
    private readonly rest: BinanceRest,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly onFault: (fault: Fault) => void,
  ) {}

  /** Forgets what was measured: behind a new connection may be another clock. */
  restart(): void {
    this.stop();
    this.venueClock = new VenueClock();
    void this.#sample(this.#run, 0);
  }

  stop(): void {
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** An event's time does not fit the clock: one of the two is wrong, and only asking tells which (5.9). */
  doubt(): void {
    const isAsking = this.#timer === undefined;
    if (isAsking || this.clock.monotonicMs() - this.#askedMs < DOUBT_SPACING_MS) return;
    this.#timer?.cancel();
    void this.#sample(this.#run, 0);
  }

  async #sample(run: number, index: number): Promise<void> {
    this.#timer = undefined;
    const sentMs = this.clock.monotonicMs();
    this.#askedMs = sentMs;
    const venueMs = await this.#ask();
    if (run !== this.#run) return;
    if (venueMs !== undefined) this.venueClock.add({ sentMs, receivedMs: this.clock.monotonicMs(), venueMs });
    // Half a minute by a clock that has just been set would be half a minute of good books refused.
    const step = this.venueClock.isDoubtful ? 0 : index;
    this.#timer = this.timers.after(SAMPLE_DELAYS_MS[step] ?? SAMPLE_EVERY_MS, () => void this.#sample(run, step + 1));
  }

  async #ask(): Promise<number | undefined> {
    try {
      const { json } = await this.rest.get(this.path, TIME_BYTES_MAX);
      return isRecord(json) ? readVenueMs(json['serverTime']) : undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.onFault(error);
      return undefined;
    }
  }
}
