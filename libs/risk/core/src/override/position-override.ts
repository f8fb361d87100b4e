import { type Amount, multiply, ONE, type StrategyId, type TimeNs } from '@argosy/domain';
import type { InstrumentLimits, RiskLimits, StrategyLimits } from '../limits.js';

export const RESTORE_STEPS_MAX = 100;

/** Sizes cut by a person for a while (RK-6). */
export interface PositionOverride {
  /** Undefined: the whole fleet. */
  readonly strategyId: StrategyId | undefined;
  /** On the limits of orders and positions, over 0 to 1. */
  readonly sizeFactor: Amount;
  /** Largest position as a share of the account's equity. */
  readonly maxPositionPct: Amount | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly since: TimeNs;
  /** The way back: equal steps, the first at `startedAt`. */
  readonly restore?: { readonly startedAt: TimeNs; readonly steps: number; readonly stepIntervalNs: bigint };
}

/** An override as it stands at a moment; `undefined` when nothing is cut any more. */
export interface PresentOverride {
  readonly sizeFactor: Amount;
  readonly maxPositionPct: Amount | undefined;
  readonly stepsLeft: number;
  readonly nextStepAt: TimeNs | undefined;
}

/** By the clock alone, so that a restart forgets no step. The share of equity goes with the last step. */
export function overrideAt(override: PositionOverride, now: TimeNs): PresentOverride | undefined {
  const { sizeFactor, maxPositionPct, restore } = override;
  if (restore === undefined) return { sizeFactor, maxPositionPct, stepsLeft: 0, nextStepAt: undefined };
  const { startedAt, steps, stepIntervalNs } = restore;
  const done = now < startedAt ? 0n : (now - startedAt) / stepIntervalNs + 1n;
  if (done >= BigInt(steps)) return undefined;
  return {
    sizeFactor: (sizeFactor + ((ONE - sizeFactor) * done) / BigInt(steps)) as Amount,
    maxPositionPct,
    stepsLeft: steps - Number(done),
    nextStepAt: (startedAt + done * stepIntervalNs) as TimeNs,
  };
}

/** Two that hold at once: the smaller of each. */
export function stricterOverride(
  a: PresentOverride | undefined,
  b: PresentOverride | undefined,
): Pick<PresentOverride, 'sizeFactor' | 'maxPositionPct'> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const shares = [a.maxPositionPct, b.maxPositionPct].filter((share) => share !== undefined);
  return {
    sizeFactor: a.sizeFactor < b.sizeFactor ? a.sizeFactor : b.sizeFactor,
    maxPositionPct: shares.reduce<Amount | undefined>(
      (least, share) => (least === undefined || share < least ? share : least),
      undefined,
    ),
  };
}

/** Whether the second would allow more than the first: then it is no override but a restore, which goes in steps. */
export const allowsMore = (present: PresentOverride, next: PositionOverride): boolean =>
  next.sizeFactor > present.sizeFactor ||
  (present.maxPositionPct !== undefined &&
    (next.maxPositionPct === undefined || next.maxPositionPct > present.maxPositionPct));

/** Rounded down: a cut limit is never above its share. */
const cut = <T extends bigint>(limit: T, factor: Amount): T =>
  multiply<Amount>(limit as never, factor, 'down') as unknown as T;

export const cutInstrument = (limits: InstrumentLimits, factor: Amount): InstrumentLimits => ({
  ...limits,
  maxOrderQuantity: cut(limits.maxOrderQuantity, factor),
  maxPositionUsd: cut(limits.maxPositionUsd, factor),
});

export const cutStrategy = (limits: StrategyLimits, factor: Amount): StrategyLimits => ({
  maxPositionUsd: cut(limits.maxPositionUsd, factor),
  maxOrderSizeUsd: cut(limits.maxOrderSizeUsd, factor),
});

export const cutOrders = (limits: RiskLimits, factor: Amount): RiskLimits => ({
  ...limits,
  maxOrderValueUsd: cut(limits.maxOrderValueUsd, factor),
});
