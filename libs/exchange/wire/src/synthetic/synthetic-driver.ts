import type { Clock, Timer, Timers } from '@argosy/domain';
import type { ReferenceEvent, SyntheticMarket } from '@argosy/exchange-core';
import type { ExchangeHost } from '../exchange-host.js';
import type { StreamHub } from '../binance/stream-hub.js';
import { ReferenceFeed, type ReferenceSymbol } from '../binance/reference-feed.js';
import type { MarketDriver } from '../market-driver.js';

/** How often the market's time is moved. */
const TICK_MS = 10;
/** A machine that stood still for longer does not make up for it: market time is then late, which it may be. */
const CATCH_UP_MS_MAX = 1_000;

export interface SyntheticDriverParts {
  readonly market: SyntheticMarket;
  readonly host: ExchangeHost;
  readonly hub: StreamHub;
  readonly symbols: readonly ReferenceSymbol[];
  readonly speed: number;
  /** How often the market is moved, 10 ms when absent. */
  readonly tickMs?: number;
}

/** Moves the synthetic market along with the clock, `speed` times as fast, and publishes its reference venue. */
export class SyntheticDriver extends ReferenceFeed implements MarketDriver {
  override readonly symbols: readonly ReferenceSymbol[];
  private readonly market: SyntheticMarket;
  private readonly host: ExchangeHost;
  private readonly hub: StreamHub;
  private lastTickMs = 0;
  private markMs: number;
  private timer: Timer | undefined;

  constructor(
    private readonly parts: SyntheticDriverParts,
    private readonly ports: { readonly clock: Clock; readonly timers: Timers },
  ) {
    super();
    this.symbols = parts.symbols;
    this.market = parts.market;
    this.host = parts.host;
    this.hub = parts.hub;
    this.markMs = parts.market.marketTimeMs;
  }

  start(): void {
    this.lastTickMs = this.ports.clock.monotonicMs();
    this.timer = this.ports.timers.every(this.parts.tickMs ?? TICK_MS, () => this.tick());
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  describe(): { readonly market: 'synthetic'; readonly playback: string } {
    return { market: 'synthetic', playback: this.timer === undefined ? 'stopped' : 'playing' };
  }

  override nowMs(): number {
    const elapsedMs = this.timer === undefined ? 0 : this.ports.clock.monotonicMs() - this.lastTickMs;
    return this.markMs + Math.min(elapsedMs, CATCH_UP_MS_MAX) * this.parts.speed;
  }

  override async depth({ symbol }: ReferenceSymbol, limit: number): Promise<string> {
    const book = this.market.referenceSnapshot(symbol, limit);
    return JSON.stringify({ lastUpdateId: book?.lastUpdateId ?? 0, bids: book?.bids ?? [], asks: book?.asks ?? [] });
  }

  private tick(): void {
    this.markMs = this.nowMs();
    this.lastTickMs = this.ports.clock.monotonicMs();
    const mark = Math.trunc(this.markMs);
    this.host.advanceMarket(mark, (emit) => {
      this.market.advanceTo(mark, (step) => {
        if (step.kind === 'exchange') emit(step.command);
        else this.publish(step.event);
      });
    });
  }

  private publish(event: ReferenceEvent): void {
    const symbol = event.symbol.toLowerCase();
    if (event.type === 'depth') this.publishDepth(symbol, event);
    else if (event.type === 'best') this.publishBest(symbol, event);
    else this.publishTrade(symbol, event);
  }

  private publishDepth(symbol: string, event: Extract<ReferenceEvent, { type: 'depth' }>): void {
    const stream = `${symbol}@depth@100ms`;
    if (!this.hub.has(stream)) return;
    const { timeMs: E, symbol: s, firstUpdateId: U, finalUpdateId: u, bids: b, asks: a } = event;
    this.hub.publish(stream, JSON.stringify({ e: 'depthUpdate', E, s, U, u, b, a }));
  }

  private publishBest(
    symbol: string,
    { updateId: u, symbol: s, bid, ask }: Extract<ReferenceEvent, { type: 'best' }>,
  ): void {
    const stream = `${symbol}@bookTicker`;
    if (this.hub.has(stream))
      this.hub.publish(stream, JSON.stringify({ u, s, b: bid[0], B: bid[1], a: ask[0], A: ask[1] }));
  }

  private publishTrade(symbol: string, event: Extract<ReferenceEvent, { type: 'trade' }>): void {
    const stream = `${symbol}@trade`;
    if (!this.hub.has(stream)) return;
    const { timeMs: E, symbol: s, tradeId: t, price: p, quantity: q, buyerIsMaker: m } = event;
    this.hub.publish(stream, JSON.stringify({ e: 'trade', E, s, t, p, q, T: E, m, M: true }));
  }
}
