/**
 * The risk policy: one check a file, their order in `review.ts`, the exposure they judge; losses, runaways and overrides as
 * pure values. The only place where an approval is made. It refuses to talk to a venue and has no limit with a default.
 */
export type { InstrumentLimits, RiskLimits, StrategyLimits } from './limits.js';
export type {
  AccountView,
  OverrideView,
  ReductionView,
  ReferencePrice,
  RiskCheck,
  RiskView,
  TradingView,
  WorstCase,
} from './risk-view.js';
export { review, RISK_CHECKS, type Verdict } from './review.js';
export { REFERENCES_MIN } from './checks/price-collar.check.js';
export { isSameOrder } from './checks/duplicate.check.js';
export { Exposure, NOBODY, type Totals } from './exposure.js';
export { RateWindow } from './rate-window.js';
export {
  beginMarks,
  type EquityMarks,
  type EquityPoint,
  type MarksSettings,
  midnight,
  observeEquity,
} from './loss/equity-marks.js';
export { judgeLosses, type LossBreach, type LossFigures, lossFigures } from './loss/judge-losses.js';
export { LOSS_RULES, type LossEffect, type LossLimits, type LossMeasure, type LossRule } from './loss/loss-limits.js';
export { equityReturns, valueAtRisk95, valueAtRiskUsd } from './loss/value-at-risk.js';
export {
  allowsMore,
  cutInstrument,
  cutOrders,
  cutStrategy,
  overrideAt,
  type PositionOverride,
  type PresentOverride,
  RESTORE_STEPS_MAX,
  stricterOverride,
} from './override/position-override.js';
export {
  type Runaway,
  RUNAWAY_KINDS,
  RunawayDetector,
  type RunawayKind,
  type RunawayLimits,
} from './runaway/runaway-detector.js';
export {
  type DecisionRecord,
  type LossMemory,
  type LossStop,
  RiskStore,
  type StoppedStrategyRecord,
  type StoredTradingState,
  type TradingChange,
} from './risk-store.port.js';
