import type { EarnedLimit, RequestAllowance, RequestKind, VenueRateLimits } from '@argosy/venue-port';
import { type Charge, type RateLane, SlidingWindow, unitsOf } from './rate-window.js';

export interface RateBudgetSettings {
  /** Of every limit, what we use at all in quiet times; the rest is for others on our address and for error. */
  readonly share: number;
  /** Of that share, kept for cancels and the kill: nothing else ever uses it. */
  readonly cancelShare: number;
  /** Of every limit, how far cancels may go beyond the share. */
  readonly cancelReach: number;
  /** A request may arrive so much later than one that was sent after it, ms. */
  readonly latenessMs: number;
}

export const RATE_BUDGET_DEFAULTS: RateBudgetSettings = {
  share: 0.7,
  cancelShare: 0.25,
  cancelReach: 0.9,
  latenessMs: 2_000,
};

/** Of an earned limit orders leave so much, since it comes back only by trading. */
const EARNED_SHARE = 0.95;
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 60_000;
/** A limit met again within this is the same trouble, and the pause doubles. */
const SAME_TROUBLE_MS = 120_000;
/** An allowance that is spent is asked for again; until then nothing can be known of it. */
const ALLOWANCE_RETRY_MS = 60_000;

export interface RateRequest {
  readonly kind: RequestKind;
  readonly lane: RateLane;
  /** Orders or cancels in the batch, or the most rows the answer may have. */
  readonly items: number;
}

/** What was set aside for one request. */
export interface RateTicket {
  readonly kind: RequestKind;
  readonly charges: readonly (readonly [SlidingWindow, Charge])[];
}

export type RateDecision =
  | { readonly admitted: true; readonly ticket: RateTicket }
  | {
      readonly admitted: false;
      /** The limit that stands in the way: a window's name, the earned limit's, or `pause`. */
      readonly limit: string;
      /** When to ask again; infinite where the request is larger than the whole cap. */
      readonly retryAtMs: number;
    };

export interface RateUse {
  readonly limit: string;
  readonly lane: RateLane;
  readonly used: number;
  readonly cap: number;
}

const no = (limit: string, retryAtMs: number): RateDecision => ({ admitted: false, limit, retryAtMs });

/**
 * EX-6: what may be asked of one venue for one account, so that no sequence of admitted requests ever meets a limit of the
 * venue (5.10). Cancels have a lane of their own that orders cannot fill. All times are of the monotonic clock, ms.
 */
export class RateBudget {
  private readonly windows: readonly SlidingWindow[];
  private readonly pausedUntilMs: Record<RateLane, number> = {
    normal: Number.NEGATIVE_INFINITY,
    cancel: Number.NEGATIVE_INFINITY,
  };
  private limitedAtMs = Number.NEGATIVE_INFINITY;
  private strikes = 0;
  private trickledAtMs = Number.NEGATIVE_INFINITY;
  private allowance: RequestAllowance | undefined;

  /** @throws RangeError naming the setting that is out of its bounds. */
  constructor(
    private readonly limits: VenueRateLimits,
    private readonly settings: RateBudgetSettings = RATE_BUDGET_DEFAULTS,
  ) {
    const { share, cancelShare, cancelReach, latenessMs } = settings;
    check('share', share, share > 0 && share <= cancelReach);
    check('cancelShare', cancelShare, cancelShare > 0 && cancelShare < 1);
    check('cancelReach', cancelReach, cancelReach > 0 && cancelReach <= 1);
    check('latenessMs', latenessMs, latenessMs >= 0 && latenessMs <= PAUSE_MS_MAX);
    this.windows = limits.windows.map((limit) => new SlidingWindow(limit, this.caps(limit.limit), latenessMs));
  }

