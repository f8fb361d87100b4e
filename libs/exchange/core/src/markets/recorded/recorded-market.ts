import type { CommandBody, LevelUpdate } from '../../api/command.js';
import { PerpInstrument } from '../../market/perp-instrument.js';
import type { MarketSink, ReferenceEvent, ReferenceSnapshot } from '../market.js';
import { exactTicks, lotsOf, RAW_DECIMALS, RecordedSide } from './recorded-book.js';

/** A recorded message of the reference venue, parsed; `snapshot` is the REST depth snapshot that lies inline. */
export type RecordedMessage = ReferenceEvent | ({ readonly type: 'snapshot' } & ReferenceSnapshot);
type Depth = Extract<ReferenceEvent, { type: 'depth' }>;

export interface RecordedConfig {
  /** Asset id on the exchange that the recording drives. */
  readonly asset: number;
  readonly szDecimals: number;
  /** `spot`: depth ids chain by U = u + 1; `usdm`: by pu. */
  readonly chain: 'spot' | 'usdm';
}

export type RecordedState = 'waiting' | 'live' | 'gapped' | 'ended';

/** Depth events kept until the snapshot comes. */
const EARLY_DEPTHS_MAX = 1_000;
const SNAPSHOT_LEVELS = 5_000;

/**
 * One recorded set as a market: fed message by message, it moves the background book, trades and oracle of one asset.
 * Bids are floored and asks ceiled to legal prices, sizes summed; oracle is the recorded mid. A gap in the chain halts
 * the asset, a later snapshot resumes it; the end halts it for good.
 */
export class RecordedMarket {
  private readonly bids: RecordedSide;
  private readonly asks: RecordedSide;
  private readonly instrument: PerpInstrument;
  private early: Depth[] = [];
  private current: RecordedState = 'waiting';
  private symbol = '';
  private lastUpdateId = 0;
  private lastDepthMs = 0;
  private firstAfterSnapshot = false;
  private lastOracle = 0;

  constructor(
    readonly config: RecordedConfig,
    readonly emit: MarketSink,
  ) {
    const { asset, szDecimals } = config;
    this.instrument = new PerpInstrument(asset, {
      name: 'recorded',
      szDecimals,
      maxLeverage: 1,
      book: 'queue',
      startPx: '1',
      impactNotional: '1',
    });
    this.bids = new RecordedSide(true, this.instrument);
    this.asks = new RecordedSide(false, this.instrument);
  }

  get state(): RecordedState {
    return this.current;
  }

  /** `marketTimeMs` is the line's own receive time. */
  feed(message: RecordedMessage, marketTimeMs: number): void {
    if (this.current === 'ended') return;
    if (message.type === 'snapshot') this.onSnapshot(message, marketTimeMs);
    else if (message.type === 'depth') this.onDepth(message, marketTimeMs);
    else if (message.type === 'trade') this.onTrade(message, marketTimeMs);
    // Best prices are the recording's own check of the book, which the depth already gives.
  }

  /** The recording is over: the market halts for good. */
  end(marketTimeMs: number): void {
    if (this.current === 'ended') return;
    this.current = 'ended';
    this.status(marketTimeMs, 'halted', 'the recording has ended');
  }

  /** The book rebuilt at this moment, for subscribers who come late; undefined before the recording's snapshot or in a gap. */
  snapshot(levels = SNAPSHOT_LEVELS): ReferenceSnapshot | undefined {
    if (this.current === 'waiting' || this.current === 'gapped') return undefined;
    return {
      symbol: this.symbol,
      lastUpdateId: this.lastUpdateId,
      timeMs: this.lastDepthMs,
      bids: this.bids.rows(levels),
      asks: this.asks.rows(levels),
    };
  }

