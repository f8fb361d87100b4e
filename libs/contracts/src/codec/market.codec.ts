import {
  type Book,
  type Candle,
  FEED_STATES,
  type FeedState,
  format,
  fromMantissa,
  type Instrument,
  instrumentId,
  INSTRUMENT_STATUSES,
  type Level,
  type MarketState,
  type MarketTrade,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  SCALE,
  timeNs,
} from '@argosy/domain';
import {
  Book as WireBook,
  Candle as WireCandle,
  FeedState as WireFeed,
  FeedsPage as WireFeeds,
  type Instrument as WireInstrument,
  InstrumentChanged as WireInstrumentChanged,
  InstrumentsPage as WireInstruments,
  MarketState as WireState,
  Trade as WireTrade,
  type Side as WireSide,
} from './market-wire.js';
import { sides, venueOf } from './order.codec.js';
import { ContractError, mappedCodec, oneOf, optionalText, present } from './wire.js';

/** The largest power of ten that divides every value, so that columns stay small integers. */
function exponentOf(values: readonly bigint[]): number {
  let exponent = 0;
  let step = 10n ** BigInt(SCALE);
  for (const value of values) {
    while (value % step !== 0n) {
      step /= 10n;
      exponent -= 1;
    }
  }
  return exponent;
}

const column = (values: readonly bigint[], exponent: number): bigint[] => {
  const step = 10n ** BigInt(SCALE + exponent);
  return values.map((value) => value / step);
};

function levels(
  prices: readonly bigint[],
  quantities: readonly bigint[],
  priceExponent: number,
  quantityExponent: number,
): Level[] {
  if (prices.length !== quantities.length) throw new ContractError('price and quantity columns differ in length');
  return prices.map((price, row) => ({
    price: fromMantissa<Price>(price, priceExponent),
    quantity: fromMantissa<Quantity>(quantities[row] ?? 0n, quantityExponent),
  }));
}

const exponent = (value: number): number => {
  if (value < -SCALE || value > SCALE) throw new ContractError(`exponent ${String(value)} out of range`);
  return value;
};

export const bookCodec = mappedCodec<Book, WireBook>(
  'Book',
  WireBook,
  (book) => {
    const bidPrices = book.bids.map(({ price }) => price as bigint);
    const askPrices = book.asks.map(({ price }) => price as bigint);
    const bidQuantities = book.bids.map(({ quantity }) => quantity as bigint);
    const askQuantities = book.asks.map(({ quantity }) => quantity as bigint);
    const priceExponent = exponentOf([...bidPrices, ...askPrices]);
    const quantityExponent = exponentOf([...bidQuantities, ...askQuantities]);
    return {
      instrumentId: book.instrumentId,
      priceExponent,
      quantityExponent,
      bidPrices: column(bidPrices, priceExponent),
      bidQuantities: column(bidQuantities, quantityExponent),
      askPrices: column(askPrices, priceExponent),
      askQuantities: column(askQuantities, quantityExponent),
      venueTimeNs: book.venueTimeNs,
      receivedTimeNs: book.receivedTimeNs,
      sequence: book.sequence,
      valid: book.valid,
    };
  },
  (message) => {
    const priceExponent = exponent(message.priceExponent);
    const quantityExponent = exponent(message.quantityExponent);
    return {
      instrumentId: instrumentId(message.instrumentId),
      bids: levels(message.bidPrices, message.bidQuantities, priceExponent, quantityExponent),
      asks: levels(message.askPrices, message.askQuantities, priceExponent, quantityExponent),
      venueTimeNs: timeNs(message.venueTimeNs),
      receivedTimeNs: timeNs(message.receivedTimeNs),
      sequence: message.sequence,
      valid: message.valid,
    };
  },
);

export const marketTradeCodec = mappedCodec<MarketTrade, WireTrade>(
  'Trade',
  WireTrade,
  (trade) => ({
    instrumentId: trade.instrumentId,
    tradeId: trade.tradeId,
    price: format(trade.price),
    quantity: format(trade.quantity),
    aggressor: sides.toWire(trade.aggressor) as WireSide,
    venueTimeNs: trade.venueTimeNs,
    receivedTimeNs: trade.receivedTimeNs,
  }),
  (message) => ({
    instrumentId: instrumentId(message.instrumentId),
    tradeId: message.tradeId,
    price: parsePrice(message.price),
    quantity: parseQuantity(message.quantity),
    aggressor: sides.toWord(message.aggressor),
    venueTimeNs: timeNs(message.venueTimeNs),
    receivedTimeNs: timeNs(message.receivedTimeNs),
  }),
);

const textOf = (value: Parameters<typeof format>[0] | undefined): string => (value === undefined ? '' : format(value));

