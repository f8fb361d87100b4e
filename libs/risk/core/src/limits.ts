import type { Amount, InstrumentId, Quantity } from '@argosy/domain';
import type { LossLimits } from './loss/loss-limits.js';
import type { RunawayLimits } from './runaway/runaway-detector.js';

/** Limits of one instrument. */
export interface InstrumentLimits {
  /** Base units of one order. */
  readonly maxOrderQuantity: Quantity;
  /** USD of the position with every open order filled. */
  readonly maxPositionUsd: Amount;
  /** Whose mid stands beside the venue's own oracle as a price reference. */
  readonly referenceInstrument: InstrumentId;
}

/** Every limit of the fleet. None has a default and none may be absent (RK-1, I-22). */
export interface RiskLimits {
  readonly maxOrderValueUsd: Amount;
  readonly maxGrossExposureUsd: Amount;
  readonly maxNetExposureUsd: Amount;
  /** Gross exposure of an account over its equity. */
  readonly maxLeverage: Amount;
  /** Share of equity that margin may use, at most 1. */
  readonly maxMarginUse: Amount;
  readonly maxOpenOrders: number;
  /** How far a price may lie from each reference, basis points. */
  readonly priceCollarBps: number;
  /** References older than this do not count, ms. */
  readonly referenceAgeMsMax: number;
  /** A book older than this is stale, ms. */
  readonly bookAgeMsMax: number;
  /** Account equity older than this is unknown, ms. */
  readonly equityAgeMsMax: number;
  /** Orders a strategy may ask for in the window. */
  readonly strategyOrdersPerWindow: number;
  /** Orders the fleet may ask for in the window. */
  readonly fleetOrdersPerWindow: number;
  readonly rateWindowMs: number;
  /** How often the very same order may be asked for in its window. */
  readonly repeatsPerWindow: number;
  readonly repeatWindowMs: number;
  readonly loss: LossLimits;
  /** Between two equity samples of the value at risk, ms. */
  readonly varIntervalMs: number;
  /** Returns it needs before it says anything, and the most it looks at. */
  readonly varReturnsMin: number;
  readonly varReturnsMax: number;
  readonly runaway: RunawayLimits;
  /** An order without a settled state for longer than this is stuck, ms. */
  readonly stuckOrderAfterMs: number;
  /** An order that rests for longer than this is stuck, ms. */
  readonly stuckRestingAfterMs: number;
  /** A position held for longer than this is stuck, ms. */
  readonly stuckPositionAfterMs: number;
  readonly instruments: ReadonlyMap<InstrumentId, InstrumentLimits>;
}

/** What a strategy's own configuration allows it (chapter 5 of the runbooks). */
export interface StrategyLimits {
  readonly maxPositionUsd: Amount;
  readonly maxOrderSizeUsd: Amount;
}
