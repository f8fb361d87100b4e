/**
 * The risk policy: one check a file, their order in `review.ts`, the exposure they judge. Pure; the only place where an
 * approval is made. It refuses to talk to a venue and has no limit with a default.
 */
export type { InstrumentLimits, RiskLimits, StrategyLimits } from './limits.js';
export type { AccountView, ReferencePrice, RiskCheck, RiskView, TradingView, WorstCase } from './risk-view.js';
export { review, RISK_CHECKS, type Verdict } from './review.js';
export { isSameOrder } from './checks/duplicate.check.js';
export { Exposure, type Totals } from './exposure.js';
export { RateWindow } from './rate-window.js';
export { type DecisionRecord, RiskStore, type StoredTradingState, type TradingChange } from './risk-store.port.js';