export const marketStateCodec = mappedCodec<MarketState, WireState>(
  'MarketState',
  WireState,
  (state) => ({
    instrumentId: state.instrumentId,
    markPrice: textOf(state.markPrice),
    oraclePrice: textOf(state.oraclePrice),
    midPrice: textOf(state.midPrice),
    fundingRate: textOf(state.fundingRate),
    openInterest: textOf(state.openInterest),
    dayVolumeNotional: textOf(state.dayVolumeNotional),
    venueTimeNs: state.venueTimeNs,
    receivedTimeNs: state.receivedTimeNs,
  }),
  (message) => {
    const markPrice = optionalText(message.markPrice, parsePrice);
    const oraclePrice = optionalText(message.oraclePrice, parsePrice);
    const midPrice = optionalText(message.midPrice, parsePrice);
    const fundingRate = optionalText(message.fundingRate, parseAmount);
    const openInterest = optionalText(message.openInterest, parseQuantity);
    const dayVolumeNotional = optionalText(message.dayVolumeNotional, parseAmount);
    return {
      instrumentId: instrumentId(message.instrumentId),
      ...(markPrice === undefined ? {} : { markPrice }),
      ...(oraclePrice === undefined ? {} : { oraclePrice }),
      ...(midPrice === undefined ? {} : { midPrice }),
      ...(fundingRate === undefined ? {} : { fundingRate }),
      ...(openInterest === undefined ? {} : { openInterest }),
      ...(dayVolumeNotional === undefined ? {} : { dayVolumeNotional }),
      venueTimeNs: timeNs(message.venueTimeNs),
      receivedTimeNs: timeNs(message.receivedTimeNs),
    };
  },
);

export const candleCodec = mappedCodec<Candle, WireCandle>(
  'Candle',
  WireCandle,
  (candle) => ({
    instrumentId: candle.instrumentId,
    openTimeNs: candle.openTimeNs,
    closeTimeNs: candle.closeTimeNs,
    open: format(candle.open),
    high: format(candle.high),
    low: format(candle.low),
    close: format(candle.close),
    volume: format(candle.volume),
    trades: candle.trades,
    closed: candle.closed,
  }),
  (message) => ({
    instrumentId: instrumentId(message.instrumentId),
    openTimeNs: timeNs(message.openTimeNs),
    closeTimeNs: timeNs(message.closeTimeNs),
    open: parsePrice(message.open),
    high: parsePrice(message.high),
    low: parsePrice(message.low),
    close: parsePrice(message.close),
    volume: parseQuantity(message.volume),
    trades: message.trades,
    closed: message.closed,
  }),
);

function feedToWire(feed: FeedState): WireFeed {
  return {
    venue: feed.venue,
    instrumentId: feed.instrumentId,
    state: feed.state,
    reason: feed.reason,
    sinceNs: feed.sinceNs,
    latencyMs: feed.latencyMs,
  };
}

function feedFromWire(message: WireFeed): FeedState {
  return {
    venue: venueOf(message.venue),
    instrumentId: instrumentId(message.instrumentId),
    state: oneOf('feed state', FEED_STATES, message.state),
    reason: message.reason,
    sinceNs: timeNs(message.sinceNs),
    ...(message.latencyMs === undefined ? {} : { latencyMs: message.latencyMs }),
  };
}

export const feedStateCodec = mappedCodec<FeedState, WireFeed>('FeedState', WireFeed, feedToWire, feedFromWire);

export interface FeedsPage {
  readonly feeds: readonly FeedState[];
  readonly messagesPerSecond: number;
}
export const feedsPageCodec = mappedCodec<FeedsPage, WireFeeds>(
  'FeedsPage',
  WireFeeds,
  (page) => ({ feeds: page.feeds.map(feedToWire), messagesPerSecond: page.messagesPerSecond }),
  (message) => ({ feeds: message.feeds.map(feedFromWire), messagesPerSecond: message.messagesPerSecond }),
);

function instrumentToWire(instrument: Instrument): WireInstrument {
  const { priceRule } = instrument;
  return {
    instrumentId: instrument.id,
    venue: instrument.venue,
    symbol: instrument.symbol,
    venueSymbol: instrument.venueSymbol,
    kind: instrument.kind,
    base: instrument.base,
    quote: instrument.quote,
    tick: priceRule.kind === 'fixed' ? format(priceRule.tick) : '',
    significantFigures: priceRule.kind === 'fixed' ? 0 : priceRule.figures,
    priceDecimals: priceRule.kind === 'fixed' ? 0 : priceRule.decimals,
    lot: format(instrument.lot),
    minimumNotional: format(instrument.minimumNotional),
    maxLeverage: instrument.maxLeverage,
    status: instrument.status,
    version: instrument.version,
  };
}

function instrumentFromWire(message: WireInstrument): Instrument {
  return {
    id: instrumentId(message.instrumentId),
    venue: venueOf(message.venue),
    symbol: message.symbol,
    venueSymbol: message.venueSymbol,
    kind: oneOf('instrument kind', ['spot', 'perpetual'], message.kind),
    base: message.base,
    quote: message.quote,
    priceRule:
      message.tick === ''
        ? { kind: 'significant', figures: message.significantFigures, decimals: message.priceDecimals }
        : { kind: 'fixed', tick: parsePrice(message.tick) },
    lot: parseQuantity(message.lot),
    minimumNotional: parseAmount(message.minimumNotional),
    maxLeverage: message.maxLeverage,
    status: oneOf('instrument status', INSTRUMENT_STATUSES, message.status),
    version: message.version,
  };
}

export const instrumentsPageCodec = mappedCodec<readonly Instrument[], WireInstruments>(
  'InstrumentsPage',
  WireInstruments,
  (instruments) => ({ instruments: instruments.map(instrumentToWire) }),
  (message) => message.instruments.map(instrumentFromWire),
);

export const instrumentChangedCodec = mappedCodec<Instrument, WireInstrumentChanged>(
  'InstrumentChanged',
  WireInstrumentChanged,
  (instrument) => ({ instrument: instrumentToWire(instrument) }),
  (message) => instrumentFromWire(present('instrument', message.instrument)),
);
