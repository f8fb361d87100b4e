import type { TimeNs } from '@argosy/domain';
import type { VenueTimeSample } from '@argosy/venue-port';

export interface VenueClockSettings {
  /** More uncertainty than this, either way, and no new order leaves (I-56), ms. */
  readonly uncertaintyMsMax: number;
  /** How fast the two clocks may move apart, parts per million. */
  readonly driftPpm: number;
  /** Between two looks at the venue's clock, ms; while its looks disagree, a second is enough. */
  readonly sampleEveryMs: number;
  /** Without a look for so long nothing is known any more, ms. */
  readonly silenceMsMax: number;
}

export const VENUE_CLOCK_DEFAULTS: VenueClockSettings = {
  uncertaintyMsMax: 250,
  driftPpm: 500,
  sampleEveryMs: 15_000,
  silenceMsMax: 90_000,
};

const SUSPECT_SAMPLE_EVERY_MS = 1_000;
const NS_PER_MS = 1_000_000;

/** The venue's UTC minus our monotonic clock lies between these, ms. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}
interface Known extends Bounds {
  readonly atMs: number;
}

export interface VenueClockView {
  /** The middle of what it may be: venue UTC minus our monotonic clock, ms. */
  readonly offsetMs: number;
  /** How far it may be off, either way, ms. */
  readonly uncertaintyMs: number;
  readonly sampleAgeMs: number;
}

/** Why the clock allows no new order. */
export type ClockTrouble = 'clock_unknown' | 'clock_uncertain' | 'clock_jumped';
export type SampleVerdict = 'taken' | 'refused' | 'suspect' | 'jumped';

const meet = (a: Bounds, b: Bounds): Bounds | undefined => {
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  return low <= high ? { low, high } : undefined;
};
const hull = (a: Bounds, b: Bounds): Bounds => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) });

/**
 * The venue's clock on our monotonic one, so that steps of our own wall clock change nothing. Each look bounds it from both
 * sides: its time was read after we asked and before we heard, and its stamp may have been old. Bounds of all looks are cut
 * with each other and widen with drift, which makes the quickest answers count most (5.9). A look that contradicts the
 * bounds is a clock that jumped or a stamp older than promised: until a second look decides, both are believed.
 */
export class VenueClock {
  private known: Known | undefined;
  private suspect: Known | undefined;
  private sampledAtMs = Number.NEGATIVE_INFINITY;
  /** Steps of either clock that were found. */
  jumps = 0;

  /** @throws RangeError naming the setting that is out of its bounds. */
  constructor(private readonly settings: VenueClockSettings = VENUE_CLOCK_DEFAULTS) {
    const { uncertaintyMsMax, driftPpm, sampleEveryMs, silenceMsMax } = settings;
    check('uncertaintyMsMax', uncertaintyMsMax, uncertaintyMsMax > 0 && uncertaintyMsMax <= 1_000);
    check('driftPpm', driftPpm, driftPpm >= 0 && driftPpm <= 10_000);
    check('sampleEveryMs', sampleEveryMs, sampleEveryMs >= 1_000 && sampleEveryMs <= 30_000);
    check('silenceMsMax', silenceMsMax, silenceMsMax >= sampleEveryMs && silenceMsMax <= 300_000);
  }

  /** Whether to look at the venue's clock now; a look on its way counts from its question. */
  isSampleDue(nowMs: number): boolean {
    const everyMs = this.suspect === undefined ? this.settings.sampleEveryMs : SUSPECT_SAMPLE_EVERY_MS;
    return nowMs - this.sampledAtMs >= everyMs;
  }

  /** Call when asking, so that a slow answer does not bring a second question. */
  asked(nowMs: number): void {
    this.sampledAtMs = nowMs;
  }

