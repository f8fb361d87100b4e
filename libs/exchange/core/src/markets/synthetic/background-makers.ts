import type { CommandBody } from '../../api/command.js';
import type { PerpInstrument } from '../../market/perp-instrument.js';
import { type RandomState, SeededRandom } from '../seeded-random.js';
import type { FairPrice } from './fair-price.js';
import { BPS, type SyntheticAssetConfig, type SyntheticConfig, timesInStep } from './synthetic-config.js';

/** Levels a side that the background keeps. */
export const LEVELS = 24;
/** Most requotes repair the quote that is worst out of place; the others refresh one at random, mostly near the market. */
const REPAIR_SHARE = 0.65;
const LEVEL_USD = 5_000;
const LEVEL_GROWTH = 0.35;

export interface MakersState {
  readonly random: RandomState;
  readonly centres: readonly number[];
}

/** Resting liquidity: one account that holds a ladder around a fair price which it knows late. */
export class BackgroundMakers {
  private readonly random: SeededRandom;
  readonly account: string;
  /** The fair price at which each slot was last quoted; slot = 2 × level + (1 for asks). */
  private readonly centres: number[];

  constructor(
    private readonly config: SyntheticConfig,
    private readonly asset: SyntheticAssetConfig,
    private readonly instrument: PerpInstrument,
    { account, stream }: { readonly account: string; readonly stream: number },
    state?: MakersState,
  ) {
    this.account = account;
    this.random =
      state === undefined ? SeededRandom.fromSeed(config.seed, stream) : SeededRandom.fromState(state.random);
    this.centres = state === undefined ? Array.from({ length: 2 * LEVELS }, () => 0) : [...state.centres];
  }

  /** The first ladder, whole. */
  begin(fair: FairPrice, emit: (command: CommandBody) => void): void {
    for (let slot = 0; slot < this.centres.length; slot++) emit(this.quote(slot, fair.late));
  }

  step(fair: FairPrice, emit: (command: CommandBody) => void): void {
    const times = timesInStep(this.config.quoteRate, this.random.unit()) + (fair.burst === 0 ? 0 : 1);
    for (let i = 0; i < times; i++) {
      const slot = this.random.chance(REPAIR_SHARE) ? this.worst(fair.late) : this.anywhere();
      emit(this.quote(slot, fair.late));
    }
  }

  /** The slot furthest from where it should be, near ones counting more. */
  private worst(centre: number): number {
    let worst = 0;
    let distance = -1;
    for (let slot = 0; slot < this.centres.length; slot++) {
      const off = Math.abs(this.centres[slot]! - centre) / (1 + (slot >> 1));
      if (off > distance) {
        worst = slot;
        distance = off;
      }
    }
    return worst;
  }

  private anywhere(): number {
    const near = this.random.unit();
    return 2 * Math.floor(near * near * LEVELS) + (this.random.chance(0.5) ? 1 : 0);
  }

  private quote(slot: number, centre: number): CommandBody {
    this.centres[slot] = centre;
    const level = slot >> 1;
    const isBuy = slot % 2 === 0;
    const offset =
      this.asset.halfSpreadBps * BPS * (1 + 0.7 * level + 0.03 * level * level + 0.5 * (this.random.unit() - 0.5));
    const { instrument } = this;
    const exact = centre * instrument.whole * (isBuy ? 1 - offset : 1 + offset);
    const ticks = isBuy ? instrument.floor(exact) : instrument.ceil(exact);
    const usd = LEVEL_USD * (1 + LEVEL_GROWTH * level) * (0.3 + 1.4 * this.random.unit());
    const lots = Math.max(1, Math.floor((usd / centre) * 10 ** instrument.szDecimals));
    return { type: 'quote', account: this.account, asset: instrument.asset, slot, isBuy, ticks, lots };
  }

  get state(): MakersState {
    return { random: this.random.state, centres: [...this.centres] };
  }
}
