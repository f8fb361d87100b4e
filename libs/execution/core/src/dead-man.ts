import type { DeadManAnswer, DeadManRules } from '@argosy/venue-port';

export interface DeadManSettings {
  /** From arming to firing, ms: 5 × the slowest take-over and more, so that no take-over trips it; at most 30 s. */
  readonly timeoutMs: number;
  /** Between two renewals, ms. Each costs a request of the account's earned limit. */
  readonly renewMs: number;
}

export const DEAD_MAN_DEFAULTS: DeadManSettings = { timeoutMs: 15_000, renewMs: 5_000 };

const TIMEOUT_MS_MAX = 30_000;
const RETRY_MS = 1_000;
const RETRY_OTHER_MS = 60_000;
/** Volume comes slowly. */
const RETRY_VOLUME_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface DeadManMoment {
  readonly monotonicMs: number;
  /** The venue's clock at its earliest; undefined while unknown. */
  readonly venueMs: number | undefined;
  /** The lease is ours and its deadline not passed: nobody else keeps the switch from firing. */
  readonly leads: boolean;
  /** Some order rests, is in doubt or is on its way. */
  readonly exposed: boolean;
}

export type DeadManStep =
  { readonly kind: 'arm'; readonly atVenueMs: number } | { readonly kind: 'disarm' } | { readonly kind: 'wait' };

/** `absent` is shown to people: the last line of defence is not there, and why. */
export interface DeadManStatus {
  readonly state: 'armed' | 'disarmed' | 'unknown' | 'absent';
  readonly cause?: Extract<DeadManAnswer, { outcome: 'refused' }>['cause'] | 'clock_unknown';
  readonly firesAtVenueMs?: number;
  readonly firingsToday: number;
}

const WAIT: DeadManStep = { kind: 'wait' };

/**
 * When to renew, and when to give up, the venue's own dead-man switch: the last line when leader and standby are both gone.
 * Only a leader renews it. While orders rest it stays armed; without any it is let go before it fires, because firings are
 * few (Hyperliquid: ten a day). What another process armed is unknown, and is put right by the first step.
 */
export class DeadManSwitch {
  private state: 'armed' | 'disarmed' | 'unknown' | 'absent' = 'unknown';
  private cause: DeadManStatus['cause'];
  private firesAtVenueMs: number | undefined;
  private asking: DeadManStep | undefined;
  private retryAtMs = Number.NEGATIVE_INFINITY;
  private firings = 0;
  private firingsDay = -1;
  private firedAtVenueMs = Number.NEGATIVE_INFINITY;

  /** @throws RangeError when the times do not fit each other or the venue's rules. */
  constructor(
    private readonly rules: DeadManRules | undefined,
    private readonly settings: DeadManSettings = DEAD_MAN_DEFAULTS,
  ) {
    const { timeoutMs, renewMs } = settings;
    const leastMs = (rules?.aheadMsMin ?? 0) + renewMs;
    if (renewMs < RETRY_MS || timeoutMs < leastMs || timeoutMs > TIMEOUT_MS_MAX)
      throw new RangeError(
        `dead-man switch: timeoutMs ${String(timeoutMs)} must be from ${String(leastMs)} to ${String(TIMEOUT_MS_MAX)}, ` +
          `renewMs at least ${String(RETRY_MS)}, was ${String(renewMs)}`,
      );
    if (rules === undefined) this.give('absent', 'not_offered', Number.POSITIVE_INFINITY);
  }

  /** What to ask of the venue now. Whoever is told to arm or disarm tells the answer, or the doubt, before asking again. */
  step(moment: DeadManMoment): DeadManStep {
    const { monotonicMs, venueMs, leads } = moment;
    if (!leads) return this.yield();
    if (this.asking !== undefined || monotonicMs < this.retryAtMs) return WAIT;
    if (venueMs === undefined) {
      if (this.state !== 'armed') this.give('absent', 'clock_unknown', monotonicMs + RETRY_MS);
      return WAIT;
    }
    if (this.isDayFull(venueMs)) this.give('absent', 'day_limit', monotonicMs + untilNextDay(venueMs));
    else this.asking = this.due(venueMs, moment.exposed);
    return this.asking ?? WAIT;
  }