  take({ sentMonotonicMs, receivedMonotonicMs, venueMs, stampAgeMsMax }: VenueTimeSample): SampleVerdict {
    const atMs = receivedMonotonicMs;
    const bounds: Known = { low: venueMs - atMs, high: venueMs + stampAgeMsMax - sentMonotonicMs, atMs };
    if (!Number.isFinite(bounds.low) || !Number.isFinite(bounds.high) || bounds.low > bounds.high) return 'refused';
    const known = this.present(atMs);
    if (known === undefined) return this.settle(bounds, 'taken');
    const agreed = meet(bounds, known);
    if (agreed !== undefined) return this.settle({ ...agreed, atMs }, 'taken');
    const doubted = this.suspect === undefined ? undefined : meet(bounds, this.aged(this.suspect, atMs));
    if (doubted === undefined) {
      this.suspect = bounds;
      return 'suspect';
    }
    this.jumps += 1;
    return this.settle({ ...doubted, atMs }, 'jumped');
  }

  /** Undefined before the first look and after too long without one. */
  view(nowMs: number): VenueClockView | undefined {
    const bounds = this.bounds(nowMs);
    if (bounds === undefined || this.known === undefined) return undefined;
    return {
      offsetMs: (bounds.low + bounds.high) / 2,
      uncertaintyMs: (bounds.high - bounds.low) / 2,
      sampleAgeMs: nowMs - this.known.atMs,
    };
  }

  /** I-56: why no new order may leave, or undefined. */
  trouble(nowMs: number): ClockTrouble | undefined {
    const view = this.view(nowMs);
    if (view === undefined) return 'clock_unknown';
    if (this.suspect !== undefined) return 'clock_jumped';
    return view.uncertaintyMs > this.settings.uncertaintyMsMax ? 'clock_uncertain' : undefined;
  }

  /**
   * The venue's time now, at its earliest: an expiry made from it is rather too soon than too late, and a moment it has
   * passed has passed. Undefined while nothing is known.
   */
  earliest(nowMs: number): TimeNs | undefined {
    const bounds = this.bounds(nowMs);
    return bounds === undefined ? undefined : toNs(nowMs + bounds.low);
  }

  /**
   * When the venue must refuse a request that leaves now (I-05): after `validityMs` at most, and never after a moment of our
   * monotonic clock, which is the lease's deadline. Undefined while nothing is known, and when the moment has come.
   */
  expiry(nowMs: number, deadlineMonotonicMs: number, validityMs: number): TimeNs | undefined {
    const bounds = this.bounds(nowMs);
    const leftMs = Math.min(validityMs, deadlineMonotonicMs - nowMs);
    if (bounds === undefined || leftMs <= 0) return undefined;
    // The venue's clock may run slow for as long as the request is valid.
    return toNs(nowMs + leftMs + bounds.low - this.driftMs(leftMs));
  }

  private settle(known: Known, verdict: SampleVerdict): SampleVerdict {
    this.known = known;
    this.suspect = undefined;
    return verdict;
  }

  private bounds(nowMs: number): Bounds | undefined {
    const known = this.present(nowMs);
    if (known === undefined || this.suspect === undefined) return known;
    return hull(known, this.aged(this.suspect, nowMs));
  }

  private present(nowMs: number): Bounds | undefined {
    if (this.known === undefined || nowMs - this.known.atMs > this.settings.silenceMsMax) return undefined;
    return this.aged(this.known, nowMs);
  }

  private aged({ low, high, atMs }: Known, nowMs: number): Bounds {
    const driftMs = this.driftMs(Math.max(0, nowMs - atMs));
    return { low: low - driftMs, high: high + driftMs };
  }

  private driftMs(spanMs: number): number {
    return (spanMs * this.settings.driftPpm) / 1e6;
  }
}

const toNs = (ms: number): TimeNs => BigInt(Math.floor(ms * NS_PER_MS)) as TimeNs;

function check(name: string, value: number, isGood: boolean): void {
  if (!isGood) throw new RangeError(`venue clock: ${name} is out of range, was ${String(value)}`);
}
