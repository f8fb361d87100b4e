import {
  type Amount,
  FULL_MODE,
  modeCause,
  type ModeStatement,
  type OrderIntent,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  REFUSALS,
  stateMode,
} from '@argosy/domain';
import { anInstrument, anIntent, anOrderRequest } from '@argosy/testing';
import type { RiskLimits } from './limits.js';
import { review, RISK_CHECKS } from './review.js';
import type { AccountView, RiskView } from './risk-view.js';

const usd = parseAmount;
const q = parseQuantity;
const p = parsePrice;
const one = (amount: Amount): Amount => (amount + 1n) as Amount;
const INSTRUMENT = anInstrument();

const LIMITS: RiskLimits = {
  maxOrderValueUsd: usd('30000'),
  maxGrossExposureUsd: usd('100000'),
  maxNetExposureUsd: usd('50000'),
  maxLeverage: usd('3'),
  maxMarginUse: usd('0.5'),
  maxOpenOrders: 10,
  priceCollarBps: 100,
  referenceAgeMsMax: 2_000,
  bookAgeMsMax: 1_000,
  equityAgeMsMax: 5_000,
  strategyOrdersPerWindow: 5,
  fleetOrdersPerWindow: 20,
  rateWindowMs: 1_000,
  repeatsPerWindow: 3,
  repeatWindowMs: 1_000,
  loss: {
    hourlyWarning: usd('0.003'),
    hourlyKill: usd('0.005'),
    dailyWarning: usd('0.01'),
    dailyKill: usd('0.02'),
    drawdownWarning: usd('0.02'),
    drawdownReduceOnly: usd('0.05'),
    drawdownSecondWarning: usd('0.07'),
    drawdownKill: usd('0.1'),
  },
  varIntervalMs: 60_000,
  varReturnsMin: 20,
  varReturnsMax: 500,
  runaway: {
    submissionsPerSecond: 100,
    refusalsPerWindow: 100,
    repeatsPerWindow: 100,
    flipsPerWindow: 10,
    windowMs: 10_000,
  },
  stuckOrderAfterMs: 30_000,
  stuckRestingAfterMs: 86_400_000,
  stuckPositionAfterMs: 86_400_000,
  instruments: new Map(),
};
const ACCOUNT: AccountView = {
  kind: 'live',
  venue: 'hyperliquid',
  equity: usd('20000'),
  equityAgeMs: 5_000,
  marginUsed: usd('9250'),
  gross: usd('60000'),
  marginWorst: usd('10000'),
  ready: true,
};
const IN_LIMITS = { maxOrderQuantity: q('0.5'), maxPositionUsd: usd('60000'), referenceInstrument: INSTRUMENT.id };

/** Every figure exactly at its limit: an order of 30,000 USD that passes, so that one unit more is refused. */
const VIEW: RiskView = {
  trading: { known: true, tradingEnabled: true, newSignalsEnabled: true, killed: false, mode: FULL_MODE },
  limits: LIMITS,
  instrumentLimits: IN_LIMITS,
  strategyLimits: { maxPositionUsd: usd('60000'), maxOrderSizeUsd: usd('30000') },
  instrument: INSTRUMENT,
  account: ACCOUNT,
  book: { ageMs: 1_000 },
  references: [
    { source: 'oracle', price: p('60000'), ageMs: 2_000 },
    { source: 'binance', price: p('60000'), ageMs: 2_000 },
  ],
  reduction: { position: usd('-0.5'), reducing: q('0'), ordinary: q('9') },
  override: undefined,
  worst: { long: q('1'), short: q('0') },
  strategyWorst: { long: q('1'), short: q('0') },
  gross: { before: usd('70000'), after: usd('100000') },
  net: { before: usd('20000'), after: usd('50000') },
  openOrders: 9,
  strategyOrdersInWindow: 5,
  fleetOrdersInWindow: 20,
  repeatsInWindow: 3,
  ownBid: undefined,
  ownAsk: undefined,
  earlier: undefined,
};
const taking = { timeInForce: 'gtc' } as const;
const trading = (changes: Partial<RiskView['trading']>) => ({ trading: { ...VIEW.trading, ...changes } });
const under = (mode: ModeStatement) => trading({ mode });
const REDUCING = under(stateMode([modeCause('circuit_breaker', 'tripped')]));
const CLOSED = under(stateMode([modeCause('clock', 'uncertain')]));
const reduction = (position: string, reducing = '0', ordinary = '0') => ({
  reduction: { position: usd(position), reducing: q(reducing), ordinary: q(ordinary) },
});
const account = (changes: Partial<AccountView>) => ({ account: { ...ACCOUNT, ...changes } });
const oracleAt = (price: string, ageMs = 0): Partial<RiskView> => ({
  references: [
    { source: 'oracle', price: p(price), ageMs },
    { source: 'binance', price: p('60000'), ageMs: 0 },
  ],
});