  answered(answer: DeadManAnswer, { monotonicMs, venueMs }: Pick<DeadManMoment, 'monotonicMs' | 'venueMs'>): void {
    const { asking } = this;
    this.asking = undefined;
    if (answer.outcome === 'refused') {
      this.refused(answer.cause, monotonicMs, venueMs);
      return;
    }
    this.give(answer.outcome, undefined, monotonicMs);
    this.firesAtVenueMs = asking?.kind === 'arm' ? asking.atVenueMs : undefined;
  }

  /** No answer: the switch stands at its old moment or at the new one, so it is asked again soon. */
  doubted(monotonicMs: number): void {
    this.asking = undefined;
    this.give('unknown', undefined, monotonicMs + RETRY_MS);
  }

  /**
   * An order ended because the switch fired. True for the first of them: orders are gone and positions naked, so a person is
   * told and the account reconciled.
   */
  noticeFired(venueMs: number): boolean {
    // A switch cannot fire again sooner than it can be armed ahead: until then these are orders of the same firing.
    if (venueMs - this.firedAtVenueMs < (this.rules?.aheadMsMin ?? 0)) return false;
    this.firedAtVenueMs = venueMs;
    this.rollDay(venueMs);
    this.firings += 1;
    this.state = 'disarmed';
    this.firesAtVenueMs = undefined;
    return true;
  }

  get status(): DeadManStatus {
    return {
      state: this.state,
      ...(this.cause === undefined ? {} : { cause: this.cause }),
      ...(this.firesAtVenueMs === undefined ? {} : { firesAtVenueMs: this.firesAtVenueMs }),
      firingsToday: this.firings,
    };
  }

  /** Somebody else may be renewing it now. */
  private yield(): DeadManStep {
    this.asking = undefined;
    if (this.rules !== undefined) this.give('unknown', undefined, Number.NEGATIVE_INFINITY);
    return WAIT;
  }

  private due(venueMs: number, exposed: boolean): DeadManStep | undefined {
    const { timeoutMs, renewMs } = this.settings;
    const leftMs = this.firesAtVenueMs === undefined ? -1 : this.firesAtVenueMs - venueMs;
    const isFresh = this.state === 'armed' && leftMs > timeoutMs - renewMs;
    if (isFresh) return undefined;
    if (exposed) return { kind: 'arm', atVenueMs: Math.floor(venueMs + timeoutMs) };
    return this.state === 'disarmed' || this.state === 'absent' ? undefined : { kind: 'disarm' };
  }

  private refused(cause: DeadManStatus['cause'], monotonicMs: number, venueMs: number | undefined): void {
    const waits: Partial<Record<string, number>> = {
      volume_required: RETRY_VOLUME_MS,
      day_limit: venueMs === undefined ? RETRY_VOLUME_MS : untilNextDay(venueMs),
      too_soon: RETRY_MS,
      not_offered: Number.POSITIVE_INFINITY,
    };
    this.give('absent', cause, monotonicMs + (waits[cause ?? ''] ?? RETRY_OTHER_MS));
  }

  private give(state: DeadManStatus['state'], cause: DeadManStatus['cause'], retryAtMs: number): void {
    this.state = state;
    this.cause = cause;
    this.retryAtMs = retryAtMs;
    if (state !== 'armed') this.firesAtVenueMs = undefined;
  }

  private isDayFull(venueMs: number): boolean {
    this.rollDay(venueMs);
    const most = this.rules?.firingsADayMax;
    return most !== undefined && this.firings >= most;
  }

  private rollDay(venueMs: number): void {
    const day = Math.floor(venueMs / DAY_MS);
    if (day !== this.firingsDay) this.firings = 0;
    this.firingsDay = day;
  }
}

const untilNextDay = (venueMs: number): number => DAY_MS - (venueMs % DAY_MS);
