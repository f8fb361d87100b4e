import {
  type Book,
  type ClientOrderId,
  type Instrument,
  isFinal,
  multiply,
  type Order,
  parseAmount,
  type Price,
  type Quantity,
  type Random,
  roundTo,
  type Side,
  type TimeInForce,
  toLegalPrice,
} from '@argosy/domain';
import {
  ParameterReader,
  RequestIds,
  type RunningStrategy,
  type StrategyAction,
  type StrategyEvent,
  type StrategySetup,
  type StrategyType,
} from '@argosy/strategy-api';

interface DiceParameters {
  readonly orderSize: Quantity;
  /** Chance of an action at each book, percent. */
  readonly ordersPercent: number;
  /** Throws at each book: more than one is a strategy gone mad. */
  readonly burst: number;
}

const OPEN_MAX = 6;

/** How far from the touch, as a factor on the price, and how long it lives. */
const KINDS: readonly { readonly away: string; readonly timeInForce: TimeInForce; readonly reduceOnly: boolean }[] = [
  { away: '-0.0005', timeInForce: 'ioc', reduceOnly: false },
  { away: '-0.0005', timeInForce: 'ioc', reduceOnly: true },
  { away: '-0.0003', timeInForce: 'gtc', reduceOnly: false },
  { away: '0.00005', timeInForce: 'gtc', reduceOnly: false },
  { away: '0.0001', timeInForce: 'post_only', reduceOnly: false },
  { away: '0.002', timeInForce: 'gtc', reduceOnly: false },
];

/** Throws dice at every book: orders of every kind and cancels of what is open. For the simulation alone. */
class Dice implements RunningStrategy<DiceParameters> {
  private readonly ids: RequestIds;
  private readonly random: Random;
  private readonly open = new Map<ClientOrderId, Order>();
  private instrument: Instrument | undefined;
  private stopping = false;

  constructor(
    setup: StrategySetup<DiceParameters>,
    private parameters = setup.parameters,
  ) {
    this.ids = new RequestIds(setup.strategyId, setup.run);
    this.random = setup.random;
  }

  readonly vitals = {};

  reconfigure(parameters: DiceParameters): void {
    this.parameters = parameters;
  }

  on(event: StrategyEvent): readonly StrategyAction[] {
    switch (event.kind) {
      case 'started':
        this.instrument = event.instruments[0];
        for (const order of event.openOrders) this.open.set(order.clientOrderId, order);
        return [];
      case 'instrument':
        this.instrument = event.instrument;
        return [];
      case 'order':
        if (isFinal(event.order.state)) this.open.delete(event.order.clientOrderId);
        else this.open.set(event.order.clientOrderId, event.order);
        return [];
      case 'book':
        return Array.from({ length: this.parameters.burst }, () => this.thrown(event.book)).flat();
      case 'stopping':
        this.stopping = true;
        return [...this.open.keys()].map((id) => this.cancel(id));
      default:
        return [];
    }
  }

  private thrown(book: Book): readonly StrategyAction[] {
    if (this.stopping || this.random.unit() * 100 >= this.parameters.ordersPercent) return [];
    const [oldest] = this.open.keys();
    if (oldest !== undefined && (this.open.size >= OPEN_MAX || this.random.unit() < 0.45)) return [this.cancel(oldest)];
    const side: Side = this.random.unit() < 0.5 ? 'buy' : 'sell';
    const best = (side === 'buy' ? book.bids : book.asks)[0];
    const kind = KINDS[Math.floor(this.random.unit() * KINDS.length)];
    if (best === undefined || kind === undefined || this.instrument === undefined) return [];
    // Away is downwards for a buy and upwards for a sell; a negative distance crosses the spread.
    const distance = multiply(best.price, parseAmount(kind.away), 'down');
    const limitPrice = (best.price + (side === 'buy' ? -distance : distance)) as Price;
    const { away: _away, ...terms } = kind;
    return [
      {
        kind: 'submit',
        orderRequestId: this.ids.next(),
        instrumentId: this.instrument.id,
        side,
        quantity: roundTo(this.parameters.orderSize, this.instrument.lot, 'down'),
        limitPrice: toLegalPrice(this.instrument.priceRule, limitPrice, side === 'buy' ? 'down' : 'up'),
        signal: 'dice',
        ...terms,
      },
    ];
  }

  private cancel(clientOrderId: ClientOrderId): StrategyAction {
    return { kind: 'cancel', clientOrderId, signal: 'dice' };
  }
}

export const dice: StrategyType<DiceParameters> = {
  type: 'dice',
  version: '1',
  listensTo: ['book'],
  parameters: {
    order_size: 'Size of each order, base units.',
    orders_percent: 'Chance of an action at each throw.',
    burst: 'Throws at each book.',
  },
  parse: (raw) => {
    const read = new ParameterReader(raw);
    return read.finish({
      orderSize: read.quantity('order_size', { min: '0.00001', max: '10' }),
      ordersPercent: read.integer('orders_percent', { min: 0, max: 100 }),
      burst: read.integer('burst', { min: 1, max: 50 }),
    });
  },
  create: (setup) => new Dice(setup),
};