type Row = readonly [
  what: string,
  order: Partial<OrderIntent>,
  view: Partial<RiskView>,
  code: string | undefined,
  check?: string,
];

/** RK-1: at the limit it passes, one unit beyond it is refused, by this check and with this code. */
const rows: readonly Row[] = [
  ['a kill', {}, trading({ killed: true }), 'kill_switch_active', 'tradingState'],
  [
    'a kill, though nothing else is known',
    {},
    trading({ killed: true, known: false }),
    'kill_switch_active',
    'tradingState',
  ],
  ['an unknown state (I-13)', {}, trading({ known: false }), 'halt_state_unknown', 'tradingState'],
  ['trading disabled', {}, trading({ tradingEnabled: false }), 'trading_disabled', 'tradingState'],
  ['a fleet that drains', {}, trading({ newSignalsEnabled: false }), 'new_signals_disabled', 'tradingState'],
  ['an order that opens, in reduce-only mode (I-60)', {}, REDUCING, 'reduce_only_mode', 'tradingMode'],
  ['a reduction in reduce-only mode', { reduceOnly: true }, { ...REDUCING, ...reduction('-0.5') }, undefined],
  [
    'a reduction in cancel-only mode',
    { reduceOnly: true },
    { ...CLOSED, ...reduction('-0.5') },
    'trading_mode_closed',
    'tradingMode',
  ],
  ['a reduction from flat', { reduceOnly: true }, reduction('0'), 'reduce_only_violation', 'reduceOnly'],
  [
    'a reduction that would turn it by a lot',
    { reduceOnly: true },
    reduction('-0.499'),
    'reduce_only_violation',
    'reduceOnly',
  ],
  ['a reduction of the wrong side', { reduceOnly: true }, reduction('0.5'), 'reduce_only_violation', 'reduceOnly'],
  [
    'a reduction of what others reduce already',
    { reduceOnly: true },
    reduction('-1', '0.501'),
    'reduce_only_violation',
    'reduceOnly',
  ],
  ['a reduction of just what others leave', { reduceOnly: true }, reduction('-1', '0.5'), undefined],
  [
    'one that ordinary orders would turn with it, where only reductions may be',
    { reduceOnly: true },
    { ...REDUCING, ...reduction('-1', '0', '0.501') },
    'reduce_only_violation',
    'reduceOnly',
  ],
  [
    'a position over the share of equity that a person left (RK-6)',
    {},
    { override: { sizeFactor: usd('1'), maxPositionPct: usd('2.9') } },
    'position_above_limit',
    'positionOverride',
  ],
  ['one just at that share', {}, { override: { sizeFactor: usd('1'), maxPositionPct: usd('3') } }, undefined],
  [
    'such a share of an equity nobody knows',
    {},
    { override: { sizeFactor: usd('1'), maxPositionPct: usd('3') }, ...account({ equity: undefined }) },
    'equity_unknown',
    'positionOverride',
  ],
  ['a repeat of the same order', {}, { earlier: anOrderRequest() }, undefined],
  [
    'one lot less under a used id',
    { quantity: q('0.499') },
    { earlier: anOrderRequest() },
    'duplicate_order',
    'duplicate',
  ],
  [
    'another strategy under a used id',
    {},
    { earlier: anOrderRequest({ strategyId: 'other' as never }) },
    'duplicate_order',
    'duplicate',
  ],
  [
    'one order too many of the strategy (I-21)',
    {},
    { strategyOrdersInWindow: 6 },
    'order_rate_above_limit',
    'orderRate',
  ],
  ['one order too many of the fleet (I-21)', {}, { fleetOrdersInWindow: 21 }, 'order_rate_above_limit', 'orderRate'],
  ['the same order once too often (I-21)', {}, { repeatsInWindow: 4 }, 'repeated_execution', 'repeatedExecution'],
  ['an account that is not ours', {}, { account: undefined }, 'account_unknown', 'accountReady'],
  ['an account of another venue', { venue: 'binance' }, {}, 'account_unknown', 'accountReady'],
  ['an account that is not reconciled', {}, account({ ready: false }), 'venue_not_ready', 'accountReady'],
  ['an unknown instrument', {}, { instrument: undefined }, 'instrument_unknown', 'instrumentRules'],
  [
    'an instrument of another venue',
    {},
    { instrument: anInstrument({ venue: 'binance' }) },
    'instrument_unknown',
    'instrumentRules',
  ],
  [
    'a halted instrument',
    {},
    { instrument: anInstrument({ status: 'halted' }) },
    'instrument_not_trading',
    'instrumentRules',
  ],
  [
    'an order to an instrument that is being closed',
    {},
    { instrument: anInstrument({ status: 'reduce_only' }) },
    'instrument_not_trading',
    'instrumentRules',
  ],
  ['a reduction there', { reduceOnly: true }, { instrument: anInstrument({ status: 'reduce_only' }) }, undefined],
  [
    'a decision on an older version (I-30)',
    {},
    { instrument: anInstrument({ version: 2 }) },
    'instrument_version_stale',
    'instrumentRules',
  ],
  ['half a tick', { limitPrice: p('59999.95') }, {}, 'invalid_tick_size', 'instrumentRules'],
  ['half a lot', { quantity: q('0.4995') }, {}, 'invalid_lot_size', 'instrumentRules'],
  ['nothing at all', { quantity: q('0') }, {}, 'invalid_lot_size', 'instrumentRules'],
  ['a strategy without limits', {}, { strategyLimits: undefined }, 'strategy_limits_unset', 'strategyLimits'],
  [
    "a cent over the strategy's order size",
    {},
    { strategyLimits: { maxPositionUsd: usd('60000'), maxOrderSizeUsd: usd('29999.99') } },
    'strategy_order_above_limit',
    'strategyLimits',
  ],
  [
    "a lot over the strategy's position",
    {},
    { strategyWorst: { long: q('1.001'), short: q('0') } },
    'strategy_position_above_limit',
    'strategyLimits',
  ],
  [
    'a tick over the value of one order',
    { limitPrice: p('60000.1') },
    { strategyLimits: { maxPositionUsd: usd('99999'), maxOrderSizeUsd: usd('99999') } },
    'order_value_above_limit',
    'orderValue',
  ],
  [
    'a lot over the size of one order',
    { quantity: q('0.501'), limitPrice: p('59000') },
    {},
    'order_quantity_above_limit',
    'orderQuantity',
  ],
  [
    'an instrument nobody set limits for',
    {},
    { instrumentLimits: undefined },
    'order_quantity_above_limit',
    'orderQuantity',
  ],
  ['a book one moment too old (I-30)', {}, { book: { ageMs: 1_000.1 } }, 'stale_market_data', 'staleData'],
  ['no book', {}, { book: { missing: 'no book yet' } }, 'stale_market_data', 'staleData'],
  ['one reference a moment too old (I-20)', {}, oracleAt('60000', 2_001), 'reference_price_missing', 'priceCollar'],
  [
    'exactly at the collar below the oracle',
    { limitPrice: p('59400'), side: 'sell' },
    { ...oracleAt('60000'), net: VIEW.net },
    undefined,
  ],
  [
    'a tick outside one reference of two (I-20)',
    { limitPrice: p('59399.9'), side: 'sell' },
    oracleAt('59500'),
    'price_outside_collar',
    'priceCollar',
  ],
  ['a reference of zero (F-35)', {}, oracleAt('0'), 'price_outside_collar', 'priceCollar'],
  ['a reference below zero (F-35)', {}, oracleAt('-60000'), 'price_outside_collar', 'priceCollar'],
  [
    'a reference a thousand million times too high (F-35)',
    {},
    oracleAt('60000000000000'),
    'price_outside_collar',
    'priceCollar',
  ],
  [
    'an order at the price of a venue that alone fell by 90 % (F-35)',
    { limitPrice: p('6000') },
    oracleAt('6000'),
    'price_outside_collar',
    'priceCollar',
  ],
  ['an order at the old price there (F-35)', {}, oracleAt('6000'), 'price_outside_collar', 'priceCollar'],
  [
    'one source alone, however fresh (I-20)',
    {},
    { references: VIEW.references.slice(0, 1) },
    'reference_price_missing',
    'priceCollar',
  ],
  ['a tick below our own ask', taking, { ownAsk: p('60000.1') }, undefined],
  ['our own ask', taking, { ownAsk: p('60000') }, 'self_trade', 'selfTrade'],
  ['our own ask, post-only', {}, { ownAsk: p('60000') }, undefined],
  ['our own bid', { ...taking, side: 'sell' }, { ownBid: p('60000') }, 'self_trade', 'selfTrade'],
  ['one open order too many', {}, { openOrders: 10 }, 'too_many_open_orders', 'openOrders'],
  ['a lot over the position', {}, { worst: { long: q('1.001'), short: q('0') } }, 'position_above_limit', 'position'],
  ["the other side's excess is not this order's", {}, { worst: { long: q('1'), short: q('9') } }, undefined],
  [
    'one unit of gross exposure',
    {},
    { gross: { before: usd('70000'), after: one(usd('100000')) } },
    'gross_exposure_above_limit',
    'grossExposure',
  ],
  ['above the limit, but not raised', {}, { gross: { before: usd('200000'), after: usd('200000') } }, undefined],
  [
    'gross exposure nobody can value',
    {},
    { gross: { before: undefined, after: undefined } },
    'gross_exposure_above_limit',
    'grossExposure',
  ],
  [
    'a reduction when nobody can value it',
    { reduceOnly: true },
    { gross: { before: undefined, after: undefined }, net: { before: undefined, after: undefined } },
    undefined,
  ],
  [
    'one unit of net exposure',
    {},
    { net: { before: usd('20000'), after: one(usd('50000')) } },
    'net_exposure_above_limit',
    'netExposure',
  ],
  ['one unit over the leverage', {}, account({ gross: one(usd('60000')) }), 'leverage_above_limit', 'leverage'],
  ['equity one moment too old', {}, account({ equityAgeMs: 5_001 }), 'equity_unknown', 'leverage'],
  ['no equity at all', {}, account({ equity: 0n as Amount }), 'leverage_above_limit', 'leverage'],
  [
    'one unit over what the venue says is used',
    {},
    account({ marginUsed: one(usd('9250')) }),
    'insufficient_margin',
    'margin',
  ],
  [
    'one unit over what open orders may need (I-18)',
    {},
    account({ marginWorst: one(usd('10000')) }),
    'insufficient_margin',
    'margin',
  ],
];

