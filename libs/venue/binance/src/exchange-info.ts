import {
  type Amount,
  type Instrument,
  type InstrumentStatus,
  makeInstrumentId,
  type Price,
  type Quantity,
  ZERO_AMOUNT,
} from '@argosy/domain';
import type { BinanceMarket } from './binance-market.js';
import { isRecord, type JsonRecord, readAmount, readPrice } from './read-json.js';

/** Binance's words for a symbol's state; a word we do not know is a halt, never a trade by default. */
const STATUSES: Readonly<Record<string, InstrumentStatus>> = {
  TRADING: 'trading',
  PRE_TRADING: 'halted',
  PENDING_TRADING: 'halted',
  POST_TRADING: 'halted',
  AUCTION_MATCH: 'halted',
  END_OF_DAY: 'halted',
  HALT: 'halted',
  BREAK: 'halted',
  PRE_SETTLE: 'reduce_only',
  PRE_DELIVERING: 'reduce_only',
  SETTLING: 'halted',
  DELIVERING: 'delisted',
  DELIVERED: 'delisted',
  CLOSE: 'delisted',
};

const filterOf = (symbol: JsonRecord, type: string): JsonRecord | undefined =>
  Array.isArray(symbol['filters'])
    ? symbol['filters'].filter(isRecord).find((filter) => filter['filterType'] === type)
    : undefined;

function minimumNotional(symbol: JsonRecord): Amount {
  const filter = filterOf(symbol, 'NOTIONAL') ?? filterOf(symbol, 'MIN_NOTIONAL');
  return readAmount(filter?.['minNotional'] ?? filter?.['notional']) ?? ZERO_AMOUNT;
}

function lotOf(symbol: JsonRecord): Quantity | undefined {
  const step = readPrice(filterOf(symbol, 'LOT_SIZE')?.['stepSize']);
  return step === undefined ? undefined : (step as bigint as Quantity);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Our name of a symbol, or undefined for what we do not carry: dated futures and names that are no subject token. */
function symbolName(market: BinanceMarket, symbol: JsonRecord): string | undefined {
  const [base, quote] = [text(symbol['baseAsset']), text(symbol['quoteAsset'])];
  // Some listings have names outside ASCII, which neither a subject nor an id can carry.
  if (!/^[A-Za-z0-9]{1,24}$/.test(base) || !/^[A-Za-z0-9]{1,12}$/.test(quote)) return undefined;
  if (market.chain === 'counted') return `${base}-${quote}`;
  return symbol['contractType'] === 'PERPETUAL' ? `${base}-${quote}-PERP` : undefined;
}

/** One entry of `symbols`, or undefined when it is not for us or lacks what trading needs. */
export function readInstrument(market: BinanceMarket, symbol: unknown): Instrument | undefined {
  if (!isRecord(symbol)) return undefined;
  const name = symbolName(market, symbol);
  const tick: Price | undefined = readPrice(filterOf(symbol, 'PRICE_FILTER')?.['tickSize']);
  const lot = lotOf(symbol);
  const venueSymbol = text(symbol['symbol']);
  if (name === undefined || tick === undefined || lot === undefined || venueSymbol === '') return undefined;
  return {
    id: makeInstrumentId(market.venue, name),
    venue: market.venue,
    symbol: name,
    venueSymbol,
    kind: market.chain === 'counted' ? 'spot' : 'perpetual',
    base: text(symbol['baseAsset']),
    quote: text(symbol['quoteAsset']),
    priceRule: { kind: 'fixed', tick },
    lot,
    minimumNotional: minimumNotional(symbol),
    maxLeverage: market.maxLeverage,
    status: STATUSES[text(symbol['status'] ?? symbol['contractStatus'])] ?? 'halted',
    version: 1,
  };
}

/** All instruments in an `exchangeInfo` answer, or undefined when it is none. */
export function readExchangeInfo(market: BinanceMarket, body: unknown): readonly Instrument[] | undefined {
  if (!isRecord(body) || !Array.isArray(body['symbols'])) return undefined;
  return body['symbols']
    .map((symbol) => readInstrument(market, symbol))
    .filter((instrument) => instrument !== undefined);
}

/** True when a change of the listing must be seen by everybody who holds the old one (5.13). */
export const differs = (a: Instrument, b: Instrument): boolean =>
  a.priceRule.kind !== b.priceRule.kind ||
  (a.priceRule.kind === 'fixed' && b.priceRule.kind === 'fixed' && a.priceRule.tick !== b.priceRule.tick) ||
  a.lot !== b.lot ||
  a.status !== b.status ||
  a.minimumNotional !== b.minimumNotional;
