import {
  type Amount,
  type Book,
  type Fill,
  type Instrument,
  type InstrumentId,
  isFinal,
  type Order,
  type OrderRequestId,
  type Price,
  type Quantity,
  type Side,
  SIDES,
  signOf,
  type TimeNs,
  format,
} from '@argosy/domain';
import {
  RequestIds,
  type RunningStrategy,
  type StrategyAction,
  type StrategyEvent,
  type StrategySetup,
  type StrategyType,
} from '@argosy/strategy-api';
import { FairPrice, midOf } from './fair-price.js';
import { MARKET_MAKER_PARAMETERS, type MarketMakerParameters, parseMarketMakerParameters } from './parameters.js';
import { isOff, targetPrice } from './quotes.js';

const MS = 1_000_000n;
/** After a refusal this side rests, so that a limit is not run against book after book. */
const REFUSAL_REST_MS = 1_000n;
/** A request without any answer blocks its side for so long; its order, if it lives, reports by then. */
const SILENCE_REST_MS = 10_000n;

/** One side's quote: at most one order asked for or resting at a time. */
interface Quote {
  request?: OrderRequestId;
  order?: Order;
  cancelling: boolean;
  placedAt: TimeNs;
  restUntil: TimeNs;
}

/**
 * Quotes both sides around a fair price that the reference venue leads, wider when prices move, leaning against the
 * inventory, always post-only. First instrument: traded; second: the reference.
 */
export class MarketMaker implements RunningStrategy<MarketMakerParameters> {
  private readonly fair = new FairPrice();
  private readonly ids: RequestIds;
  private readonly traded: InstrumentId;
  private readonly reference: InstrumentId;
  private readonly quotes: Record<Side, Quote> = { buy: emptyQuote(), sell: emptyQuote() };
  private parameters: MarketMakerParameters;
  private inventory = 0n as Amount;
  private instrument: Instrument | undefined;
  private book: Book | undefined;
  private stopping = false;

  constructor(setup: StrategySetup<MarketMakerParameters>) {
    const [traded, reference] = setup.instruments;
    if (traded === undefined || reference === undefined) {
      throw new RangeError('a market maker needs two symbols: the one it quotes and its reference');
    }
    this.traded = traded;
    this.reference = reference;
    this.parameters = setup.parameters;
    this.ids = new RequestIds(setup.strategyId, setup.run);
  }

  reconfigure(parameters: MarketMakerParameters): void {
    this.parameters = parameters;
  }

  get vitals(): Readonly<Record<string, string>> {
    const { price, volatility } = this.fair;
    return {
      inventory: format(this.inventory),
      fair_price: price === undefined ? '' : price.toPrecision(8),
      volatility_bps: (volatility * 10_000).toPrecision(4),
    };
  }

  on(event: StrategyEvent): readonly StrategyAction[] {
    switch (event.kind) {
      case 'started':
        return this.started(event);
      case 'book':
        return this.sawBook(event.book, event.at);
      case 'order':
        return this.sawOrder(event.order);
      case 'fill':
        this.sawFill(event.fill);
        return [];
      case 'refused':
        this.rest(event.orderRequestId, event.at, REFUSAL_REST_MS);
        return [];
      case 'unanswered':
        this.rest(event.orderRequestId, event.at, SILENCE_REST_MS);
        return [];
      case 'instrument':
        if (event.instrument.id === this.traded) this.instrument = event.instrument;
        return [];
      case 'feed':
        return event.feed.state === 'live' ? [] : this.distrust(event.feed.instrumentId);
      case 'timer':
        return this.quote(event.at);
      case 'stopping':
        this.stopping = true;
        return this.withdraw('stopping');
      case 'trade':
      case 'market_state':
      case 'candle':
        return [];
    }
  }

  private started(event: Extract<StrategyEvent, { kind: 'started' }>): readonly StrategyAction[] {
    this.instrument = event.instruments.find(({ id }) => id === this.traded);
    this.inventory =
      event.positions.find(({ instrumentId }) => instrumentId === this.traded)?.quantity ?? (0n as Amount);
    // Orders of an earlier run: nobody knows why they rest where they do.
    return event.openOrders.map(({ clientOrderId }) => ({ kind: 'cancel', clientOrderId, signal: 'leftover' }));
  }

  private sawBook(book: Book, at: TimeNs): readonly StrategyAction[] {
    if (book.instrumentId === this.reference) {
      this.fair.sawReference(midOf(book), at);
    } else if (book.instrumentId === this.traded) {
      this.book = book.valid ? book : undefined;
      this.fair.sawTraded(midOf(book), at);
    } else {
      return [];
    }
    return book.valid ? this.quote(at) : this.distrust(book.instrumentId);
  }