describe('the review of an order (RK-1)', () => {
  it('passes an order with every figure exactly at its limit, and approves just that order', () => {
    expect(review(anIntent(), VIEW)).toEqual({ ok: true, intent: anIntent() });
  });

  it.each(rows.map((row) => [row[0], row] as const))('%s', (_what, [, order, changes, code, check]) => {
    const verdict = review(anIntent(order), { ...VIEW, ...changes });
    expect(verdict.ok ? undefined : verdict.refusal.code).toBe(code);
    expect(verdict.ok ? undefined : verdict.check).toBe(check);
  });

  it('has a refused order in this table for every check', () => {
    expect(new Set(rows.flatMap(([, , , , check]) => check ?? []))).toEqual(new Set(RISK_CHECKS.keys()));
    for (const [, , , code] of rows) if (code !== undefined) expect(Object.keys(REFUSALS)).toContain(code);
  });

  it('runs the most final and the cheapest checks first: a kill outranks everything else that is wrong', () => {
    expect([...RISK_CHECKS.keys()].slice(0, 2)).toEqual(['tradingState', 'duplicate']);
    const verdict = review(anIntent({ quantity: q('999'), limitPrice: 7n as Price }), {
      ...VIEW,
      ...trading({ killed: true }),
    });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'kill_switch_active' } });
  });

  it('stops at the first refusal and asks every check of an order that passes', () => {
    const asked: string[] = [];
    const checks = new Map(
      [...RISK_CHECKS].map(
        ([name, check]) => [name, (...given: Parameters<typeof check>) => (asked.push(name), check(...given))] as const,
      ),
    );
    review(anIntent(), VIEW, checks);
    expect(asked).toEqual([...RISK_CHECKS.keys()]);
  });
});
