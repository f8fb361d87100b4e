import type { ReferenceEvent, ReferenceLevel, ReferenceSnapshot } from '../market.js';
import { type RandomState, SeededRandom } from '../seeded-random.js';
import { BPS, STEP_MS, type SyntheticAssetConfig } from './synthetic-config.js';

const LEVELS = 100;
/** Distance of levels and of the best price from fair. */
const GAP_BPS = 0.2;
const HALF_SPREAD_BPS = 0.15;
const DEPTH_EVERY_MS = 100;
const LEVEL_USD = 12_000;
/** Quantities that change on their own in a step, near the market. */
const RESTLESS = 2;
const TRADE_CHANCE = 0.35;
const PRINTED_DECIMALS = 8;

type Rows = readonly (readonly [tick: number, lots: number])[];

export interface ReferenceState {
  readonly random: RandomState;
  readonly bids: Rows;
  readonly asks: Rows;
  readonly changedBids: readonly number[];
  readonly changedAsks: readonly number[];
  readonly updateId: number;
  readonly published: number;
  readonly tradeId: number;
  readonly best: string;
}

/** The reference venue's book and trades of one symbol: levels on a grid around the fair price of this very moment. */
export class ReferenceBook {
  private readonly random: SeededRandom;
  private readonly bids: Map<number, number>;
  private readonly asks: Map<number, number>;
  private readonly changedBids: Set<number>;
  private readonly changedAsks: Set<number>;
  private updateId: number;
  private published: number;
  private tradeId: number;
  private best: string;
  private bestBid = 0;
  private bestAsk = 0;
  private readonly perUnit: number;
  private readonly gap: number;

  constructor(
    seed: number,
    private readonly asset: SyntheticAssetConfig,
    stream: number,
    state?: ReferenceState,
  ) {
    this.perUnit = 10 ** asset.reference.priceDecimals;
    this.gap = Math.max(1, Math.round(asset.startPx * this.perUnit * GAP_BPS * BPS));
    this.random = state === undefined ? SeededRandom.fromSeed(seed, stream) : SeededRandom.fromState(state.random);
    this.bids = new Map(state?.bids);
    this.asks = new Map(state?.asks);
    this.changedBids = new Set(state?.changedBids);
    this.changedAsks = new Set(state?.changedAsks);
    this.updateId = state?.updateId ?? 1_000_000;
    this.published = state?.published ?? this.updateId;
    this.tradeId = state?.tradeId ?? 1;
    this.best = state?.best ?? '';
    this.bestBid = Math.max(0, ...this.bids.keys());
    this.bestAsk = Math.min(Number.MAX_SAFE_INTEGER, ...this.asks.keys());
  }

  step(fair: number, timeMs: number, emit: (event: ReferenceEvent) => void): void {
    this.follow(fair);
    for (let i = 0; i < RESTLESS; i++) this.stir(fair);
    if (this.random.chance(TRADE_CHANCE)) this.trade(timeMs, emit);
    this.tellBest(timeMs, emit);
    if (timeMs % DEPTH_EVERY_MS < STEP_MS) this.tellDepth(timeMs, emit);
  }

  snapshot(timeMs: number, levels: number): ReferenceSnapshot {
    const rows = (side: Map<number, number>, direction: number): ReferenceLevel[] =>
      [...side]
        .sort(([a], [b]) => (a - b) * direction)
        .slice(0, levels)
        .map(([tick, lots]) => this.level(tick, lots));
    return {
      symbol: this.asset.reference.symbol,
      lastUpdateId: this.updateId,
      timeMs,
      bids: rows(this.bids, -1),
      asks: rows(this.asks, 1),
    };
  }

