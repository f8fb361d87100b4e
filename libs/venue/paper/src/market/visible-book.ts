import type { Book, Level } from '@argosy/domain';
import { type Grid, passiveTick, wholeLots } from './grid.js';

/** One side as the market shows it: lots by tick, best first, and how far it can be seen. */
export interface VisibleSide {
  readonly levels: ReadonlyMap<number, number>;
  /** The worst tick shown; undefined for an empty side, of which everything is known. */
  readonly worst: number | undefined;
}

export interface VisibleBook {
  readonly bids: VisibleSide;
  readonly asks: VisibleSide;
}

/** Deeper books than this do not come from our own market-data. */
export const LEVELS_MAX = 5_000;

/** A book that can be traded on, or why it cannot: this process does not trust that somebody else has looked. */
export function readBook(book: Book, grid: Grid): VisibleBook | string {
  if (!book.valid) return 'market-data has withdrawn it';
  const bids = readSide(book.bids, grid, 'bid');
  if (typeof bids === 'string') return bids;
  const asks = readSide(book.asks, grid, 'ask');
  if (typeof asks === 'string') return asks;
  const [bid, ask] = [book.bids[0], book.asks[0]];
  if (bid === undefined && ask === undefined) return 'it is empty';
  if (bid !== undefined && ask !== undefined && bid.price >= ask.price) return 'it is crossed';
  return { bids, asks };
}

function readSide(levels: readonly Level[], grid: Grid, side: 'bid' | 'ask'): VisibleSide | string {
  if (levels.length > LEVELS_MAX) return `it has more than ${String(LEVELS_MAX)} levels`;
  const found = new Map<number, number>();
  let worst: number | undefined;
  let before: Level | undefined;
  for (const level of levels) {
    const worsens = before === undefined || (side === 'bid' ? level.price < before.price : level.price > before.price);
    if (!worsens) return `its ${side}s are not in order`;
    before = level;
    const [tick, lots] = [passiveTick(grid, level.price, side), wholeLots(grid, level.quantity)];
    if (tick === undefined || lots === undefined) return `a ${side} is out of range`;
    const sum = (found.get(tick) ?? 0) + lots;
    if (!Number.isSafeInteger(sum)) return `a ${side} is out of range`;
    found.set(tick, sum);
    worst = tick;
  }
  return { levels: found, worst };
}
