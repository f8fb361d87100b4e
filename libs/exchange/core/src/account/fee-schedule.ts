import { assert, parseAmount } from '@argosy/domain';
import type { FeeTier } from '../api/config.js';
import { parseFixed, USD_DECIMALS } from './money.js';

const DAY_MS = 86_400_000;
/** Volume counts for fees over this many days, the present one included. */
export const FEE_DAYS = 14;

export interface DayVolume {
  readonly dayMs: number;
  taker: bigint;
  maker: bigint;
}

export interface FeeRates {
  readonly from: bigint;
  readonly taker: bigint;
  readonly maker: bigint;
}

/** Rates by 14-day volume. Rates are at the domain's scale, volumes in micro-USDC. */
export class FeeSchedule {
  private readonly tiers: readonly FeeRates[];

  constructor(tiers: readonly FeeTier[]) {
    this.tiers = tiers.map((tier) => {
      const from = parseFixed(tier.fromVolume, USD_DECIMALS);
      assert(from !== undefined, `fee tier volume is '${tier.fromVolume}'`);
      return { from, taker: parseAmount(tier.takerRate), maker: parseAmount(tier.makerRate) };
    });
    assert(this.tiers[0]?.from === 0n, 'the first fee tier starts at volume 0');
    assert(
      this.tiers.every((tier, i) => i === 0 || tier.from > this.tiers[i - 1]!.from),
      'fee tiers rise by volume',
    );
  }

  ratesFor(days: readonly DayVolume[], nowMs: number): FeeRates {
    if (this.tiers.length === 1) return this.tiers[0]!;
    const oldest = dayOf(nowMs) - (FEE_DAYS - 1) * DAY_MS;
    let volume = 0n;
    for (const day of days) if (day.dayMs >= oldest) volume += day.taker + day.maker;
    return this.tiers.findLast((tier) => volume >= tier.from) ?? this.tiers[0]!;
  }
}

export const dayOf = (timeMs: number): number => timeMs - (timeMs % DAY_MS);

/** Adds to today's volume and forgets days that no longer count. */
export function addVolume(days: DayVolume[], nowMs: number, notional: bigint, crossed: boolean): void {
  const dayMs = dayOf(nowMs);
  let today = days.at(-1);
  if (today?.dayMs !== dayMs) {
    today = { dayMs, taker: 0n, maker: 0n };
    days.push(today);
    if (days.length > FEE_DAYS) days.shift();
  }
  if (crossed) today.taker += notional;
  else today.maker += notional;
}
