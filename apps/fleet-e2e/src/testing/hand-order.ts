import {
  bookCodec,
  configureTradingCodec,
  emptyCodec,
  orderAcceptedCodec,
  patterns,
  strategyLimitsCodec,
  subjects,
  submitOrderCodec,
  tradingStateCodec,
} from '@argosy/contracts';
import { accountId, type Book, instrumentId, orderRequestId, parseQuantity, strategyId } from '@argosy/domain';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { startTracing, type Tracing } from '@argosy/platform-observability';
import { SilentLogger, SilentMetrics, type TraceContext } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { eventually, type LocalFleet } from './local-fleet.js';

const INSTRUMENT = instrumentId('hyperliquid_BTC-PERP');
const STRATEGY = strategyId('hand');
const WITHIN = { timeoutMs: 5_000 };

interface Tick {
  readonly book: Book;
  readonly trace: TraceContext | undefined;
}

/** A strategy of one order, in strategy-host's place: it takes a tick and buys what the book offers. */
export class HandStrategy {
  private constructor(
    private readonly people: NatsMessageBus,
    private readonly strategy: NatsMessageBus,
    private readonly tracing: Tracing,
  ) {}

  static async open(fleet: LocalFleet, collector: string | undefined): Promise<HandStrategy> {
    const random = new SystemRandom();
    const parts = {
      clock: new SystemClock(),
      timers: new SystemTimers(),
      random,
      logger: new SilentLogger(),
      metrics: new SilentMetrics(),
    };
    const connect = (service: 'ops-gateway' | 'strategy-host'): Promise<NatsMessageBus> =>
      NatsMessageBus.connect(
        { servers: `nats://127.0.0.1:${String(fleet.ports.nats)}`, service, password: fleet.passwords[service] },
        parts,
      );
    const tracing = await startTracing({ service: 'strategy-host', version: '0', random, endpoint: collector });
    return new HandStrategy(await connect('ops-gateway'), await connect('strategy-host'), tracing);
  }

  async enableTrading(): Promise<void> {
    const limits = { strategyId: STRATEGY, maxPositionUsd: '10000', maxOrderSizeUsd: '5000' };
    await this.strategy.request(subjects.riskStrategyLimits, strategyLimitsCodec, emptyCodec, limits, WITHIN);
    const wish = { tradingEnabled: true, newSignalsEnabled: true, actor: 'fleet-e2e', reason: 'a test trades' };
    await this.people.request(subjects.tradingConfigure, configureTradingCodec, tradingStateCodec, wish, WITHIN);
  }

  /** Asks until an order is accepted; resolves with its id. */
  async buy(): Promise<string> {
    let tick: Tick | undefined;
    this.strategy.subscribeNewest(patterns.everyBook, bookCodec, { keyLimit: 100 }, (book, { trace }) => {
      if (book.instrumentId === INSTRUMENT && book.valid) tick = { book, trace };
    });
    let asked = 0;
    return eventually('an accepted order', async () => {
      if (tick === undefined) return undefined;
      asked += 1;
      return this.ask(tick, orderRequestId(`hand-${String(asked)}`));
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.people.close(), this.strategy.close()]);
    await this.tracing.stop();
  }

  private async ask({ book, trace }: Tick, request: ReturnType<typeof orderRequestId>): Promise<string | undefined> {
    const [offer] = book.asks;
    if (offer === undefined) return undefined;
    const span = this.tracing.tracer.start('strategy.signal', { parent: trace });
    const result = await this.strategy.request(
      subjects.orderSubmit('hyperliquid', 'main', STRATEGY),
      submitOrderCodec,
      orderAcceptedCodec,
      {
        orderRequestId: request,
        strategyId: STRATEGY,
        accountId: accountId('main'),
        venue: 'hyperliquid',
        instrumentId: INSTRUMENT,
        side: 'buy',
        quantity: parseQuantity('0.01'),
        limitPrice: offer.price,
        timeInForce: 'ioc',
        reduceOnly: false,
        provenance: { strategyVersion: '1', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
        tickReceivedAt: book.receivedTimeNs,
      },
      { ...WITHIN, trace: span.context },
    );
    span.end();
    return result.ok ? result.value.clientOrderId : undefined;
  }
}
