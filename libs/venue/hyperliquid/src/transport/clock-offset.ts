import { type Clock, Fault, type Timer, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { record, timeMs } from '../wire/field.js';
import type { InfoClient } from './info-client.js';

interface Sample {
  /**
   * Venue time in the answer minus our monotonic clock at its receipt: the venue's clock is at least this far ahead. On
   * the monotonic clock, a step of the wall clock changes nothing.
   */
  readonly floorMs: number;
  /** Half the round trip. */
  readonly uncertaintyMs: number;
  readonly takenAtMs: number;
}

const SAMPLES_MAX = 8;
/** Quartz drifts by far less; two clocks apart by 200 ppm gain 6 ms in the 30 s between samples. */
const DRIFT_PPM = 200;
const SAMPLE_AGE_MS_MAX = 300_000;
const FIRST_SAMPLES = 3;
/** Time stands still between blocks, but not for longer than this: a sample further back is of another clock. */
const BLOCK_MS_MAX = 1_000;
/** However many books do not fit, the venue is asked no oftener than this. */
const DOUBT_SPACING_MS = 2_000;

const driftMs = (sample: Sample, nowMs: number): number => ((nowMs - sample.takenAtMs) * DRIFT_PPM) / 1e6;

/**
 * The venue's clock as seen from here. The `time` of `clearinghouseState` is the block time by which the venue judges
 * nonces and `expiresAfter`, in milliseconds; the HTTP Date header has whole seconds and is another machine's clock.
 * An answer is late by its way here and by the age of its block, and never early: the sample that puts the venue furthest
 * ahead was late the least, and wins (5.9). What error is left makes the venue look behind, so that expiries err early.
 */
export class ClockOffset {
  private samples: readonly Sample[] = [];
  private timer: Timer | undefined;
  private askedMs = Number.NEGATIVE_INFINITY;

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

  /** A moment the venue wrote does not fit its clock as known here: it may have been set, and only asking tells (5.9). */
  doubt(): void {
    const isStarted = this.timer !== undefined;
    if (isStarted && this.clock.monotonicMs() - this.askedMs >= DOUBT_SPACING_MS) void this.measure();
  }

  /** Venue minus our UTC in ms, and how far off that may be; undefined before the first measurement. */
  current(): { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined {
    const nowMs = this.clock.monotonicMs();
    const best = this.best(nowMs);
    if (best === undefined) return undefined;
    const utcMs = Number(this.clock.now() / 1_000n) / 1_000;
    return {
      offsetMs: best.floorMs + best.uncertaintyMs + nowMs - utcMs,
      uncertaintyMs: best.uncertaintyMs + driftMs(best, nowMs),
    };
  }

  private best(nowMs: number): Sample | undefined {
    const certainty = (sample: Sample): number => sample.floorMs - driftMs(sample, nowMs);
    let best: Sample | undefined;
    for (const sample of this.samples) {
      const fresh = nowMs - sample.takenAtMs <= SAMPLE_AGE_MS_MAX;
      if (fresh && (best === undefined || certainty(sample) > certainty(best))) best = sample;
    }
    return best;
  }

  private async measure(): Promise<void> {
    const sentMs = this.clock.monotonicMs();
    this.askedMs = sentMs;
    try {
      const question = { type: 'clearinghouseState', user: this.user };
      const venueMs = await this.info.ask(question, (answer) => timeMs(record(answer, 'state')['time'], 'time'));
      const receivedMs = this.clock.monotonicMs();
      this.keep({ floorMs: venueMs - receivedMs, uncertaintyMs: (receivedMs - sentMs) / 2, takenAtMs: receivedMs });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('clock_offset_unmeasured', { code: error.code, reason: error.message });
    }
  }

  private keep(sample: Sample): void {
    const ceilingMs = sample.floorMs + 2 * sample.uncertaintyMs + BLOCK_MS_MAX;
    const agreeing = this.samples.filter((old) => old.floorMs - driftMs(old, sample.takenAtMs) <= ceilingMs);
    this.samples = [...agreeing.slice(1 - SAMPLES_MAX), sample];
  }
}
