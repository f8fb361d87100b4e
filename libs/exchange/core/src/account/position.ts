import { costShare, notionalOf } from './money.js';

/** What an account holds and wants in one asset. Lots are signed; money is micro-USDC. */
export interface Position {
  lots: number;
  /** What the open lots cost: Σ price × size, never negative. */
  cost: bigint;
  leverage: number;
  /** Σ limit price × open size of its resting orders that are not reduce-only. */
  openBuy: bigint;
  openSell: bigint;
  /** Funding paid (positive), for ever, since opened, since last changed. */
  fundingAllTime: bigint;
  fundingSinceOpen: bigint;
  fundingSinceChange: bigint;
}

export const emptyPosition = (leverage: number): Position => ({
  lots: 0,
  cost: 0n,
  leverage,
  openBuy: 0n,
  openSell: 0n,
  fundingAllTime: 0n,
  fundingSinceOpen: 0n,
  fundingSinceChange: 0n,
});

/** The venue's name for what a fill does to a position. */
export function directionOf(before: number, signedLots: number): string {
  const after = before + signedLots;
  if (before > 0 && after < 0) return 'Long > Short';
  if (before < 0 && after > 0) return 'Short > Long';
  if (signedLots > 0) return before < 0 ? 'Close Short' : 'Open Long';
  return before > 0 ? 'Close Long' : 'Open Short';
}

/**
 * Moves the position by a trade and returns the profit it closed, without fees: side × (price − entry) × closed size,
 * the entry price being the size-weighted average of what opened it.
 */
export function applyTrade(position: Position, signedLots: number, ticks: number): bigint {
  const before = position.lots;
  const after = before + signedLots;
  let closedPnl = 0n;
  let opened = Math.abs(signedLots);
  if (before !== 0 && before > 0 !== signedLots > 0) {
    const closed = Math.min(Math.abs(before), opened);
    const cost = costShare(position.cost, closed, Math.abs(before));
    closedPnl = before > 0 ? notionalOf(ticks, closed) - cost : cost - notionalOf(ticks, closed);
    position.cost -= cost;
    opened -= closed;
  }
  if (before === 0 || after === 0 || before > 0 !== after > 0) position.fundingSinceOpen = 0n;
  position.fundingSinceChange = 0n;
  if (after === 0) position.cost = 0n;
  position.cost += notionalOf(ticks, opened);
  position.lots = after;
  return closedPnl;
}

/** Signed lots × ticks. */
export const valueAt = (position: Position, ticks: number): bigint => notionalOf(ticks, position.lots);

/** Profit of the open lots at `ticks`. */
export const unrealised = (position: Position, ticks: number): bigint =>
  position.lots >= 0 ? valueAt(position, ticks) - position.cost : valueAt(position, ticks) + position.cost;

/** How many lots a reduce-only order of this side could still close. */
export const closable = (position: Position | undefined, isBuy: boolean): number =>
  position === undefined ? 0 : Math.max(0, isBuy ? -position.lots : position.lots);
