import {
  type Amount,
  type Book,
  format,
  type Instrument,
  type InstrumentId,
  type Order,
  type Price,
  type Side,
  SIDES,
  signOf,
  type TimeNs,
  type TradingMode,
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
import { isOff, quoteSize, type QuoteView, targetPrice } from './quotes.js';
import { cancelOf, RestingQuote } from './resting-quote.js';

/**
 * Quotes both sides around a fair price that the reference venue leads, wider when prices move, leaning against the
 * inventory, always post-only. First instrument: traded; second: the reference.
 */
export class MarketMaker implements RunningStrategy<MarketMakerParameters> {
  private readonly fair = new FairPrice();
  private readonly ids: RequestIds;
  private readonly traded: InstrumentId;
  private readonly reference: InstrumentId;
  private readonly quotes: Readonly<Record<Side, RestingQuote>> = {
    buy: new RestingQuote('buy'),
    sell: new RestingQuote('sell'),
  };
  private parameters: MarketMakerParameters;
  private inventory = 0n as Amount;
  private instrument: Instrument | undefined;
  private book: Book | undefined;
  private mode: TradingMode = 'full';
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
    const { at } = event;
    switch (event.kind) {
      case 'started':
        return this.started(event);
      case 'book':
        return this.sawBook(event.book, at);
      case 'order':
        return this.sawOrder(event.order, at);
      case 'fill':
        if (event.fill.instrumentId === this.traded)
          this.inventory = (this.inventory + signOf(event.fill.side) * event.fill.quantity) as Amount;
        return [];
      case 'refused':
      case 'unanswered':
        for (const side of SIDES) this.quotes[side].refused(event.orderRequestId, at, event.kind === 'unanswered');
        return [];
      case 'instrument':
        if (event.instrument.id === this.traded) this.instrument = event.instrument;
        return this.canQuote ? [] : this.withdraw('instrument', at);
      case 'feed':
        return event.feed.state === 'live' ? [] : this.distrust(event.feed.instrumentId, at);
      case 'trading':
        this.mode = event.mode;
        return this.canQuote ? [] : this.withdraw('trading', at);
      case 'timer':
        return [...SIDES.flatMap((side) => this.quotes[side].insist(at)), ...this.quote(at)];
      case 'stopping':
        this.stopping = true;
        return this.withdraw('stopping', at);
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
    return event.openOrders.map(({ clientOrderId }) => cancelOf(clientOrderId, 'leftover'));
  }

  private sawBook(book: Book, at: TimeNs): readonly StrategyAction[] {
    if (!book.valid) return this.distrust(book.instrumentId, at);
    if (book.instrumentId === this.reference) this.fair.sawReference(midOf(book), at);
    else if (book.instrumentId === this.traded) {
      this.book = book;
      this.fair.sawTraded(midOf(book), at);
    } else return [];
    // A book with one side only has no mid, so no fair price: what rests was made on knowledge that is gone.
    return this.canQuote ? this.quote(at) : this.withdraw('no fair price', at);
  }

  /** A feed that cannot be trusted: no fair price until its next book, so no quotes. */
  private distrust(instrument: InstrumentId, at: TimeNs): readonly StrategyAction[] {
    if (instrument === this.traded) {
      this.book = undefined;
      this.fair.sawTraded(undefined, at);
    } else if (instrument === this.reference) this.fair.sawReference(undefined, at);
    else return [];
    return this.withdraw('feed', at);
  }

  /** Whether a quote may rest at all; the one question that every path to a resting order asks. */
  private get canQuote(): boolean {
    return (
      !this.stopping &&
      // It makes markets or it does not: a quote that may only shrink its inventory is no market.
      this.mode === 'full' &&
      this.book !== undefined &&
      this.instrument?.status === 'trading' &&
      this.fair.price !== undefined
    );
  }

  private withdraw(signal: string, at: TimeNs): readonly StrategyAction[] {
    return SIDES.flatMap((side) => this.quotes[side].cancel(signal, at));
  }

  private quote(at: TimeNs): readonly StrategyAction[] {
    const { book, instrument, parameters, inventory } = this;
    const fair = this.fair.price;
    if (!this.canQuote || book === undefined || instrument === undefined || fair === undefined) return [];
    const view = { fair, volatility: this.fair.volatility, inventory, book, instrument, parameters };
    return SIDES.flatMap((side) => this.quoteSide(side, view, at));
  }

  private quoteSide(side: Side, view: QuoteView, at: TimeNs): readonly StrategyAction[] {
    const quote = this.quotes[side];
    const target = targetPrice(side, view);
    if (quote.price !== undefined) {
      if (target === undefined) return quote.cancel('inventory', at);
      if (quote.isYoung(at, this.parameters.requoteIntervalMs)) return [];
      return isOff(quote.price, target, this.parameters.requoteBps) ? quote.cancel('requote', at) : [];
    }
    if (target === undefined || !quote.mayAsk(at) || this.wouldMeetOurOwn(side, target)) return [];
    const quantity = quoteSize(side, target, view);
    return quantity === 0n ? [] : [this.submit(quote, { price: target, quantity }, at)];
  }

  /** The other quote may still rest where the market was. */
  private wouldMeetOurOwn(side: Side, price: Price): boolean {
    const other = this.quotes[side === 'buy' ? 'sell' : 'buy'].price;
    if (other === undefined) return false;
    return side === 'buy' ? price >= other : price <= other;
  }

  private submit(
    quote: RestingQuote,
    { price, quantity }: { readonly price: Price; readonly quantity: Order['quantity'] },
    at: TimeNs,
  ): StrategyAction {
    const orderRequestId = this.ids.next();
    quote.asked(orderRequestId, at);
    return {
      kind: 'submit',
      orderRequestId,
      instrumentId: this.traded,
      side: quote.side,
      quantity,
      limitPrice: price,
      timeInForce: 'post_only',
      reduceOnly: false,
      signal: 'quote',
    };
  }

  private sawOrder(order: Order, at: TimeNs): readonly StrategyAction[] {
    const quote = this.quotes[order.side];
    if (!quote.isMine(order)) {
      // An order given up for lost that lives after all: nobody minds it, so it must go.
      return order.state === 'working' ? [cancelOf(order.clientOrderId, 'stray')] : [];
    }
    quote.saw(order, at);
    // It was asked for when quoting was right, and arrives when it no longer is.
    return order.state === 'working' && !this.canQuote ? quote.cancel('too late', at) : [];
  }
}

export const marketMaker: StrategyType<MarketMakerParameters> = {
  type: 'market_maker',
  version: '4',
  instrumentRoles: ['the one it quotes', 'the reference that leads'],
  listensTo: ['book'],
  parameters: MARKET_MAKER_PARAMETERS,
  parse: parseMarketMakerParameters,
  create: (setup) => new MarketMaker(setup),
};
