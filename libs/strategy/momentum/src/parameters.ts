import type { Quantity, Result } from '@argosy/domain';
import { type ParameterProblem, ParameterReader } from '@argosy/strategy-api';

export interface MomentumParameters {
  /** Most that one order asks for, base units. */
  readonly orderSize: Quantity;
  /** Position beyond which it does not add, signed either way, base units. */
  readonly maxPosition: Quantity;
  /** Half-life of the fast average, ms. */
  readonly fastHalfLifeMs: number;
  /** Half-life of the slow average, ms. */
  readonly slowHalfLifeMs: number;
  /** The fast average beyond the slow one by this opens, basis points. */
  readonly entryBps: number;
  /** Within this it closes, basis points; below `entryBps`. */
  readonly exitBps: number;
  /** With more than this standard deviation of a second's return it opens nothing, basis points. */
  readonly maxVolatilityBps: number;
  /** How far behind the touch the protective limit may be, basis points. */
  readonly slippageBps: number;
  /** Least time between two orders, ms. */
  readonly cooldownMs: number;
}

export const MOMENTUM_PARAMETERS = {
  order_size: 'Most that one order asks for, base units.',
  max_position: 'Position beyond which it does not add, base units.',
  fast_half_life_ms: 'Half-life of the fast average, 100 to 600000 ms.',
  slow_half_life_ms: 'Half-life of the slow average, longer than the fast one, 200 to 3600000 ms.',
  entry_bps: 'It opens when the fast average is this far beyond the slow one, 1 to 1000 basis points.',
  exit_bps: 'It closes when they are within this, less than entry_bps, 0 to 999 basis points.',
  max_volatility_bps: 'Above this standard deviation of a second’s return it opens nothing, 1 to 1000 basis points.',
  slippage_bps: 'How far beyond the touch the protective limit is, 0 to 200 basis points.',
  cooldown_ms: 'Least time between two orders, 100 to 3600000 ms.',
} as const;

export function parseMomentumParameters(
  raw: Readonly<Record<string, unknown>>,
): Result<MomentumParameters, readonly ParameterProblem[]> {
  const read = new ParameterReader(raw);
  const size = { min: '0.00000001', max: '1000000000' };
  const fastHalfLifeMs = read.integer('fast_half_life_ms', { min: 100, max: 600_000 });
  const entryBps = read.integer('entry_bps', { min: 1, max: 1_000 });
  return read.finish({
    orderSize: read.quantity('order_size', size),
    maxPosition: read.quantity('max_position', size),
    fastHalfLifeMs,
    slowHalfLifeMs: read.integer('slow_half_life_ms', { min: fastHalfLifeMs + 1, max: 3_600_000 }),
    entryBps,
    exitBps: read.integer('exit_bps', { min: 0, max: entryBps - 1 }),
    maxVolatilityBps: read.integer('max_volatility_bps', { min: 1, max: 1_000 }),
    slippageBps: read.integer('slippage_bps', { min: 0, max: 200 }),
    cooldownMs: read.integer('cooldown_ms', { min: 100, max: 3_600_000 }),
  });
}
