import {
  absolute,
  admitsOrder,
  type Amount,
  type Book,
  format,
  type Instrument,
  type InstrumentId,
  isFinal,
  notional,
  type Order,
  type OrderRequestId,
  type Price,
  type Quantity,
  roundTo,
  type Side,
  signOf,
  type TimeNs,
  toApproximateNumber,
  toLegalPrice,
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
import { MOMENTUM_PARAMETERS, type MomentumParameters, parseMomentumParameters } from './parameters.js';
import { Trend } from './trend.js';

const MS = 1_000_000n;
const BPS = 10_000n;
/** After a refusal or a rejection; a limit is not run against book after book. */
const REFUSAL_REST_MS = 5_000n;
/** A request without any answer: its order, if it lives, reports by then. */
const SILENCE_REST_MS = 10_000n;

/** What it wants to do now. */
interface Intent {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly reduceOnly: boolean;
  readonly signal: string;
}

/**
 * Follows the direction of the reference venue: opens when its fast average runs ahead of its slow one in a market that is
 * not wild, closes when the two meet again. Only immediate orders with a protective price, one at a time.
 */
export class Momentum implements RunningStrategy<MomentumParameters> {
  private readonly ids: RequestIds;
  private readonly traded: InstrumentId;
  private readonly reference: InstrumentId;
  private readonly trend: Trend;
  private parameters: MomentumParameters;
  private position = 0n as Amount;
  private instrument: Instrument | undefined;
  private book: Book | undefined;
  private request: OrderRequestId | undefined;
  private order: Order | undefined;
  private restUntil = 0n as TimeNs;
  private mode: TradingMode = 'full';
  private stopping = false;

  constructor(setup: StrategySetup<MomentumParameters>) {
    const [traded, reference] = setup.instruments;
    if (traded === undefined || reference === undefined) {
      throw new RangeError('momentum needs two symbols: the one it trades and its reference');
    }
    this.traded = traded;
    this.reference = reference;
    this.parameters = setup.parameters;
    this.trend = new Trend(setup.parameters);
    this.ids = new RequestIds(setup.strategyId, setup.run);
  }

  reconfigure(parameters: MomentumParameters): void {
    this.parameters = parameters;
    this.trend.reconfigure(parameters);
  }

  get vitals(): Readonly<Record<string, string>> {
    const { strengthBps, volatilityBps } = this.trend;
    return {
      position: format(this.position),
      strength_bps: strengthBps === undefined ? '' : strengthBps.toPrecision(4),
      volatility_bps: volatilityBps.toPrecision(4),
    };
  }

  on(event: StrategyEvent): readonly StrategyAction[] {
    const { at } = event;
    switch (event.kind) {
      case 'started':
        this.instrument = event.instruments.find(({ id }) => id === this.traded);
        this.position =
          event.positions.find(({ instrumentId }) => instrumentId === this.traded)?.quantity ?? (0n as Amount);
        return event.openOrders.map(({ clientOrderId }) => ({ kind: 'cancel', clientOrderId, signal: 'leftover' }));
      case 'book':
        this.sawBook(event.book, at);
        return this.act(at);
      case 'feed':
        if (event.feed.state !== 'live') this.distrust(event.feed.instrumentId);
        return [];
      case 'instrument':
        if (event.instrument.id === this.traded) this.instrument = event.instrument;
        return [];
      case 'order':
        return this.sawOrder(event.order, at);
      case 'fill':
        if (event.fill.instrumentId === this.traded)
          this.position = (this.position + signOf(event.fill.side) * event.fill.quantity) as Amount;
        return [];
      case 'refused':
      case 'unanswered':
        this.rest(event.orderRequestId, at, event.kind === 'refused' ? REFUSAL_REST_MS : SILENCE_REST_MS);
        return [];
      case 'stopping':
        this.stopping = true;
        return this.order === undefined
          ? []
          : [{ kind: 'cancel', clientOrderId: this.order.clientOrderId, signal: 'stopping' }];
      case 'trading':
        this.mode = event.mode;
        return [];
      case 'timer':
      case 'trade':
      case 'market_state':
      case 'candle':
        return [];
    }
  }

  private sawBook(book: Book, at: TimeNs): void {
    if (!book.valid) return this.distrust(book.instrumentId);
    if (book.instrumentId === this.traded) this.book = book;
    const [bid, ask] = [book.bids[0], book.asks[0]];
    if (book.instrumentId !== this.reference || bid === undefined || ask === undefined) return;
    this.trend.saw((toApproximateNumber(bid.price) + toApproximateNumber(ask.price)) / 2, at);
  }

  private distrust(instrument: InstrumentId): void {
    if (instrument === this.traded) this.book = undefined;
    if (instrument === this.reference) this.trend.forget();
  }

  private act(at: TimeNs): readonly StrategyAction[] {
    const { book, instrument, request } = this;
    if (this.stopping || book === undefined || instrument === undefined) return [];
    if (request !== undefined || at < this.restUntil) return [];
    const intent = this.intent(instrument);
    const limitPrice = intent && this.protectivePrice(intent.side, book, instrument);
    if (intent === undefined || limitPrice === undefined || !admitsOrder(this.mode, intent)) return [];
    if (!intent.reduceOnly && notional(limitPrice, intent.quantity, 'down') < instrument.minimumNotional) return [];
    this.request = this.ids.next();
    this.restUntil = (at + BigInt(this.parameters.cooldownMs) * MS) as TimeNs;
    return [
      {
        kind: 'submit',
        orderRequestId: this.request,
        instrumentId: this.traded,
        timeInForce: 'ioc',
        limitPrice,
        ...intent,
      },
    ];
  }

  private intent(instrument: Instrument): Intent | undefined {
    const strength = this.trend.strengthBps;
    if (strength === undefined) return undefined;
    const { entryBps, exitBps, maxVolatilityBps } = this.parameters;
    const direction: Side | undefined = strength > entryBps ? 'buy' : strength < -entryBps ? 'sell' : undefined;
    const holding: Side | undefined = this.position > 0n ? 'buy' : this.position < 0n ? 'sell' : undefined;
    const hasTurned = holding !== undefined && (holding === 'buy' ? strength <= exitBps : strength >= -exitBps);
    if (hasTurned) return this.reducing(holding === 'buy' ? 'sell' : 'buy', instrument);
    if (direction === undefined || this.trend.volatilityBps > maxVolatilityBps) return undefined;
    return instrument.status === 'trading' ? this.opening(direction, instrument) : undefined;
  }

  private reducing(side: Side, instrument: Instrument): Intent | undefined {
    const held = absolute(this.position) as bigint as Quantity;
    const size = held < this.parameters.orderSize ? held : this.parameters.orderSize;
    return sized({ side, quantity: size, reduceOnly: true, signal: 'turned' }, instrument);
  }

  private opening(side: Side, instrument: Instrument): Intent | undefined {
    const { orderSize, maxPosition } = this.parameters;
    const room = maxPosition - signOf(side) * this.position;
    const size = (room < orderSize ? room : orderSize) as Quantity;
    return sized({ side, quantity: size, reduceOnly: false, signal: 'momentum' }, instrument);
  }

  /** The worst price it takes: so far beyond the touch and not a tick further. */
  private protectivePrice(side: Side, book: Book, { priceRule }: Instrument): Price | undefined {
    const touch = (side === 'buy' ? book.asks[0] : book.bids[0])?.price;
    if (touch === undefined) return undefined;
    const allowance = (touch * BigInt(this.parameters.slippageBps)) / BPS;
    if (side === 'buy') return toLegalPrice(priceRule, (touch + allowance) as Price, 'down');
    return toLegalPrice(priceRule, (touch - allowance) as Price, 'up');
  }

  private sawOrder(order: Order, at: TimeNs): readonly StrategyAction[] {
    if (order.orderRequestId !== this.request) {
      return order.state === 'working' ? [{ kind: 'cancel', clientOrderId: order.clientOrderId, signal: 'stray' }] : [];
    }
    if (!isFinal(order.state)) {
      this.order = order;
      return [];
    }
    this.request = undefined;
    this.order = undefined;
    if (order.state === 'rejected') this.extendRest(at, REFUSAL_REST_MS);
    return [];
  }

  private rest(request: OrderRequestId, at: TimeNs, restMs: bigint): void {
    if (this.request !== request || this.order !== undefined) return;
    this.request = undefined;
    this.extendRest(at, restMs);
  }

  private extendRest(at: TimeNs, restMs: bigint): void {
    const until = (at + restMs * MS) as TimeNs;
    if (until > this.restUntil) this.restUntil = until;
  }
}

function sized(intent: Intent, { lot }: Instrument): Intent | undefined {
  if (intent.quantity <= 0n) return undefined;
  const quantity = roundTo(intent.quantity, lot, 'down');
  return quantity === 0n ? undefined : { ...intent, quantity };
}

export const momentum: StrategyType<MomentumParameters> = {
  type: 'momentum',
  version: '2',
  instrumentRoles: ['the one it trades', 'the reference whose direction it follows'],
  listensTo: ['book'],
  parameters: MOMENTUM_PARAMETERS,
  parse: parseMomentumParameters,
  create: (setup) => new Momentum(setup),
};
