import type { Quantity, Result } from '@argosy/domain';
import { type ParameterProblem, ParameterReader } from '@argosy/strategy-api';

export interface MarketMakerParameters {
  /** Size of each quote, base units. */
  readonly orderSize: Quantity;
  /** Beyond this, signed either way, only quotes that bring it back. Base units. */
  readonly maxInventory: Quantity;
  /** Full spread in a market that stands still, basis points. */
  readonly baseSpreadBps: number;
  /** How much of a second's volatility is added on each side, in hundredths: 100 adds one standard deviation. */
  readonly volatilityPercent: number;
  /** How far both quotes move against a full inventory, basis points. */
  readonly skewBps: number;
  /** A quote stays until its target has moved by this, basis points. */
  readonly requoteBps: number;
  /** And for at least so long, ms. */
  readonly requoteIntervalMs: number;
}

export const MARKET_MAKER_PARAMETERS = {
  order_size: 'Size of each quote, base units.',
  max_inventory: 'Position beyond which only quotes that reduce it are made, base units.',
  base_spread_bps: 'Full spread in a still market, 1 to 1000 basis points.',
  volatility_percent: 'Share of one second’s volatility added on each side, 0 to 1000 %.',
  skew_bps: 'How far both quotes move against a full inventory, 0 to 1000 basis points.',
  requote_bps: 'A quote stays until its target has moved by this, 0 to 1000 basis points.',
  requote_interval_ms: 'And for at least so long, 0 to 60000 ms.',
} as const;

export function parseMarketMakerParameters(
  raw: Readonly<Record<string, unknown>>,
): Result<MarketMakerParameters, readonly ParameterProblem[]> {
  const read = new ParameterReader(raw);
  const size = { min: '0.00000001', max: '1000000000' };
  return read.finish({
    orderSize: read.quantity('order_size', size),
    maxInventory: read.quantity('max_inventory', size),
    baseSpreadBps: read.integer('base_spread_bps', { min: 1, max: 1_000 }),
    volatilityPercent: read.integer('volatility_percent', { min: 0, max: 1_000 }),
    skewBps: read.integer('skew_bps', { min: 0, max: 1_000 }),
    requoteBps: read.integer('requote_bps', { min: 0, max: 1_000 }),
    requoteIntervalMs: read.integer('requote_interval_ms', { min: 0, max: 60_000 }),
  });
}
