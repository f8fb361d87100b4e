import {
  type Amount,
  describePriceRule,
  format,
  type Instrument,
  isLegalPrice,
  isLegalQuantity,
  notional,
  type OrderIntent,
  type Refusal,
  refusal,
  signOf,
  tickAt,
} from '@argosy/domain';

/** What the pre-check needs to know of the account at this moment. */
export interface PrecheckView {
  /** Undefined when the fleet does not know the instrument. */
  readonly instrument: Instrument | undefined;
  /** Signed position in the instrument, base units. */
  readonly position: Amount;
  /** Signed sum of what open reduce-only orders of the same side would still take off the position. */
  readonly pendingReduction: Amount;
  /** Account value less margin in use; undefined while unknown. */
  readonly freeMargin: Amount | undefined;
  /** True while the position cannot be explained: only reductions pass. */
  readonly frozen: boolean;
}

type Precheck = (intent: OrderIntent, view: PrecheckView & { readonly instrument: Instrument }) => Refusal | undefined;

const status: Precheck = (intent, { instrument, frozen }) => {
  const reduceOnly = instrument.status === 'reduce_only' || frozen;
  if (instrument.status === 'trading' && !frozen) return undefined;
  if (reduceOnly && intent.reduceOnly) return undefined;
  return refusal('instrument_not_trading', {
    instrument: instrument.id,
    status: frozen ? 'reduce_only (position not explained)' : instrument.status,
  });
};

const version: Precheck = (intent, { instrument }) =>
  intent.provenance.instrumentVersion === instrument.version
    ? undefined
    : refusal('instrument_version_stale', {
        instrument: instrument.id,
        decided_on: String(intent.provenance.instrumentVersion),
        present: String(instrument.version),
      });

const tick: Precheck = (intent, { instrument }) =>
  isLegalPrice(instrument.priceRule, intent.limitPrice)
    ? undefined
    : refusal('invalid_tick_size', {
        price: format(intent.limitPrice),
        tick: format(tickAt(instrument.priceRule, intent.limitPrice)),
        rule: describePriceRule(instrument.priceRule),
      });

const lot: Precheck = (intent, { instrument }) =>
  isLegalQuantity(instrument.lot, intent.quantity)
    ? undefined
    : refusal('invalid_lot_size', { quantity: format(intent.quantity), lot: format(instrument.lot) });

const minimum: Precheck = (intent, { instrument }) => {
  const value = notional(intent.limitPrice, intent.quantity, 'down');
  // A reduction may be smaller than the minimum: the venue lets a position be closed to the last lot.
  if (intent.reduceOnly || value >= instrument.minimumNotional) return undefined;
  return refusal('below_minimum_notional', { value: format(value), minimum: format(instrument.minimumNotional) });
};

const reduceOnly: Precheck = (intent, { position, pendingReduction }) => {
  if (!intent.reduceOnly) return undefined;
  const left = position + pendingReduction;
  const change = signOf(intent.side) * intent.quantity;
  const shrinks =
    left !== 0n && left > 0n !== change > 0n && (change < 0n ? -change : change) <= (left < 0n ? -left : left);
  if (shrinks) return undefined;
  return refusal('reduce_only_violation', {
    position: format(position),
    open_reductions: format(pendingReduction),
    side: intent.side,
    quantity: format(intent.quantity),
  });
};

const margin: Precheck = (intent, { instrument, freeMargin }) => {
  if (intent.reduceOnly) return undefined;
  if (freeMargin === undefined) return refusal('equity_unknown', { account: intent.accountId });
  const value = notional(intent.limitPrice, intent.quantity, 'up');
  const leverage = BigInt(instrument.maxLeverage);
  const needed = ((value + leverage - 1n) / leverage) as Amount;
  if (needed <= freeMargin) return undefined;
  return refusal('insufficient_margin', {
    needed: format(needed),
    free: format(freeMargin),
    leverage: String(instrument.maxLeverage),
  });
};

/** Order is policy: what can be said without the account comes first. */
const PRECHECKS: readonly Precheck[] = [status, version, tick, lot, minimum, reduceOnly, margin];

/** EX-2: what is wrong with an order before anything leaves, or undefined. */
export function precheck(intent: OrderIntent, view: PrecheckView): Refusal | undefined {
  const { instrument } = view;
  if (instrument === undefined) return refusal('instrument_unknown', { instrument: intent.instrumentId });
  for (const check of PRECHECKS) {
    const found = check(intent, { ...view, instrument });
    if (found !== undefined) return found;
  }
  return undefined;
}
