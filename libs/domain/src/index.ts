/**
 * The fleet's words: numbers, ids, instruments, the order's life, market data, refusals, faults, time and chance.
 * Pure values and tables; it refuses to know any wire, store, framework or clock of the machine.
 */
export {
  absolute,
  add,
  type Amount,
  type Branded,
  type Decimal,
  DecimalFormatError,
  format,
  fromApproximateNumber,
  fromMantissa,
  max,
  min,
  multiply,
  negate,
  notional,
  ONE,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  ratio,
  type Rounding,
  roundTo,
  SCALE,
  sub,
  toApproximateNumber,
  toMantissa,
  ZERO_AMOUNT,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from './decimal.js';
export {
  type AccountId,
  accountId,
  type ClientOrderId,
  clientOrderId,
  type ClientOrderIdParts,
  clientOrderIdParts,
  type FillId,
  fillId,
  type FleetId,
  fleetId,
  type Id,
  IdFormatError,
  type InstrumentId,
  instrumentId,
  makeClientOrderId,
  type OrderRequestId,
  orderRequestId,
  type StrategyId,
  strategyId,
  type VenueOrderId,
  venueOrderId,
} from './id.js';
export { Clock, isoTime, msToNs, nsToMs, Random, type TimeNs, timeNs, type Timer, Timers } from './clock.js';
export { assert, assertNever, Fault, type FaultCode, FAULTS, InvariantViolation } from './fault.js';
export type { Codec } from './codec.js';
export { ok, refused, type Result } from './result.js';
export { ACCOUNT_KINDS, type AccountKind, isVenue, type Venue, VENUES } from './venue.js';
export {
  describePriceRule,
  type Instrument,
  INSTRUMENT_STATUSES,
  type InstrumentStatus,
  isLegalPrice,
  isLegalQuantity,
  makeInstrumentId,
  type PriceRule,
  tickAt,
  toLegalPrice,
} from './instrument.js';
export {
  countsInExposure,
  isFinal,
  isLate,
  nextState,
  ORDER_EVENTS,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  type OrderEventType,
  type OrderState,
} from './order/order-state.js';
export { approve, type Approved } from './order/approval.js';
export {
  type Fill,
  type FundingPayment,
  LIQUIDITY,
  type Liquidity,
  opposite,
  type Order,
  type OrderIntent,
  type OrderProvenance,
  type OrderRequest,
  type Side,
  SIDES,
  signOf,
  type TimeInForce,
  TIMES_IN_FORCE,
  type VenuePosition,
} from './order/order.js';
export {
  type Book,
  type Candle,
  FEED_STATES,
  type FeedState,
  type FeedStateName,
  type Level,
  type MarketState,
  type MarketTrade,
} from './market.js';
export { describeRefusal, isRefusalCode, type Refusal, refusal, type RefusalCode, REFUSALS } from './refusal.js';