  /** Moves both sides with the fair price: levels that it passed go, and new ones come at either end. */
  private follow(fair: number): void {
    const centre = fair * this.perUnit;
    const [bestBid, bestAsk] = [this.bestBid, this.bestAsk];
    this.bestBid = Math.floor((centre * (1 - HALF_SPREAD_BPS * BPS)) / this.gap) * this.gap;
    this.bestAsk = Math.max(
      Math.ceil((centre * (1 + HALF_SPREAD_BPS * BPS)) / this.gap) * this.gap,
      this.bestBid + this.gap,
    );
    // Levels go and come with the best prices alone, and these stand still in most steps.
    if (this.bestBid === bestBid && this.bestAsk === bestAsk) return;
    const reach = (LEVELS - 1) * this.gap;
    for (const tick of this.bids.keys())
      if (tick > this.bestBid || tick < this.bestBid - reach) this.set(true, tick, 0);
    for (const tick of this.asks.keys())
      if (tick < this.bestAsk || tick > this.bestAsk + reach) this.set(false, tick, 0);
    for (let i = 0; i < LEVELS; i++) {
      if (!this.bids.has(this.bestBid - i * this.gap))
        this.set(true, this.bestBid - i * this.gap, this.newLots(fair, i));
      if (!this.asks.has(this.bestAsk + i * this.gap))
        this.set(false, this.bestAsk + i * this.gap, this.newLots(fair, i));
    }
  }

  private stir(fair: number): void {
    const near = Math.floor(this.random.unit() ** 2 * LEVELS);
    const isBid = this.random.chance(0.5);
    this.set(isBid, isBid ? this.bestBid - near * this.gap : this.bestAsk + near * this.gap, this.newLots(fair, near));
  }

  private trade(timeMs: number, emit: (event: ReferenceEvent) => void): void {
    const buyerIsMaker = this.random.chance(0.5);
    const tick = buyerIsMaker ? this.bestBid : this.bestAsk;
    const there = (buyerIsMaker ? this.bids : this.asks).get(tick)!;
    const lots = Math.max(1, Math.floor(there * this.random.unit() * 0.6));
    if (lots < there) this.set(buyerIsMaker, tick, there - lots);
    const [price, quantity] = this.level(tick, lots);
    emit({
      type: 'trade',
      symbol: this.asset.reference.symbol,
      timeMs,
      tradeId: this.tradeId++,
      price,
      quantity,
      buyerIsMaker,
    });
  }

  private tellBest(timeMs: number, emit: (event: ReferenceEvent) => void): void {
    const bid = this.level(this.bestBid, this.bids.get(this.bestBid)!);
    const ask = this.level(this.bestAsk, this.asks.get(this.bestAsk)!);
    const best = `${bid.join(' ')} ${ask.join(' ')}`;
    if (best === this.best) return;
    this.best = best;
    emit({ type: 'best', symbol: this.asset.reference.symbol, timeMs, updateId: this.updateId, bid, ask });
  }

  private tellDepth(timeMs: number, emit: (event: ReferenceEvent) => void): void {
    if (this.updateId === this.published) return;
    const rows = (changed: Set<number>, side: Map<number, number>): ReferenceLevel[] =>
      [...changed].map((tick) => this.level(tick, side.get(tick) ?? 0));
    emit({
      type: 'depth',
      symbol: this.asset.reference.symbol,
      timeMs,
      firstUpdateId: this.published + 1,
      finalUpdateId: this.updateId,
      previousFinalUpdateId: this.published,
      bids: rows(this.changedBids, this.bids),
      asks: rows(this.changedAsks, this.asks),
    });
    this.published = this.updateId;
    this.changedBids.clear();
    this.changedAsks.clear();
  }

  private set(isBid: boolean, tick: number, lots: number): void {
    const side = isBid ? this.bids : this.asks;
    if (lots === 0) side.delete(tick);
    else side.set(tick, lots);
    (isBid ? this.changedBids : this.changedAsks).add(tick);
    this.updateId++;
  }

  private newLots(fair: number, level: number): number {
    const usd = LEVEL_USD * (0.2 + 1.6 * this.random.unit()) * (1 + 0.02 * level);
    return Math.max(1, Math.floor((usd / fair) * 10 ** this.asset.reference.quantityDecimals));
  }

  private level(tick: number, lots: number): ReferenceLevel {
    return [padded(tick, this.asset.reference.priceDecimals), padded(lots, this.asset.reference.quantityDecimals)];
  }

  get state(): ReferenceState {
    return {
      random: this.random.state,
      bids: [...this.bids],
      asks: [...this.asks],
      changedBids: [...this.changedBids],
      changedAsks: [...this.changedAsks],
      updateId: this.updateId,
      published: this.published,
      tradeId: this.tradeId,
      best: this.best,
    };
  }
}

/** An integer count of 10^-decimals with the eight places that the venue prints. */
function padded(value: number, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return `${digits.slice(0, cut)}.${digits.slice(cut).padEnd(PRINTED_DECIMALS, '0')}`;
}
