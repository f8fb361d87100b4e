/** One answer of a venue's time call. Local times are monotonic ms, the venue's are ms since 1970. */
export interface TimeSample {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly venueMs: number;
}

/** Two samples nearer than this say nothing about the rate. */
const RATE_SPAN_MS_MIN = 900;
/** Any clock within this of real time is real time: quartz drifts a thousand times less, and a replay is far outside. */
const RATE_TOLERANCE = 0.05;
/** A clock that stands still (a replay that waits or has ended) must not divide by zero. */
const RATE_MIN = 0.001;

/**
 * The venue's clock as seen from here: its offset, and its rate, which is not one while a recording is played at another
 * speed. Ages are told in local ms, so that one limit serves every speed.
 */
export class VenueClock {
  #anchor: { readonly localMs: number; readonly venueMs: number; readonly uncertaintyMs: number } | undefined;
  #rate = 1;
  #rateKnown = false;
  /** What the newest two samples measured, when it is neither real time nor the rate we go by. */
  #oddRate: number | undefined;

  /** Half the round trip bounds the error (Cristian); a sample whose times run backwards is ignored. */
  add(sample: TimeSample): void {
    const roundTripMs = sample.receivedMs - sample.sentMs;
    if (roundTripMs < 0 || !Number.isFinite(sample.venueMs)) return;
    const next = {
      localMs: (sample.sentMs + sample.receivedMs) / 2,
      venueMs: sample.venueMs,
      uncertaintyMs: roundTripMs / 2,
    };
    const anchor = this.#anchor;
    if (anchor !== undefined) {
      const spanMs = next.localMs - anchor.localMs;
      // Too near for a rate: keep the better of the two.
      if (spanMs < RATE_SPAN_MS_MIN && anchor.uncertaintyMs <= next.uncertaintyMs) return;
      if (spanMs >= RATE_SPAN_MS_MIN)
        this.#learnRate((next.venueMs - anchor.venueMs) / spanMs, (anchor.uncertaintyMs + next.uncertaintyMs) / spanMs);
    }
    this.#anchor = next;
  }

  /**
   * A clock that was set looks, between two samples, like one that runs fast or stands still; only the next two can tell. So
   * real time is believed at once, any other rate when it is measured twice in a row. The anchor has moved either way.
   */
  #learnRate(measured: number, error: number): void {
    const agrees = (rate: number | undefined): boolean =>
      rate !== undefined && Math.abs(measured - rate) <= RATE_TOLERANCE * Math.max(1, rate) + error;
    const isReal = agrees(1);
    if (!isReal && !(this.#rateKnown && agrees(this.#rate)) && !agrees(this.#oddRate)) {
      this.#oddRate = measured;
      return;
    }
    this.#oddRate = undefined;
    this.#rate = isReal ? 1 : Math.max(RATE_MIN, measured);
    this.#rateKnown = true;
  }

  get isKnown(): boolean {
    return this.#anchor !== undefined;
  }
  /** The newest two samples contradict the rate we go by: it was set, or runs otherwise now. Sample again soon. */
  get isDoubtful(): boolean {
    return this.#oddRate !== undefined;
  }
  /** Venue ms per local ms; one until samples far enough apart have said otherwise twice. */
  get rate(): number {
    return this.#rate;
  }
  get isRateKnown(): boolean {
    return this.#rateKnown;
  }
  get uncertaintyMs(): number | undefined {
    return this.#anchor?.uncertaintyMs;
  }

  /** The venue's time at a local instant, ms since 1970; undefined before the first sample. */
  venueMsAt(localMs: number): number | undefined {
    const anchor = this.#anchor;
    return anchor === undefined ? undefined : anchor.venueMs + (localMs - anchor.localMs) * this.#rate;
  }

  /** How long ago the venue's clock showed `venueMs`, in local ms; negative when it lies ahead. */
  ageMs(venueMs: number, localMs: number): number | undefined {
    const now = this.venueMsAt(localMs);
    return now === undefined ? undefined : (now - venueMs) / this.#rate;
  }
}
