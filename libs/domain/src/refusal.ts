/**
 * Every way the fleet says no to an order, with the text people know from the manuals (EX-2), its cause and its cure.
 * The code is the contract; numbers that made the refusal travel in `details` as text.
 */
export const REFUSALS = {
  invalid_tick_size: [
    'Order rejected: Invalid tick size',
    'Price not aligned to the tick size',
    'Adjust the price to the nearest tick',
  ],
  invalid_lot_size: [
    'Order rejected: Invalid lot size',
    'Quantity not a multiple of the lot',
    'Round the quantity down to the lot',
  ],
  below_minimum_notional: [
    'Order rejected: Below minimum notional',
    'Order value under the venue minimum',
    'Raise the quantity',
  ],
  insufficient_margin: [
    'Order rejected: Insufficient margin',
    'Not enough margin for the position',
    'Reduce the position size or add margin',
  ],
  reduce_only_violation: [
    'Order rejected: Reduce-only violation',
    'A reduce-only order would increase or flip the position',
    'Check the current position and the order side',
  ],
  stale_market_data: [
    'Order rejected: Stale market data',
    'No valid book, or it is older than the limit',
    'Wait for the feed to recover',
  ],
  instrument_unknown: [
    'Order rejected: Unknown instrument',
    'The fleet does not know this instrument',
    'Check the instrument id',
  ],
  instrument_not_trading: [
    'Order rejected: Instrument not trading',
    'The venue halted or delisted the instrument',
    'Wait, or close with reduce-only',
  ],
  instrument_version_stale: [
    'Order rejected: Instrument changed',
    'Tick, lot or status changed since the decision',
    'Decide again on the new instrument version',
  ],
  trading_restricted: [
    'Order rejected: Trading restricted',
    'A halt or a failing part allows less than this order',
    'Look at the causes in status; orders that only reduce may still pass',
  ],
  venue_rate_limited: [
    'Order rejected: Venue rate limit',
    'The venue takes no more requests of this account now',
    'Wait, or send fewer orders',
  ],
  trading_disabled: ['Order rejected: Trading disabled', 'Trading is not enabled', 'A person enables trading'],
  new_signals_disabled: [
    'Order rejected: New signals disabled',
    'The fleet is draining',
    'Wait until new signals are enabled',
  ],
  kill_switch_active: [
    'Order rejected: Kill switch active',
    'The kill switch is latched',
    'Resume with authority and a reason',
  ],
  halt_state_unknown: [
    'Order rejected: Halt state unknown',
    'Trading or kill state could not be read',
    'Restore risk and its store; the gate opens by itself',
  ],
  reduce_only_mode: [
    'Order rejected: Reduce-only mode',
    'Only orders that shrink a position may be made now',
    'Send it reduce-only, or mend what the mode names',
  ],
  trading_mode_closed: [
    'Order rejected: Trading closed',
    'No order may be made in the present mode',
    'Mend what the mode names; cancels still work',
  ],
  strategy_stopped_by_risk: [
    'Order rejected: Strategy stopped by risk',
    'The strategy ran away and was stopped',
    'A named person re-enables it with a reason',
  ],
  loss_limit_breached: [
    'Rejected: Loss limit still breached',
    'An account has lost more than the limit that killed',
    'Begin its loss marks anew with authority and a reason, or wait until the measure has passed',
  ],
  order_value_above_limit: [
    'Order rejected: Order value above limit',
    'Price × quantity over the limit',
    'Reduce the order size',
  ],
  order_quantity_above_limit: [
    'Order rejected: Order size above limit',
    'Quantity over the limit',
    'Reduce the order size',
  ],
  position_above_limit: [
    'Order rejected: Position above limit',
    'Position with all open orders would pass the limit',
    'Reduce the position or the open orders',
  ],
  gross_exposure_above_limit: [
    'Order rejected: Gross exposure above limit',
    'Sum of all exposures would pass the limit',
    'Reduce positions or open orders',
  ],
  net_exposure_above_limit: [
    'Order rejected: Net exposure above limit',
    'Signed sum of exposures would pass the limit',
    'Hedge or reduce',
  ],
  leverage_above_limit: [
    'Order rejected: Leverage above limit',
    'Gross exposure over equity would pass the limit',
    'Reduce the position size or add equity',
  ],
  price_outside_collar: [
    'Order rejected: Price outside collar',
    'Price too far from the reference prices',
    'Check the price, or wait for the references',
  ],
  reference_price_missing: [
    'Order rejected: No reference price',
    'Fewer than two fresh reference prices',
    'Wait for oracle and reference venue',
  ],
  order_rate_above_limit: ['Order rejected: Order rate above limit', 'Too many orders in the window', 'Slow down'],
  repeated_execution: [
    'Order rejected: Repeated execution',
    'The same order was sent too often in the window',
    'Look for a loop in the strategy',
  ],
  duplicate_order: [
    'Order rejected: Duplicate order',
    'An order request id was reused with other content',
    'Use a new order request id',
  ],
  self_trade: ['Order rejected: Self trade', 'It would match our own resting order', 'Cancel the resting order first'],
  strategy_position_above_limit: [
    'Order rejected: Strategy position above limit',
    'max_position_usd would be passed',
    'Reduce the strategy position',
  ],
  strategy_order_above_limit: [
    'Order rejected: Strategy order above limit',
    'max_order_size_usd passed',
    'Reduce the order size',
  ],
  strategy_limits_unset: [
    'Order rejected: Risk limits not set',
    'The strategy has no limits',
    'Configure risk_limits before starting the strategy',
  ],
  too_many_open_orders: ['Order rejected: Too many open orders', 'Open orders at the limit', 'Cancel some first'],
  equity_unknown: [
    'Order rejected: Equity unknown',
    'No fresh account equity',
    'Wait for the ledger and the venue account',
  ],
  account_unknown: ['Order rejected: Unknown account', 'No such trading account', 'Check the account id'],
  approval_invalid: [
    'Order rejected: Approval invalid',
    'The approval does not verify',
    'Only risk can approve an order',
  ],
  approval_expired: ['Order rejected: Approval expired', 'The approval is past its expiry', 'Submit the order again'],
  venue_not_ready: [
    'Order rejected: Venue not ready',
    'Connection or reconciliation not complete',
    'Wait until the account is ready',
  ],
  not_leader: ['Order rejected: Not the leader', 'This process does not lead the account', 'Send to the leader'],
  order_unknown: ['Order rejected: Unknown order', 'No such order', 'Check the order id'],
  order_final: ['Order rejected: Order already finished', 'A finished order cannot be cancelled', 'Nothing to do'],
  strategy_unknown: ['Rejected: Unknown strategy', 'No such strategy is loaded', 'Load it first'],
  invalid_request: ['Rejected: Invalid request', 'A field is missing or malformed', 'Correct the field named'],
  venue_rejected: ['Order rejected by the venue', 'The venue said no', 'Read the venue reason'],
  service_degraded: [
    'Order rejected: Service degraded',
    'A dependency does not answer, so the order could not be accounted for',
    'Restore the dependency named; the gate opens by itself',
  ],
  conflict: ['Rejected: Conflict', 'The present state does not allow it', 'Read the present state first'],
} as const satisfies Record<string, readonly [text: string, cause: string, fix: string]>;
export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly code: RefusalCode;
  /** The numbers and names behind the decision, as text. */
  readonly details: Readonly<Record<string, string>>;
}

export const refusal = (code: RefusalCode, details: Readonly<Record<string, string>> = {}): Refusal => ({
  code,
  details,
});
export const isRefusalCode = (text: string): text is RefusalCode => Object.hasOwn(REFUSALS, text);

/** One sentence for people: "Order rejected: Invalid tick size (price=100.05, tick=0.1). Adjust the price …". */
export function describeRefusal({ code, details }: Refusal): string {
  const [text, , fix] = REFUSALS[code];
  const facts = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return `${text}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}. ${fix}.`;
}
