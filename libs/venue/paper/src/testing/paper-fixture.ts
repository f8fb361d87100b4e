import {
  bookCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  marketStateCodec,
  marketTradeCodec,
  subjects,
} from '@argosy/contracts';
import {
  accountId,
  approve,
  type Book,
  clientOrderId,
  type Fill,
  type FundingPayment,
  type Instrument,
  type MarketState,
  type MarketTrade,
  msToNs,
  type OrderIntent,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Side,
  type TimeInForce,
  type TimeNs,
} from '@argosy/domain';
import { SilentLogger } from '@argosy/platform-port';
import {
  aBook,
  anInstrument,
  anIntent,
  InMemoryBroker,
  InMemoryBus,
  InMemoryDisk,
  ManualTime,
  settled,
} from '@argosy/testing';
import type { Cancellation, Placement, TradingHandlers, VenueOrderReport } from '@argosy/venue-port';
import type { PaperTradingConfig } from '../config.js';
import { PaperTrading } from '../paper-trading.js';

export const PAPER = accountId('paper');
export const INSTRUMENT = anInstrument();

export interface OrderWish {
  readonly side?: Side;
  readonly price?: string;
  readonly quantity?: string;
  readonly timeInForce?: TimeInForce;
  readonly reduceOnly?: boolean;
}

/** A paper account with the market of one instrument in the spec's hand. */
export class PaperFixture {
  readonly time = new ManualTime();
  readonly broker = new InMemoryBroker(this.time.clock, this.time.timers);
  readonly bus = new InMemoryBus(this.broker, 'execution');
  readonly marketData = this.bus.peer('market-data');
  readonly fills: Fill[] = [];
  readonly orders: VenueOrderReport[] = [];
  readonly fundings: FundingPayment[] = [];
  readonly connections: string[] = [];
  instruments: readonly Instrument[] = [INSTRUMENT];
  trading: PaperTrading;
  private nonce = 1_000n;
  private ids = 0;
  private trades = 0;
  private sequence = 0n;

  constructor(
    readonly disk = new InMemoryDisk(),
    private readonly config: Partial<PaperTradingConfig> = {},
  ) {
    this.marketData.subscribe(
      subjects.marketInstruments,
      instrumentsRequestCodec,
      { queueLimit: 10 },
      (_ask, { replyTo }) => {
        if (replyTo !== undefined)
          this.marketData.reply(replyTo, instrumentsPageCodec, { ok: true, value: this.instruments });
      },
    );
    this.trading = this.make();
  }

  private make(): PaperTrading {
    return new PaperTrading(
      {
        accountId: PAPER,
        venue: 'hyperliquid',
        folder: 'paper',
        cash: parseAmount('100000'),
        makerFeeRate: parseAmount('0.0001'),
        takerFeeRate: parseAmount('0.0005'),
        ...this.config,
      },
      { bus: this.bus, disk: this.disk, clock: this.time.clock, timers: this.time.timers, logger: new SilentLogger() },
    );
  }

  async start(): Promise<this> {
    const handlers: TradingHandlers = {
      onOrder: (report) => this.orders.push(report),
      onFill: (fill) => this.fills.push(fill),
      onFunding: (payment) => this.fundings.push(payment),
      onConnected: () => this.connections.push('connected'),
      onDisconnected: (reason) => this.connections.push(reason),
      onUnknown: (description) => this.connections.push(`unknown ${description}`),
    };
    await this.trading.start(handlers);
    await settled();
    return this;
  }

  /** The process ends and another begins on the same disk. */
  async restart(): Promise<void> {
    await this.trading.stop();
    this.trading = this.make();
    await this.start();
  }

  /** The same without a goodbye: what was not synced is gone. */
  async crash(): Promise<void> {
    this.disk.cutPower();
    const dead = this.trading;
    this.trading = this.make();
    await this.start();
    await dead.stop();
  }

