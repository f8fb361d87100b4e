/**
 * Funding as the venue documents it: every five seconds a premium, (max(impact bid − oracle, 0) − max(oracle − impact
 * ask, 0)) ÷ oracle; their average P makes an eight-hour rate P + clamp(0.01 % − P, ±0.05 %), of which each hour pays
 * an eighth, at most 4 %. Rates are at the domain's scale (1e-12) and told in steps of 1e-10.
 */
import { ONE } from '@argosy/domain';
import { ceilDivide } from '../account/money.js';

const INTEREST = ONE / 10_000n;
const CLAMP = (ONE * 5n) / 10_000n;
const HOURS = 8n;
const RATE_MAX = (ONE * 4n) / 100n;
const RATE_STEP = 100n;
/** Impact prices carry this many extra digits below a tick. */
export const IMPACT_SCALE = 1_000_000n;

export interface ImpactLevel {
  readonly tick: number;
  readonly quantity: number;
}

/** Average price for `notional` micro-USDC from the best level on, × `IMPACT_SCALE`; undefined when there is not enough. */
export function impactPrice(levels: readonly ImpactLevel[], notional: bigint): bigint | undefined {
  let value = 0n;
  let lots = 0n;
  for (const { tick, quantity } of levels) {
    const price = BigInt(tick);
    const wanted = ceilDivide(notional - value, price);
    const taken = wanted < BigInt(quantity) ? wanted : BigInt(quantity);
    value += taken * price;
    lots += taken;
    if (value >= notional) return (value * IMPACT_SCALE) / lots;
  }
  return undefined;
}

export function premiumOf(oracle: number, impactBid: bigint, impactAsk: bigint): bigint {
  const reference = BigInt(oracle) * IMPACT_SCALE;
  const above = impactBid > reference ? impactBid - reference : 0n;
  const below = reference > impactAsk ? reference - impactAsk : 0n;
  return ((above - below) * ONE) / reference;
}

const clamp = (value: bigint, limit: bigint): bigint => (value > limit ? limit : value < -limit ? -limit : value);

/** The hourly rate for an average premium. */
export function fundingRate(premium: bigint): bigint {
  const eightHours = premium + clamp(INTEREST - premium, CLAMP);
  const hourly = clamp(eightHours / HOURS, RATE_MAX);
  return (hourly / RATE_STEP) * RATE_STEP;
}