  /** Sets aside what the request costs, or says what stands in its way; a no costs nothing. */
  admit(request: RateRequest, nowMs: number): RateDecision {
    const inTheWay = this.paused(request, nowMs) ?? this.unearned(request, nowMs) ?? this.full(request, nowMs);
    if (inTheWay !== undefined) return inTheWay;
    const { kind, lane, items } = request;
    if (this.isTrickling(request, nowMs)) this.trickledAtMs = nowMs;
    if (!isRead(kind)) this.spend(items);
    const charges = this.windows.flatMap((window) => {
      const cost = window.limit.costs[kind];
      return cost === undefined ? [] : [[window, window.charge(lane, unitsOf(cost, items), nowMs)] as const];
    });
    return { admitted: true, ticket: { kind, charges } };
  }

  /**
   * How many cancels may leave now, as the sizes of their batches: every one of them set aside. Fewer than `count` in all
   * means that the rest has to be asked for again.
   */
  admitCancels(count: number, nowMs: number): readonly number[] {
    const sizes: number[] = [];
    for (let left = count; left > 0;) {
      const wanted = Math.min(left, this.limits.batchMax);
      const size = [wanted, 1].find((items) => this.admit({ kind: 'cancel', lane: 'cancel', items }, nowMs).admitted);
      if (size === undefined) break;
      sizes.push(size);
      left -= size;
    }
    return sizes;
  }

  /** How many rows an answer really had, where a request was set aside for the most it could have. */
  correct({ kind, charges }: RateTicket, items: number): void {
    for (const [window, charge] of charges) {
      const cost = window.limit.costs[kind];
      if (cost !== undefined) window.correct(charge, unitsOf(cost, items));
    }
  }

