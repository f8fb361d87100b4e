import type { CommandBody } from '../../api/command.js';
import type { PerpInstrument } from '../../market/perp-instrument.js';
import { type RandomState, SeededRandom } from '../seeded-random.js';
import type { FairPrice } from './fair-price.js';
import { BPS, STEPS_A_SECOND } from './synthetic-config.js';

/**
 * How far the oracle wanders off the market, and how slowly: it is what premiums and so funding rates come from, while
 * the exchange and the reference venue stay together.
 */
const BASIS_BPS = 9;
const BASIS_SECONDS = 300;

export interface OracleState {
  readonly random: RandomState;
  readonly basis: number;
  readonly steps: number;
}

/** One oracle price a second. */
export class OracleFeed {
  private readonly random: SeededRandom;
  private basis: number;
  private steps: number;

  constructor(
    seed: number,
    private readonly instrument: PerpInstrument,
    stream: number,
    state?: OracleState,
  ) {
    this.random = state === undefined ? SeededRandom.fromSeed(seed, stream) : SeededRandom.fromState(state.random);
    this.basis = state?.basis ?? this.random.normal() * BASIS_BPS * BPS;
    this.steps = state?.steps ?? 0;
  }

  step(fair: FairPrice, emit: (command: CommandBody) => void): void {
    if (this.steps++ % STEPS_A_SECOND !== 0) return;
    const pull = 1 / BASIS_SECONDS;
    this.basis += -pull * this.basis + Math.sqrt(2 * pull) * BASIS_BPS * BPS * this.random.normal();
    const ticks = (px: number): number => Math.max(1, Math.round(px * this.instrument.whole));
    emit({
      type: 'oracle',
      asset: this.instrument.asset,
      ticks: ticks(fair.now * (1 - this.basis)),
      externalTicks: ticks(fair.now),
    });
  }

  get state(): OracleState {
    return { random: this.random.state, basis: this.basis, steps: this.steps };
  }
}
