/**
 * The rules of an order's life at a venue: moves of the state table, pre-checks, the egress rule, ids and nonces that are
 * never used twice, what an unanswered order needs to be settled, positions by fills. Pure; it decides what is true and
 * what may leave, never whether to trade, and knows no venue, wire or store.
 */
export { applyFill, type FillMove, move, type Move, type MoveChanges } from './order-life.js';
export { describesSameOrder, eventOfReport } from './venue-report.js';
export { precheck, type PrecheckView } from './precheck.js';
export {
  cancelMayLeave,
  type EgressView,
  type HaltView,
  type LeavingOrder,
  orderMayLeave,
  tradingAllowed,
} from './egress-rule.js';
export { ClientOrderIds, Nonces } from './sequences.js';
export {
  type Doubt,
  type DoubtMoment,
  type DoubtPolicy,
  isEscalationDue,
  isQueryDue,
  newDoubt,
  withBurn,
  withBurnTried,
  withNotFound,
} from './doubt.js';
export { type PositionBreak, PositionBook, positionBreaks, pendingReduction } from './positions.js';
export {
  type IntentRecord,
  type JournalAccount,
  type JournalAnchor,
  type JournalBatch,
  type JournalEvent,
  type JournalPast,
  type JournalPresent,
  type JournalState,
  type KillLatch,
  type KillLift,
  type OrderFilter,
  OrderJournal,
  type RequestMark,
  type SigningAccount,
} from './order-journal.port.js';
export { isRepeat, RequestsPlacedBefore } from './repeated-request.js';
export {
  RATE_BUDGET_DEFAULTS,
  RateBudget,
  type RateBudgetSettings,
  type RateDecision,
  type RateRequest,
  type RateTicket,
  type RateUse,
  type SteadyRequest,
  steadyUse,
} from './rate-budget.js';
export { type RateLane } from './rate-window.js';
export {
  type ClockTrouble,
  type SampleVerdict,
  VENUE_CLOCK_DEFAULTS,
  VenueClock,
  type VenueClockSettings,
  type VenueClockView,
} from './venue-clock.js';
export {
  DEAD_MAN_DEFAULTS,
  type DeadManMoment,
  type DeadManSettings,
  type DeadManStatus,
  type DeadManStep,
  DeadManSwitch,
} from './dead-man.js';
export { type OrderOrigin, originOf, type OurNumbers, stopsTrading } from './foreign-epoch.js';
export { type DoubtEvidence, type DoubtVerdict, judgeDoubt } from './doubt-evidence.js';
export {
  type OrderVerdict,
  type ReconciledOrder,
  type ReconciledPosition,
  type ReconciliationInput,
  type ReconciliationReport,
  reconciliationReport,
  renderReconciliation,
} from './reconciliation.js';
export { type BackstopDay, type BackstopPoint, type BackstopVerdict, watchDailyLoss } from './daily-loss-backstop.js';