  /** A feed that cannot be trusted: no fair price, so no quotes. */
  private distrust(instrument: InstrumentId): readonly StrategyAction[] {
    if (instrument !== this.traded && instrument !== this.reference) return [];
    if (instrument === this.traded) this.book = undefined;
    return this.withdraw('feed');
  }

  private withdraw(signal: string): readonly StrategyAction[] {
    return SIDES.flatMap((side) => this.cancel(this.quotes[side], signal));
  }

  private quote(at: TimeNs): readonly StrategyAction[] {
    const { book, instrument, parameters } = this;
    const fair = this.fair.price;
    if (this.stopping || book === undefined || instrument === undefined || fair === undefined) return [];
    const view = { fair, volatility: this.fair.volatility, inventory: this.inventory, book, instrument, parameters };
    return SIDES.flatMap((side) => this.quoteSide(side, targetPrice(side, view), at));
  }

  private quoteSide(side: Side, target: Price | undefined, at: TimeNs): readonly StrategyAction[] {
    const quote = this.quotes[side];
    if (quote.order !== undefined) {
      const young = at < quote.placedAt + BigInt(this.parameters.requoteIntervalMs) * MS;
      if (young || !isOff(quote.order.limitPrice, target, this.parameters.requoteBps)) return [];
      return this.cancel(quote, target === undefined ? 'inventory' : 'requote');
    }
    if (target === undefined || quote.request !== undefined || at < quote.restUntil) return [];
    return this.submit(side, quote, target, at);
  }

  private submit(side: Side, quote: Quote, limitPrice: Price, at: TimeNs): readonly StrategyAction[] {
    const quantity = this.quoteSize(side);
    if (quantity === 0n) return [];
    const orderRequestId = this.ids.next();
    quote.request = orderRequestId;
    quote.placedAt = at;
    return [
      {
        kind: 'submit',
        orderRequestId,
        instrumentId: this.traded,
        side,
        quantity,
        limitPrice,
        timeInForce: 'post_only',
        reduceOnly: false,
        signal: 'quote',
      },
    ];
  }

  /** No larger than what is left until the inventory is full. */
  private quoteSize(side: Side): Quantity {
    const { orderSize, maxInventory } = this.parameters;
    const room = maxInventory - signOf(side) * this.inventory;
    const lot = this.instrument?.lot ?? orderSize;
    const size = room < orderSize ? room : orderSize;
    return (size <= 0n ? 0n : (size / lot) * lot) as Quantity;
  }

  private cancel(quote: Quote, signal: string): readonly StrategyAction[] {
    if (quote.order === undefined || quote.cancelling) return [];
    quote.cancelling = true;
    return [{ kind: 'cancel', clientOrderId: quote.order.clientOrderId, signal }];
  }

  private sawOrder(order: Order): readonly StrategyAction[] {
    const quote = this.quotes[order.side];
    if (quote.request !== order.orderRequestId) {
      // An order given up for lost that lives after all: nobody minds it, so it must go.
      return order.state === 'working' ? [{ kind: 'cancel', clientOrderId: order.clientOrderId, signal: 'stray' }] : [];
    }
    if (isFinal(order.state)) {
      delete quote.request;
      delete quote.order;
      quote.cancelling = false;
      return [];
    }
    // A cancel that the venue refused leaves the order working: it may be asked for again.
    if (order.state === 'working' && quote.order?.state === 'cancel_pending') quote.cancelling = false;
    if (order.state !== 'sent') quote.order = order;
    return [];
  }

  private sawFill(fill: Fill): void {
    if (fill.instrumentId === this.traded)
      this.inventory = (this.inventory + signOf(fill.side) * fill.quantity) as Amount;
  }

  private rest(request: OrderRequestId, at: TimeNs, restMs: bigint): void {
    for (const side of SIDES) {
      const quote = this.quotes[side];
      if (quote.request !== request || quote.order !== undefined) continue;
      delete quote.request;
      quote.restUntil = (at + restMs * MS) as TimeNs;
    }
  }
}

const emptyQuote = (): Quote => ({ cancelling: false, placedAt: 0n as TimeNs, restUntil: 0n as TimeNs });

export const marketMaker: StrategyType<MarketMakerParameters> = {
  type: 'market_maker',
  version: '1',
  parameters: MARKET_MAKER_PARAMETERS,
  parse: parseMarketMakerParameters,
  create: (setup) => new MarketMaker(setup),
};
