import { assert } from '@argosy/domain';
import type { LevelUpdate } from '../../api/command.js';
import { parseFixed } from '../../account/money.js';
import type { PerpInstrument } from '../../market/perp-instrument.js';
import type { ReferenceLevel } from '../market.js';

/** The reference venue prints at most this many places; sums of quantities stay exact in it. */
export const RAW_DECIMALS = 8;

interface RawLevel {
  readonly level: ReferenceLevel;
  readonly quantity: number;
  readonly ticks: number;
}

const rawOf = (text: string): number => {
  const raw = parseFixed(text, RAW_DECIMALS);
  assert(raw !== undefined && raw <= BigInt(Number.MAX_SAFE_INTEGER), `recorded number '${text}'`);
  return Number(raw);
};

/** Base ticks of a raw price, still with its fraction. */
export const exactTicks = (instrument: PerpInstrument, price: string): number =>
  rawOf(price) / 10 ** (RAW_DECIMALS - instrument.pxDecimals);
/** Whole lots in a raw quantity. */
export const wholeLots = (instrument: PerpInstrument, raw: number): number =>
  Math.floor(raw / 10 ** (RAW_DECIMALS - instrument.szDecimals));
export const lotsOf = (instrument: PerpInstrument, quantity: string): number => wholeLots(instrument, rawOf(quantity));

/** One side of the recorded book as recorded, and beside it the same in legal prices of the exchange, sizes summed. */
export class RecordedSide {
  private readonly levels = new Map<number, RawLevel>();
  private readonly sums = new Map<number, number>();
  /** The best price, undefined when it has to be looked for. */
  private bestRaw: number | undefined;

  constructor(
    readonly isBid: boolean,
    private readonly instrument: PerpInstrument,
  ) {}

  clear(): void {
    this.levels.clear();
    this.sums.clear();
    this.bestRaw = undefined;
  }

  /** Takes in levels as recorded and returns the legal levels that they restate. */
  apply(updates: readonly ReferenceLevel[]): LevelUpdate[] {
    const touched = new Set<number>();
    for (const level of updates) touched.add(this.set(level));
    return [...touched].map((ticks) => ({ isBid: this.isBid, ticks, lots: this.lotsAt(ticks) }));
  }

  all(): LevelUpdate[] {
    return [...this.sums.keys()].map((ticks) => ({ isBid: this.isBid, ticks, lots: this.lotsAt(ticks) }));
  }

  /** Best first. */
  rows(levels: number): ReferenceLevel[] {
    const top = levels === 1 ? this.best() : undefined;
    if (top !== undefined) return [this.levels.get(top)!.level];
    const prices = Float64Array.from(this.levels.keys()).sort();
    const best = this.isBid ? prices.reverse().subarray(0, levels) : prices.subarray(0, levels);
    return Array.from(best, (raw) => this.levels.get(raw)!.level);
  }

  /** The best raw price, or undefined when empty. */
  best(): number | undefined {
    if (this.bestRaw !== undefined) return this.bestRaw;
    for (const raw of this.levels.keys())
      if (this.bestRaw === undefined || this.better(raw, this.bestRaw)) this.bestRaw = raw;
    return this.bestRaw;
  }

  private better(a: number, b: number): boolean {
    return this.isBid ? a > b : a < b;
  }

  private lotsAt(ticks: number): number {
    return wholeLots(this.instrument, this.sums.get(ticks) ?? 0);
  }

  private set(level: ReferenceLevel): number {
    const raw = rawOf(level[0]);
    const quantity = rawOf(level[1]);
    const old = this.levels.get(raw);
    const exact = exactTicks(this.instrument, level[0]);
    const ticks = old?.ticks ?? (this.isBid ? this.instrument.floor(exact) : this.instrument.ceil(exact));
    const sum = (this.sums.get(ticks) ?? 0) - (old?.quantity ?? 0) + quantity;
    if (sum === 0) this.sums.delete(ticks);
    else this.sums.set(ticks, sum);
    if (quantity > 0) {
      this.levels.set(raw, { level, quantity, ticks });
      if (this.bestRaw !== undefined && this.better(raw, this.bestRaw)) this.bestRaw = raw;
    } else {
      this.levels.delete(raw);
      if (raw === this.bestRaw) this.bestRaw = undefined;
    }
    return ticks;
  }
}