  /**
   * The venue said "too much" all the same, to a request of this lane: somebody else shares our address, or its rules have
   * changed. The normal lane rests for as long as the venue says, and at least for a pause that doubles with each repetition.
   * Cancels go on unless one of them was refused, or any request in a pause may turn it into a ban; reads rest in every
   * lane, since none of them makes anything safer by itself.
   */
  limited(nowMs: number, retryAfterMs = 0, lane: RateLane = 'normal'): void {
    this.strikes = nowMs - this.limitedAtMs <= SAME_TROUBLE_MS ? this.strikes + 1 : 0;
    this.limitedAtMs = nowMs;
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(this.strikes, 16));
    const untilMs = nowMs + Math.max(pauseMs, retryAfterMs);
    const isForAll = lane === 'cancel' || this.limits.cancelTrickleMs === undefined;
    for (const each of isForAll ? (['normal', 'cancel'] as const) : (['normal'] as const))
      this.pausedUntilMs[each] = Math.max(this.pausedUntilMs[each], untilMs);
  }

  /** The venue said that the account's earned requests are spent; until the next `observe` they are. */
  addressLimited(lane: RateLane): void {
    const used = this.allowance?.used ?? 0;
    const cancelsToo = lane === 'cancel';
    const allowed = cancelsToo ? 0 : Math.min(used, this.allowance?.allowed ?? used);
    this.allowance = { used: Math.max(used, 1), allowed };
  }

  /** What the venue counts of its earned limit. */
  observe(allowance: RequestAllowance | undefined): void {
    this.allowance = allowance;
  }

  /** A request of ours came too late for its own expiry, which venues make dearer. */
  expired(items: number): void {
    this.spend(items * ((this.limits.earned?.expiredCost ?? 1) - 1));
  }

  /** Each limit by lane, for metrics. */
  use(nowMs: number): readonly RateUse[] {
    const windows = this.windows.flatMap((window) => {
      const used = window.use(nowMs);
      return (['normal', 'cancel'] as const).map((lane) => ({
        limit: window.limit.name,
        lane,
        used: used[lane],
        cap: lane === 'normal' ? window.caps.normal : window.caps.cancel - used.normal,
      }));
    });
    const { earned } = this.limits;
    if (earned === undefined || this.allowance === undefined) return windows;
    const { used } = this.allowance;
    const cap = (lane: RateLane) => this.earnedCap(earned, lane);
    return [
      ...windows,
      ...(['normal', 'cancel'] as const).map((lane) => ({ limit: earned.name, lane, used, cap: cap(lane) })),
    ];
  }

  isPaused(nowMs: number, lane: RateLane = 'normal'): boolean {
    return nowMs < this.pausedUntilMs[lane];
  }

  private caps(limit: number) {
    const { share, cancelShare, cancelReach } = this.settings;
    const shared = Math.floor(limit * share);
    return { shared, normal: Math.floor(shared * (1 - cancelShare)), cancel: Math.floor(limit * cancelReach) };
  }

  private paused(request: RateRequest, nowMs: number): RateDecision | undefined {
    const lane = isRead(request.kind) ? 'normal' : request.lane;
    if (!this.isPaused(nowMs, lane)) return undefined;
    const { cancelTrickleMs } = this.limits;
    const untilMs = this.pausedUntilMs[lane];
    if (lane === 'normal' || cancelTrickleMs === undefined) return no('pause', untilMs);
    const nextMs = this.trickledAtMs + cancelTrickleMs;
    return nowMs >= nextMs ? undefined : no('pause', Math.min(nextMs, untilMs));
  }

  private earnedCap(earned: EarnedLimit, lane: RateLane): number {
    const allowed = this.allowance?.allowed ?? 0;
    return lane === 'normal' ? Math.floor(allowed * EARNED_SHARE) : earned.cancelsAllowed(allowed);
  }

  private isUnearned(earned: EarnedLimit, { lane, items }: RateRequest): boolean {
    return this.allowance !== undefined && this.allowance.used + items > this.earnedCap(earned, lane);
  }

  private unearned(request: RateRequest, nowMs: number): RateDecision | undefined {
    const { earned } = this.limits;
    if (earned === undefined || isRead(request.kind) || !this.isUnearned(earned, request)) return undefined;
    if (request.lane === 'normal') return no(earned.name, nowMs + ALLOWANCE_RETRY_MS);
    const nextMs = this.trickledAtMs + earned.trickleMs;
    // The venue takes one at a time, not one batch at a time.
    return request.items === 1 && nowMs >= nextMs ? undefined : no(earned.name, Math.max(nextMs, nowMs));
  }

  private isTrickling(request: RateRequest, nowMs: number): boolean {
    const { earned } = this.limits;
    return this.isPaused(nowMs, request.lane) || (earned !== undefined && this.isUnearned(earned, request));
  }

  private full({ kind, lane, items }: RateRequest, nowMs: number): RateDecision | undefined {
    let worst: { readonly limit: string; readonly untilMs: number } | undefined;
    for (const window of this.windows) {
      const cost = window.limit.costs[kind];
      if (cost === undefined) continue;
      const untilMs = window.fullUntil(lane, unitsOf(cost, items), nowMs);
      if (untilMs !== undefined && untilMs > (worst?.untilMs ?? 0)) worst = { limit: window.limit.name, untilMs };
    }
    return worst === undefined ? undefined : no(worst.limit, worst.untilMs);
  }

  private spend(requests: number): void {
    if (this.allowance === undefined) return;
    this.allowance = { ...this.allowance, used: this.allowance.used + requests };
  }
}

/** Something asked again and again. */
export interface SteadyRequest {
  readonly kind: RequestKind;
  readonly items: number;
  readonly everyMs: number;
}

/**
 * What a plan of steady requests uses of each limit, beside what the normal lane may use at all: a plan that needs all of it
 * leaves no room for orders.
 */
export function steadyUse(
  limits: VenueRateLimits,
  plan: readonly SteadyRequest[],
  { share, cancelShare }: RateBudgetSettings = RATE_BUDGET_DEFAULTS,
): readonly { readonly limit: string; readonly used: number; readonly cap: number }[] {
  return limits.windows.map(({ name, limit, windowMs, costs }) => {
    const used = plan.reduce((sum, { kind, items, everyMs }) => {
      const cost = costs[kind];
      return cost === undefined ? sum : sum + (unitsOf(cost, items) * windowMs) / everyMs;
    }, 0);
    return { limit: name, used, cap: Math.floor(Math.floor(limit * share) * (1 - cancelShare)) };
  });
}

const isRead = (kind: RequestKind): boolean => kind.startsWith('read');

function check(name: string, value: number, isGood: boolean): void {
  if (!isGood) throw new RangeError(`rate budget: ${name} is out of range, was ${String(value)}`);
}
