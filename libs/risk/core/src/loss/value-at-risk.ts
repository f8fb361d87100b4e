import { type Amount, multiply, ratio } from '@argosy/domain';
import type { EquityPoint } from './equity-marks.js';

/** One in twenty. */
const TAIL = 20;

/** Profit and loss between neighbouring samples as a share of the equity before. */
export function equityReturns(samples: readonly EquityPoint[]): readonly Amount[] {
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || before.equity <= 0n) return [];
    return [ratio<Amount>((sample.net - before.net) as Amount, before.equity, 'up')];
  });
}

/**
 * Historical value at risk at 95 %: of n returns sorted from the worst, the one with ⌊n/20⌋ worse ones before it, as a
 * positive share; 0 when even that one gained. Undefined with fewer than `returnsMin` returns, which show no tail.
 */
export function valueAtRisk95(returns: readonly Amount[], returnsMin: number): Amount | undefined {
  if (returns.length < Math.max(returnsMin, 1)) return undefined;
  const sorted = [...returns].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const worst = sorted[Math.floor(sorted.length / TAIL)] ?? (0n as Amount);
  return (worst < 0n ? -worst : 0n) as Amount;
}

/** In money, of the present equity. */
export function valueAtRiskUsd(
  samples: readonly EquityPoint[],
  equity: Amount,
  returnsMin: number,
): Amount | undefined {
  const share = valueAtRisk95(equityReturns(samples), returnsMin);
  return share === undefined || equity <= 0n ? undefined : multiply<Amount>(equity, share, 'up');
}