  async book(changes: Partial<Book> = {}, instrument: Instrument = INSTRUMENT): Promise<void> {
    this.sequence += 1n;
    const at = { venueTimeNs: this.time.nowNs, receivedTimeNs: this.time.nowNs };
    const book = aBook({ ...at, sequence: this.sequence, instrumentId: instrument.id, ...changes });
    this.marketData.publish(subjects.marketBook(instrument.venue, instrument.symbol), bookCodec, book);
    await settled();
  }

  async trade(aggressor: Side, price: string, quantity: string, changes: Partial<MarketTrade> = {}): Promise<void> {
    this.time.advance(1);
    this.trades += 1;
    const trade: MarketTrade = {
      instrumentId: INSTRUMENT.id,
      tradeId: String(this.trades),
      price: parsePrice(price),
      quantity: parseQuantity(quantity),
      aggressor,
      venueTimeNs: this.time.nowNs,
      receivedTimeNs: this.time.nowNs,
      ...changes,
    };
    this.marketData.publish(subjects.marketTrade('hyperliquid', INSTRUMENT.symbol), marketTradeCodec, trade);
    await settled();
  }

  async state(changes: Partial<MarketState>): Promise<void> {
    const at = { venueTimeNs: this.time.nowNs, receivedTimeNs: this.time.nowNs };
    const state: MarketState = { instrumentId: INSTRUMENT.id, ...at, ...changes };
    this.marketData.publish(subjects.marketState('hyperliquid', INSTRUMENT.symbol), marketStateCodec, state);
    await settled();
  }

  placement(wish: OrderWish = {}, changes: Partial<Placement> = {}, intent: Partial<OrderIntent> = {}): Placement {
    this.nonce += 1n;
    this.ids += 1;
    return {
      intent: approve(
        anIntent({
          accountId: PAPER,
          accountKind: 'paper',
          side: wish.side ?? 'buy',
          limitPrice: parsePrice(wish.price ?? '59999'),
          quantity: parseQuantity(wish.quantity ?? '0.5'),
          timeInForce: wish.timeInForce ?? 'gtc',
          reduceOnly: wish.reduceOnly ?? false,
          ...intent,
        }),
      ),
      instrument: INSTRUMENT,
      clientOrderId: clientOrderId(this.ids.toString(16).padStart(32, '0')),
      nonce: this.nonce,
      expiresAt: this.soon(),
      ...changes,
    };
  }

  soon(): TimeNs {
    return (this.time.nowNs + msToNs(1_000)) as TimeNs;
  }

  cancellation(of: Placement, changes: Partial<Cancellation> = {}): Cancellation {
    this.nonce += 1n;
    return {
      instrument: INSTRUMENT,
      clientOrderId: of.clientOrderId,
      nonce: this.nonce,
      expiresAt: this.soon(),
      ...changes,
    };
  }

  async place(wish: OrderWish = {}): Promise<{ readonly placement: Placement; readonly said: string }> {
    this.time.advance(1);
    const placement = this.placement(wish);
    return { placement, said: await this.said(placement) };
  }

  /** The answer in a word, or the reason of a refusal. */
  async said(placement: Placement): Promise<string> {
    const [answer] = await this.trading.place([placement]);
    await settled();
    return answer?.outcome === 'rejected' ? answer.reason : (answer?.outcome ?? 'nothing');
  }

  async cancel(of: Placement, changes: Partial<Cancellation> = {}): Promise<string> {
    const [answer] = await this.trading.cancel([this.cancellation(of, changes)]);
    await settled();
    return answer?.outcome ?? 'nothing';
  }

  async status(of: Placement): Promise<string> {
    const report = await this.trading.orderStatus(of);
    return report === undefined ? 'unknown' : `${report.status} ${report.reason}`;
  }
}

export const aPaperAccount = (disk?: InMemoryDisk, config?: Partial<PaperTradingConfig>): Promise<PaperFixture> =>
  new PaperFixture(disk, config).start();
