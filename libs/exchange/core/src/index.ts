/**
 * The simulated exchange's rules without its sockets: accounts, margin, fees, funding, nonces, orders, books and two
 * sources of market. Deterministic: time is passed in, chance is seeded, every change is a command that can be logged
 * and executed again. It refuses to know sockets, signatures, disks, wires, and the fleet's own ledger.
 */
export { Exchange } from './exchange.js';
export {
  type AssetConfig,
  DEFAULT_EXCHANGE,
  type ExchangeConfig,
  type FeeTier,
  HOUR_MS,
  VENUE_FEE_TIERS,
} from './api/config.js';
export {
  type CommandBody,
  type ExchangeAction,
  type ExchangeCommand,
  type ForcedClose,
  type LevelUpdate,
  type MarketStatus,
  type ModifySpec,
  type OrderSpec,
  TIMES_IN_FORCE,
  type VenueTimeInForce,
} from './api/command.js';
export type { ExchangeEvent, ExchangeListener } from './api/event.js';
export type { ActionResponse, CancelOutcome, CommandResult, OrderOutcome } from './api/outcome.js';
export { type Reject, type RejectCode, REJECTS, rejectText } from './api/reject.js';
export type { ExchangeSnapshot } from './api/snapshot.js';
export {
  type AgentView,
  type AssetContext,
  type BookView,
  type CandleView,
  type ClearinghouseView,
  type ConservationView,
  type FeesView,
  type FundingRateView,
  type InstrumentView,
  type LevelView,
  ORDER_STATUSES,
  type OrderStatus,
  type OrderStatusView,
  type OrderView,
  type PositionView,
  type PublicTrade,
  type RateLimitView,
  type RoleView,
  type UserFill,
  type UserFunding,
  type UserTransfer,
} from './api/view.js';
export type { MarketSink, MarketStep, ReferenceEvent, ReferenceLevel, ReferenceSnapshot } from './markets/market.js';
export type { SyntheticAssetConfig, SyntheticConfig } from './markets/synthetic/synthetic-config.js';
export { SyntheticMarket, type SyntheticSnapshot } from './markets/synthetic/synthetic-market.js';
export {
  type RecordedConfig,
  RecordedMarket,
  type RecordedMessage,
  type RecordedState,
} from './markets/recorded/recorded-market.js';
export {
  FAULT_NAMES,
  type FaultKind,
  type FaultName,
  FAULTS,
  faultSpec,
  type FaultSpec,
  type Lane,
  LANES,
} from './faults/fault-catalogue.js';
export {
  type DrawnFault,
  FaultBook,
  type FaultEntry,
  type MessageFacts,
  type RuleState,
  type RuleView,
} from './faults/fault-book.js';
export { type FaultPlan, type FaultRule, type FaultTarget, numberOf, type VenueName } from './faults/fault-rule.js';
export { isFaultPlan, isFaultRule, isRuleId, parseFaultPlan, parseFaultRule } from './faults/parse-fault.js';
export {
  actionWeight,
  GENEROUS_LIMITS,
  itemsWeight,
  type Limited,
  questionWeight,
  type RateLimitConfig,
  RateLimits,
  VENUE_LIMITS,
} from './limits/rate-limits.js';
