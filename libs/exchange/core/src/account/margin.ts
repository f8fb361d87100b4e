/**
 * Cross margin. An asset's exposure is the largest that its position can become by its own open orders: the position at
 * the mark price, orders at their limit prices, reduce-only orders not at all. Initial margin is exposure ÷ leverage,
 * maintenance margin half of the initial margin at the asset's maximum leverage, on the position alone.
 */
import type { AssetMarket } from '../market/asset-market.js';
import type { Account } from './account.js';
import { ceilDivide } from './money.js';
import { type Position, valueAt } from './position.js';

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

export function accountValue(account: Account, markets: readonly AssetMarket[]): bigint {
  let value = account.cash;
  for (const [asset, position] of account.positions)
    if (position.lots !== 0) value += valueAt(position, markets[asset]!.markTicks);
  return value;
}

/** Initial margin of one asset, with `addBuy` and `addSell` on top of its open orders. */
export function initialMargin(
  position: Position,
  markTicks: number,
  addBuy = 0n,
  addSell = 0n,
  leverage = position.leverage,
): bigint {
  const value = valueAt(position, markTicks);
  const exposure = larger(
    absolute(value),
    larger(value + position.openBuy + addBuy, position.openSell + addSell - value),
  );
  return ceilDivide(exposure, BigInt(leverage));
}

export function totalInitialMargin(account: Account, markets: readonly AssetMarket[], except = -1): bigint {
  let sum = 0n;
  for (const [asset, position] of account.positions)
    if (asset !== except) sum += initialMargin(position, markets[asset]!.markTicks);
  return sum;
}

/** Margin of the position alone, as the venue shows it. */
export const positionMargin = (position: Position, markTicks: number): bigint =>
  ceilDivide(absolute(valueAt(position, markTicks)), BigInt(position.leverage));

export const maintenanceMargin = (position: Position, market: AssetMarket): bigint =>
  ceilDivide(absolute(valueAt(position, market.markTicks)), BigInt(2 * market.instrument.maxLeverage));

/**
 * The mark price at which account value would equal maintenance margin, all else as it is, in ticks; undefined where no
 * positive price does that. liq = price − side × margin available ÷ size ÷ (1 − l × side), l = 1 ÷ (2 × max leverage).
 */
export function liquidationTicks(
  account: Account,
  position: Position,
  market: AssetMarket,
  markets: readonly AssetMarket[],
): number | undefined {
  let maintenance = 0n;
  for (const [asset, other] of account.positions) maintenance += maintenanceMargin(other, markets[asset]!);
  const available = accountValue(account, markets) - maintenance;
  const side = position.lots > 0 ? 1n : -1n;
  const size = BigInt(Math.abs(position.lots));
  const twice = BigInt(2 * market.instrument.maxLeverage);
  const ticks = BigInt(market.markTicks) - (side * available * twice) / (size * (twice - side));
  return ticks > 0n ? Number(ticks) : undefined;
}
