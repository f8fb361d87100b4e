import type { AccountId, InstrumentId, StrategyId } from '@argosy/domain';
import { RateWindow } from '../rate-window.js';

/** When a strategy counts as running away (RK-5, I-21). None has a default. */
export interface RunawayLimits {
  /** Orders asked for in one second. */
  readonly submissionsPerSecond: number;
  /** Orders refused in the window. */
  readonly refusalsPerWindow: number;
  /** The very same order in the window. */
  readonly repeatsPerWindow: number;
  /** Turns of its position from long to short or back in the window. */
  readonly flipsPerWindow: number;
  readonly windowMs: number;
}

export const RUNAWAY_KINDS = ['order_flood', 'refusal_flood', 'repeated_execution', 'flip_flop'] as const;
export type RunawayKind = (typeof RUNAWAY_KINDS)[number];

/** A strategy that ran away, with the numbers that say so. */
export interface Runaway {
  readonly strategyId: StrategyId;
  readonly kind: RunawayKind;
  readonly reason: string;
}

const SECOND_MS = 1_000;
const STRATEGIES_MAX = 1_000;
const ORDERS_MAX = 10_000;
const POSITIONS_MAX = 10_000;

/** Counts what each strategy does and says when it is too much. Costs the same per call whatever came before. */
export class RunawayDetector {
  private readonly submissions: RateWindow;
  private readonly refusals: RateWindow;
  private readonly repeats: RateWindow;
  private readonly flips: RateWindow;
  /** The side each position was last on; flat keeps the side before. */
  private readonly sides = new Map<string, bigint>();

  constructor(private readonly limits: RunawayLimits) {
    // One more than the limit tells a runaway; what lies beyond need not be counted.
    this.submissions = new RateWindow(SECOND_MS, STRATEGIES_MAX, limits.submissionsPerSecond + 1);
    this.refusals = new RateWindow(limits.windowMs, STRATEGIES_MAX, limits.refusalsPerWindow + 1);
    this.repeats = new RateWindow(limits.windowMs, ORDERS_MAX, limits.repeatsPerWindow + 1);
    this.flips = new RateWindow(limits.windowMs, STRATEGIES_MAX, limits.flipsPerWindow + 1);
  }

  /** @param content what makes two orders the very same. */
  submitted(strategy: StrategyId, content: string, nowMs: number): Runaway | undefined {
    const { submissionsPerSecond, repeatsPerWindow, windowMs } = this.limits;
    if (this.submissions.add(strategy, nowMs) > submissionsPerSecond) {
      return runaway(strategy, 'order_flood', `more than ${String(submissionsPerSecond)} orders in a second`);
    }
    if (this.repeats.add(`${strategy}|${content}`, nowMs) <= repeatsPerWindow) return undefined;
    const times = `more than ${String(repeatsPerWindow)} times in ${String(windowMs)} ms`;
    return runaway(strategy, 'repeated_execution', `the same order ${times}: ${content}`);
  }

  refused(strategy: StrategyId, nowMs: number): Runaway | undefined {
    const { refusalsPerWindow, windowMs } = this.limits;
    if (this.refusals.add(strategy, nowMs) <= refusalsPerWindow) return undefined;
    return runaway(
      strategy,
      'refusal_flood',
      `more than ${String(refusalsPerWindow)} refusals in ${String(windowMs)} ms`,
    );
  }

  /** @param position the strategy's own after a fill, signed. */
  moved(
    strategy: StrategyId,
    account: AccountId,
    instrument: InstrumentId,
    position: bigint,
    nowMs: number,
  ): Runaway | undefined {
    if (position === 0n) return undefined;
    const key = `${strategy}|${account}|${instrument}`;
    const side = position > 0n ? 1n : -1n;
    const before = this.sides.get(key);
    this.sides.delete(key);
    this.sides.set(key, side);
    this.forgetOldest();
    if (before === undefined || before === side) return undefined;
    const { flipsPerWindow, windowMs } = this.limits;
    if (this.flips.add(strategy, nowMs) <= flipsPerWindow) return undefined;
    const times = `more than ${String(flipsPerWindow)} times in ${String(windowMs)} ms`;
    return runaway(strategy, 'flip_flop', `its position turned ${times}, last in ${instrument}`);
  }

  private forgetOldest(): void {
    if (this.sides.size <= POSITIONS_MAX) return;
    const [oldest] = this.sides.keys();
    if (oldest !== undefined) this.sides.delete(oldest);
  }
}

const runaway = (strategyId: StrategyId, kind: RunawayKind, reason: string): Runaway => ({ strategyId, kind, reason });