  private onSnapshot(snapshot: ReferenceSnapshot, timeMs: number): void {
    if (this.current === 'live' && snapshot.lastUpdateId < this.lastUpdateId) return;
    const wasGapped = this.current === 'gapped';
    this.bids.clear();
    this.asks.clear();
    this.bids.apply(snapshot.bids);
    this.asks.apply(snapshot.asks);
    this.symbol = snapshot.symbol;
    this.lastUpdateId = snapshot.lastUpdateId;
    this.lastDepthMs = snapshot.timeMs;
    this.firstAfterSnapshot = true;
    this.current = 'live';
    if (wasGapped) this.status(timeMs, 'trading', 'the recorded book is whole again');
    this.send(timeMs, {
      type: 'levels',
      asset: this.config.asset,
      updates: [...this.bids.all(), ...this.asks.all()],
      reset: true,
    });
    this.oracle(timeMs);
    for (const depth of this.early.splice(0)) this.onDepth(depth, timeMs);
  }

  private onDepth(depth: Depth, timeMs: number): void {
    if (this.current !== 'live') {
      this.early.push(depth);
      if (this.early.length > EARLY_DEPTHS_MAX) this.early.shift();
      return;
    }
    const usdm = this.config.chain === 'usdm';
    // The official procedure: spot drops events up to the snapshot's id, USD-M only those before it.
    if (
      this.firstAfterSnapshot &&
      (usdm ? depth.finalUpdateId < this.lastUpdateId : depth.finalUpdateId <= this.lastUpdateId)
    )
      return;
    if (!this.follows(depth, usdm)) return this.gap(depth, timeMs);
    this.firstAfterSnapshot = false;
    this.lastUpdateId = depth.finalUpdateId;
    this.lastDepthMs = depth.timeMs;
    const updates = this.ordered(depth);
    if (updates.length > 0) this.send(timeMs, { type: 'levels', asset: this.config.asset, updates, reset: false });
    this.oracle(timeMs);
  }

  private follows(depth: Depth, usdm: boolean): boolean {
    if (this.firstAfterSnapshot) {
      const next = usdm ? this.lastUpdateId : this.lastUpdateId + 1;
      return depth.firstUpdateId <= next && depth.finalUpdateId >= next;
    }
    return usdm ? depth.previousFinalUpdateId === this.lastUpdateId : depth.firstUpdateId === this.lastUpdateId + 1;
  }

  /** Levels that go come before levels that come, so that a market that moved does not cross itself on the way. */
  private ordered({ bids, asks }: Depth): LevelUpdate[] {
    const updates = [...this.bids.apply(bids), ...this.asks.apply(asks)];
    return [...updates.filter((update) => update.lots === 0), ...updates.filter((update) => update.lots > 0)];
  }

  private gap(depth: Depth, timeMs: number): void {
    this.current = 'gapped';
    this.early = [depth];
    this.send(timeMs, { type: 'levels', asset: this.config.asset, updates: [], reset: true });
    this.status(timeMs, 'halted', `the recorded book has a gap after update ${String(this.lastUpdateId)}`);
  }

  private onTrade(trade: Extract<ReferenceEvent, { type: 'trade' }>, timeMs: number): void {
    if (this.current !== 'live') return;
    const lots = lotsOf(this.instrument, trade.quantity);
    if (lots === 0) return;
    const isBuy = !trade.buyerIsMaker;
    const exact = exactTicks(this.instrument, trade.price);
    const ticks = isBuy ? this.instrument.ceil(exact) : this.instrument.floor(exact);
    this.send(timeMs, { type: 'print', asset: this.config.asset, isBuy, ticks, lots });
  }

  private oracle(timeMs: number): void {
    const bid = this.bids.best();
    const ask = this.asks.best();
    if (bid === undefined || ask === undefined) return;
    const ticks = Math.floor((bid + ask) / 2 / 10 ** (RAW_DECIMALS - this.instrument.pxDecimals));
    if (ticks === this.lastOracle) return;
    this.lastOracle = ticks;
    this.send(timeMs, { type: 'oracle', asset: this.config.asset, ticks });
  }

  private status(timeMs: number, status: 'trading' | 'halted', reason: string): void {
    this.send(timeMs, { type: 'status', asset: this.config.asset, status, reason });
  }

  private send(marketTimeMs: number, command: CommandBody): void {
    this.emit({ kind: 'exchange', marketTimeMs, command });
  }
}
