import { type RandomState, SeededRandom } from '../seeded-random.js';
import { BPS, STEPS_A_SECOND, STEP_MS, type SyntheticAssetConfig, type SyntheticConfig } from './synthetic-config.js';
import type { Weather } from './weather.js';

/** A burst moves the price one way for a while; one begins every so many seconds in ordinary times. */
const BURST_EVERY_SECONDS = 45;
const BURST_STEPS = { min: 10, span: 30 };
const BURST_BPS = { min: 4, span: 12 };
/** A weak pull back to where it started, a step: keeps prices of a long run in sight of each other. */
const PULL = 2e-7;

export interface FairPriceState {
  readonly random: RandomState;
  readonly path: readonly number[];
  readonly burstLeft: number;
  readonly burstStep: number;
}

/**
 * What one asset is worth, known some way ahead: makers of the exchange see it late by the lead of the reference venue,
 * the reference venue as it is, informed takers before it happens.
 */
export class FairPrice {
  private readonly random: SeededRandom;
  private readonly path: number[];
  private readonly lead: number;
  private readonly own: number;
  private readonly common: number;
  private burstLeft: number;
  private burstStep: number;

  constructor(
    config: SyntheticConfig,
    private readonly asset: SyntheticAssetConfig,
    stream: number,
    state?: FairPriceState,
  ) {
    this.lead = Math.round(config.leadMs / STEP_MS);
    const ahead = Math.round(config.informedHorizonMs / STEP_MS);
    this.own = asset.ownBps * BPS;
    this.common = asset.commonBps * BPS;
    this.random =
      state === undefined ? SeededRandom.fromSeed(config.seed, stream) : SeededRandom.fromState(state.random);
    this.path =
      state === undefined ? Array.from({ length: this.lead + ahead + 1 }, () => asset.startPx) : [...state.path];
    this.burstLeft = state?.burstLeft ?? 0;
    this.burstStep = state?.burstStep ?? 0;
  }

  /** As makers of the exchange know it. */
  get late(): number {
    return this.path[0]!;
  }
  get now(): number {
    return this.path[this.lead]!;
  }
  get ahead(): number {
    return this.path[this.path.length - 1]!;
  }
  /** The direction of a burst under way, else 0. Takers of all kinds feel it. */
  get burst(): number {
    return this.burstLeft > 0 ? Math.sign(this.burstStep) : 0;
  }

  step(weather: Weather): void {
    if (this.burstLeft > 0) this.burstLeft--;
    else if (this.random.chance(weather.intensity / (BURST_EVERY_SECONDS * STEPS_A_SECOND))) this.beginBurst();
    const last = this.ahead;
    const noise = (this.random.normal() * weather.intensity) / Math.sqrt(STEPS_A_SECOND);
    const drift = (this.burstLeft > 0 ? this.burstStep : 0) - PULL * (last / this.asset.startPx - 1);
    this.path.push(last * (1 + this.common * weather.move + this.own * noise + drift));
    this.path.shift();
  }

  private beginBurst(): void {
    this.burstLeft = BURST_STEPS.min + Math.floor(this.random.unit() * BURST_STEPS.span);
    const size = (BURST_BPS.min + this.random.unit() * BURST_BPS.span) * BPS;
    this.burstStep = ((this.random.chance(0.5) ? 1 : -1) * size) / this.burstLeft;
  }

  get state(): FairPriceState {
    return { random: this.random.state, path: [...this.path], burstLeft: this.burstLeft, burstStep: this.burstStep };
  }
}
