import { type Clock, Fault, type Timer, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { record, timeMs } from '../wire/field.js';
import type { InfoClient } from './info-client.js';

interface Sample {
  /** Venue time minus our monotonic clock: a step of the wall clock does not touch it. */
  readonly venueMinusMonotonicMs: number;
  readonly uncertaintyMs: number;
  readonly takenAtMs: number;
}

const SAMPLES_MAX = 8;
/** Quartz drifts by far less; two clocks apart by 200 ppm gain 6 ms in the 30 s between samples. */
const DRIFT_PPM = 200;
const SAMPLE_AGE_MS_MAX = 300_000;
const FIRST_SAMPLES = 3;

const uncertaintyAt = (sample: Sample, nowMs: number): number =>
  sample.uncertaintyMs + ((nowMs - sample.takenAtMs) * DRIFT_PPM) / 1e6;

/**
 * The venue's clock as seen from here. The `time` of `clearinghouseState` is the block time by which the venue judges
 * nonces and `expiresAfter`, in milliseconds; the HTTP Date header has whole seconds and is another machine's clock.
 * The sample with the shortest round trip wins: its answer had the least room to be late (5.9).
 */
export class ClockOffset {
  private samples: readonly Sample[] = [];
  private timer: Timer | undefined;

  constructor(
    private readonly info: InfoClient,
    private readonly user: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Takes three samples at once, then one each `intervalMs`. Never rejects: an offset not measured is simply unknown. */
  async start(timers: Timers, intervalMs: number): Promise<void> {
    this.timer ??= timers.every(intervalMs, () => void this.measure());
    for (let i = 0; i < FIRST_SAMPLES; i += 1) await this.measure();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** Venue minus our UTC in ms, and how far off that may be; undefined before the first measurement. */
  current(): { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined {
    const nowMs = this.clock.monotonicMs();
    const best = this.best(nowMs);
    if (best === undefined) return undefined;
    const utcMs = Number(this.clock.now() / 1_000n) / 1_000;
    return { offsetMs: best.venueMinusMonotonicMs + nowMs - utcMs, uncertaintyMs: uncertaintyAt(best, nowMs) };
  }

  private best(nowMs: number): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.samples) {
      const fresh = nowMs - sample.takenAtMs <= SAMPLE_AGE_MS_MAX;
      if (fresh && (best === undefined || uncertaintyAt(sample, nowMs) < uncertaintyAt(best, nowMs))) best = sample;
    }
    return best;
  }

  private async measure(): Promise<void> {
    const sentMs = this.clock.monotonicMs();
    try {
      const question = { type: 'clearinghouseState', user: this.user };
      const venueMs = await this.info.ask(question, (answer) => timeMs(record(answer, 'state')['time'], 'time'));
      const receivedMs = this.clock.monotonicMs();
      const sample: Sample = {
        venueMinusMonotonicMs: venueMs - (sentMs + receivedMs) / 2,
        uncertaintyMs: (receivedMs - sentMs) / 2,
        takenAtMs: receivedMs,
      };
      this.samples = [...this.samples.slice(1 - SAMPLES_MAX), sample];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('clock_offset_unmeasured', { code: error.code, reason: error.message });
    }
  }
}
