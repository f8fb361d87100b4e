import { type RandomState, SeededRandom } from '../seeded-random.js';
import { STEPS_A_SECOND } from './synthetic-config.js';

/** Calm, ordinary and wild times: what volatility and flow are multiplied with. */
const REGIMES = [0.6, 1, 2.2] as const;
/** A regime lasts this long on average. */
const REGIME_SECONDS = 90;

export interface WeatherState {
  readonly random: RandomState;
  readonly regime: number;
}

/** What all assets share: the common factor's move and the regime of the hour. */
export class Weather {
  regime: number;
  /** The common factor's move in this step, standard normal × √(step in seconds) × intensity. */
  move = 0;
  private readonly random: SeededRandom;

  constructor(seed: number, state?: WeatherState) {
    this.random = state === undefined ? SeededRandom.fromSeed(seed) : SeededRandom.fromState(state.random);
    this.regime = state?.regime ?? 1;
  }

  get intensity(): number {
    return REGIMES[this.regime] ?? 1;
  }

  step(): void {
    if (this.random.chance(1 / (REGIME_SECONDS * STEPS_A_SECOND)))
      this.regime = Math.floor(this.random.unit() * REGIMES.length);
    this.move = (this.random.normal() * this.intensity) / Math.sqrt(STEPS_A_SECOND);
  }

  get state(): WeatherState {
    return { random: this.random.state, regime: this.regime };
  }
}
