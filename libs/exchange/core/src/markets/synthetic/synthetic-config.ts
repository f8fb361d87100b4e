export interface SyntheticAssetConfig {
  readonly name: string;
  readonly szDecimals: number;
  readonly maxLeverage: number;
  readonly startPx: number;
  /** The reference venue's symbol and rules. */
  readonly reference: { readonly symbol: string; readonly priceDecimals: number; readonly quantityDecimals: number };
  /** Share of the common factor, and own volatility, both in basis points a square root of a second. */
  readonly commonBps: number;
  readonly ownBps: number;
  /** Half of the spread that background makers aim at. */
  readonly halfSpreadBps: number;
}

export interface SyntheticConfig {
  readonly seed: number;
  readonly startMs: number;
  readonly assets: readonly SyntheticAssetConfig[];
  /** How far the reference venue is ahead of the exchange. */
  readonly leadMs: number;
  /** Book changes a second and asset that the background makes. */
  readonly quoteRate: number;
  /** Uninformed takers a second and asset, in calm times. */
  readonly noiseRate: number;
  /** Informed takers a second and asset, while there is something to know. */
  readonly informedRate: number;
  /** How far informed takers see. */
  readonly informedHorizonMs: number;
}

/** Market time moves in steps of this length. */
export const STEP_MS = 50;
export const STEPS_A_SECOND = 1_000 / STEP_MS;
export const BPS = 1 / 10_000;

/** How many times something that happens `rate` times a second happens in one step, given one draw. */
export function timesInStep(rate: number, draw: number): number {
  const expected = rate / STEPS_A_SECOND;
  return Math.floor(expected) + (draw < expected - Math.floor(expected) ? 1 : 0);
}
