/** How much one caller may ask of the venue (the venue's page on rate limits). */
export interface RateLimitConfig {
  /** Weight a minute of all requests of one caller together. */
  readonly weightPerMinute: number;
  /** Whether accounts are held to what their traded volume earns them. */
  readonly addressLimits: boolean;
  /** Sockets of one caller at once. */
  readonly socketsMax: number;
  /** Messages a minute of all sockets of one caller together. */
  readonly messagesPerMinute: number;
  /** Requests that come before Retry-After has passed and lead to a ban. */
  readonly strikes: number;
  readonly banMs: number;
}

export const VENUE_LIMITS: RateLimitConfig = {
  weightPerMinute: 1_200,
  addressLimits: true,
  socketsMax: 100,
  messagesPerMinute: 2_000,
  strikes: 10,
  banMs: 60_000,
};

/** Enough for a bench and a day of tests; still a limit. */
export const GENEROUS_LIMITS: RateLimitConfig = {
  ...VENUE_LIMITS,
  weightPerMinute: 6_000_000,
  addressLimits: false,
  socketsMax: 1_000,
  messagesPerMinute: 6_000_000,
};

export interface Limited {
  readonly kind: 'limited' | 'banned';
  readonly retryAfterMs: number;
}

interface Caller {
  weight: number;
  messages: number;
  refilledMs: number;
  /** Nothing is answered before. */
  limitedUntilMs: number;
  bannedUntilMs: number;
  strikes: number;
  /** How many strikes the limit that holds it allows, and what comes then. */
  terms: BanTerms;
}

interface BanTerms {
  readonly strikes: number;
  readonly banMs: number;
}

const MINUTE_MS = 60_000;
/** Callers remembered; the one that was silent longest is forgotten. */
const CALLERS_MAX = 10_000;

/** What an unlisted question weighs, and those that weigh something else. */
const QUESTION_WEIGHT = 20;
const QUESTION_WEIGHTS: Readonly<Record<string, number>> = {
  l2Book: 2,
  allMids: 2,
  clearinghouseState: 2,
  orderStatus: 2,
  spotClearinghouseState: 2,
  exchangeStatus: 2,
  userRole: 60,
};
export const questionWeight = (type: string): number =>
  Object.hasOwn(QUESTION_WEIGHTS, type) ? (QUESTION_WEIGHTS[type] ?? QUESTION_WEIGHT) : QUESTION_WEIGHT;

/** Further weight of long answers, taken after they are known. */
const ITEMS_A_WEIGHT: Readonly<Record<string, number>> = {
  recentTrades: 20,
  historicalOrders: 20,
  userFills: 20,
  userFillsByTime: 20,
  fundingHistory: 20,
  userFunding: 20,
  candleSnapshot: 60,
};
export const itemsWeight = (type: string, items: number): number => {
  const per = Object.hasOwn(ITEMS_A_WEIGHT, type) ? ITEMS_A_WEIGHT[type] : undefined;
  return per === undefined ? 0 : Math.floor(items / per);
};

const BATCH_A_WEIGHT = 40;
export const actionWeight = (entries: number): number => 1 + Math.floor(entries / BATCH_A_WEIGHT);

/**
 * Weights of callers, as buckets that fill again evenly over a minute. Who goes on asking before Retry-After has passed
 * is banned, and bans are counted: a good client never has one.
 */
export class RateLimits {
  private readonly callers = new Map<string, Caller>();
  private banCount = 0;

  constructor(
    private readonly config: RateLimitConfig,
    private readonly onBan: (from: string, forMs: number) => void = () => undefined,
  ) {}

  get bans(): number {
    return this.banCount;
  }

  /** Takes `weight`, or says how long nothing will be answered. */
  take(from: string, weight: number, nowMs: number): Limited | undefined {
    const caller = this.refilled(from, nowMs);
    const refused = this.refused(from, caller, nowMs);
    if (refused !== undefined) return refused;
    if (caller.weight >= weight) {
      caller.weight -= weight;
      return undefined;
    }
    return this.hold(caller, nowMs, ((weight - caller.weight) / this.config.weightPerMinute) * MINUTE_MS);
  }

  /** As `take`, for one message on a socket. */
  takeMessage(from: string, nowMs: number): Limited | undefined {
    const caller = this.refilled(from, nowMs);
    const refused = this.refused(from, caller, nowMs);
    if (refused !== undefined) return refused;
    if (caller.messages >= 1) {
      caller.messages -= 1;
      return undefined;
    }
    return this.hold(caller, nowMs, MINUTE_MS / this.config.messagesPerMinute);
  }

  /** What an answer turned out to weigh; it may take a caller below nothing. */
  charge(from: string, weight: number): void {
    const caller = this.callers.get(from);
    if (caller !== undefined) caller.weight -= weight;
  }

  /** Limits a caller whatever it has left, as a fault does; what it sends before the end counts towards a ban. */
  force(from: string, nowMs: number, forMs: number, terms: BanTerms): Limited {
    const caller = this.refilled(from, nowMs);
    return this.refused(from, caller, nowMs) ?? this.hold(caller, nowMs, forMs, terms);
  }

  /** Whether this caller has to wait, without counting it against it. */
  isHeld(from: string, nowMs: number): boolean {
    const caller = this.callers.get(from);
    return caller !== undefined && (caller.limitedUntilMs > nowMs || caller.bannedUntilMs > nowMs);
  }

  private refused(from: string, caller: Caller, nowMs: number): Limited | undefined {
    const { strikes, banMs } = caller.terms;
    if (caller.bannedUntilMs > nowMs) return { kind: 'banned', retryAfterMs: caller.bannedUntilMs - nowMs };
    if (caller.limitedUntilMs <= nowMs) return undefined;
    caller.strikes += 1;
    if (caller.strikes < strikes) return { kind: 'limited', retryAfterMs: caller.limitedUntilMs - nowMs };
    this.banCount += 1;
    caller.strikes = 0;
    caller.bannedUntilMs = nowMs + banMs;
    this.onBan(from, banMs);
    return { kind: 'banned', retryAfterMs: banMs };
  }

  private hold(caller: Caller, nowMs: number, forMs: number, terms: BanTerms = this.config): Limited {
    const retryAfterMs = Math.max(1, Math.ceil(forMs));
    caller.limitedUntilMs = nowMs + retryAfterMs;
    caller.strikes = 0;
    caller.terms = terms;
    return { kind: 'limited', retryAfterMs };
  }

  private refilled(from: string, nowMs: number): Caller {
    const { weightPerMinute, messagesPerMinute } = this.config;
    let caller = this.callers.get(from);
    if (caller === undefined) {
      caller = {
        weight: weightPerMinute,
        messages: messagesPerMinute,
        refilledMs: nowMs,
        limitedUntilMs: 0,
        bannedUntilMs: 0,
        strikes: 0,
        terms: this.config,
      };
      this.callers.set(from, caller);
      this.forget();
    }
    const elapsed = Math.max(0, nowMs - caller.refilledMs) / MINUTE_MS;
    caller.weight = Math.min(weightPerMinute, caller.weight + elapsed * weightPerMinute);
    caller.messages = Math.min(messagesPerMinute, caller.messages + elapsed * messagesPerMinute);
    caller.refilledMs = nowMs;
    return caller;
  }

  private forget(): void {
    if (this.callers.size <= CALLERS_MAX) return;
    for (const oldest of this.callers.keys()) {
      this.callers.delete(oldest);
      return;
    }
  }
}
