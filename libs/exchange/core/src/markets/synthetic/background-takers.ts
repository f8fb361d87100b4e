import type { CommandBody } from '../../api/command.js';
import type { PerpInstrument } from '../../market/perp-instrument.js';
import { type RandomState, SeededRandom } from '../seeded-random.js';
import type { FairPrice } from './fair-price.js';
import { BPS, type SyntheticAssetConfig, type SyntheticConfig, timesInStep } from './synthetic-config.js';
import type { Weather } from './weather.js';

/** Uninformed takers go on the way they went, and in a burst with it. */
const SAME_SIDE = 0.7;
const WITH_BURST = 0.85;
const BURST_FLOW = 3;
const NOISE_REACH_BPS = 15;
const NOISE_USD = { min: 200, span: 30_000 };
/** Informed takers act on moves that pay for the spread, and leave part of the way to be gained. */
const INFORMED_SPREADS = 0.9;
const INFORMED_SHARE = 0.95;
const INFORMED_CROWD_MAX = 4;
const INFORMED_USD = { min: 1_000, span: 14_000 };

export interface TakersState {
  readonly random: RandomState;
  readonly lastBuy: boolean;
}

/** Who takes from the exchange's book: those who just trade, and those who know where the price goes next. */
export class BackgroundTakers {
  private readonly random: SeededRandom;
  private lastBuy: boolean;
  readonly accounts: { readonly noise: string; readonly informed: string };

  constructor(
    private readonly config: SyntheticConfig,
    private readonly asset: SyntheticAssetConfig,
    private readonly instrument: PerpInstrument,
    { noise, informed, stream }: { readonly noise: string; readonly informed: string; readonly stream: number },
    state?: TakersState,
  ) {
    this.accounts = { noise, informed };
    this.random =
      state === undefined ? SeededRandom.fromSeed(config.seed, stream) : SeededRandom.fromState(state.random);
    this.lastBuy = state?.lastBuy ?? true;
  }

  step(fair: FairPrice, weather: Weather, emit: (command: CommandBody) => void): void {
    const rate = this.config.noiseRate * weather.intensity * (fair.burst === 0 ? 1 : BURST_FLOW);
    for (let left = timesInStep(rate, this.random.unit()); left > 0; left--) emit(this.noise(fair));
    this.informed(fair, emit);
  }

  private noise(fair: FairPrice): CommandBody {
    if (fair.burst !== 0 && this.random.chance(WITH_BURST)) this.lastBuy = fair.burst > 0;
    else if (!this.random.chance(SAME_SIDE)) this.lastBuy = !this.lastBuy;
    const size = this.random.unit() ** 5;
    const limit = fair.late * (1 + (this.lastBuy ? 1 : -1) * NOISE_REACH_BPS * BPS);
    return this.take(this.accounts.noise, this.lastBuy, limit, NOISE_USD.min + NOISE_USD.span * size);
  }

  /** The more there is to know, the more of them come. */
  private informed(fair: FairPrice, emit: (command: CommandBody) => void): void {
    const edge = fair.ahead / fair.late - 1;
    const worth = Math.abs(edge) / (INFORMED_SPREADS * this.asset.halfSpreadBps * BPS);
    const draw = this.random.unit();
    const usd = INFORMED_USD.min + INFORMED_USD.span * this.random.unit();
    if (worth < 1) return;
    for (
      let left = timesInStep(this.config.informedRate * Math.min(worth, INFORMED_CROWD_MAX), draw);
      left > 0;
      left--
    ) {
      emit(this.take(this.accounts.informed, edge > 0, fair.late * (1 + INFORMED_SHARE * edge), usd));
    }
  }

  private take(account: string, isBuy: boolean, limit: number, usd: number): CommandBody {
    const { instrument } = this;
    const exact = limit * instrument.whole;
    const lots = Math.max(1, Math.floor((usd / limit) * 10 ** instrument.szDecimals));
    return {
      type: 'take',
      account,
      asset: instrument.asset,
      isBuy,
      ticks: isBuy ? instrument.floor(exact) : instrument.ceil(exact),
      lots,
    };
  }

  get state(): TakersState {
    return { random: this.random.state, lastBuy: this.lastBuy };
  }
}
