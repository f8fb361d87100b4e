import {
  bookCodec,
  configureTradingCodec,
  emptyCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  marketStateCodec,
  strategyLimitsCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { type Book, type InstrumentId, ok, parsePrice, parseQuantity, type Price, timeNs } from '@argosy/domain';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import { INSTRUMENT, PRICE, REFERENCE, STRATEGY } from './bench-fleet.js';

const FEED_INTERVAL_MS = 250;
const ASK_TIMEOUT_MS = 2_000;
const SPREAD = parsePrice('0.1');
const SIZE = parseQuantity('1');

const nowNs = () => timeNs(BigInt(Date.now()) * 1_000_000n);

/** Says what market-data would, so that every check has what it needs: both books, the oracle, the instrument. */
export class MarketFeeder {
  private sequence = 0n;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly bus: NatsMessageBus) {}

  async start(): Promise<void> {
    const { bus } = this;
    bus.subscribe(subjects.marketInstruments, instrumentsRequestCodec, { queueLimit: 64 }, (_ask, { replyTo }) => {
      if (replyTo !== undefined) bus.reply(replyTo, instrumentsPageCodec, ok([INSTRUMENT]));
    });
    await bus.flush();
    this.feed();
    this.timer = setInterval(() => this.feed(), FEED_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private feed(): void {
    const { bus } = this;
    this.sequence += 1n;
    bus.publish(subjects.marketBook('hyperliquid', INSTRUMENT.symbol), bookCodec, this.book(INSTRUMENT.id));
    bus.publish(subjects.marketBook('binance', 'BTC-USDT'), bookCodec, this.book(REFERENCE));
    const state = { markPrice: PRICE, oraclePrice: PRICE, venueTimeNs: nowNs(), receivedTimeNs: nowNs() };
    bus.publish(subjects.marketState('hyperliquid', INSTRUMENT.symbol), marketStateCodec, {
      instrumentId: INSTRUMENT.id,
      ...state,
    });
  }

  private book(instrumentId: InstrumentId): Book {
    const level = (price: Price) => [{ price, quantity: SIZE }];
    return {
      instrumentId,
      bids: level(PRICE),
      asks: level((PRICE + SPREAD) as Price),
      venueTimeNs: nowNs(),
      receivedTimeNs: nowNs(),
      sequence: this.sequence,
      valid: true,
    };
  }
}

/** What a person does before a strategy may trade. @throws Error with risk's own words when it refuses. */
export async function enableTrading(bus: NatsMessageBus): Promise<void> {
  const who = { actor: 'bench', reason: 'the order path is measured' };
  const options = { timeoutMs: ASK_TIMEOUT_MS };
  const limits = { strategyId: STRATEGY, maxPositionUsd: '10000000', maxOrderSizeUsd: '5000', ...who };
  const given = await bus.request(subjects.riskStrategyLimits, strategyLimitsCodec, emptyCodec, limits, options);
  if (!given.ok) throw new Error(`risk refuses the strategy's limits: ${given.refusal.code}`);
  const message = { ...who, tradingEnabled: true, newSignalsEnabled: true };
  const opened = await bus.request(
    subjects.tradingConfigure,
    configureTradingCodec,
    tradingStateCodec,
    message,
    options,
  );
  if (!opened.ok) throw new Error(`risk refuses to enable trading: ${opened.refusal.code}`);
}
