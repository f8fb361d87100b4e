import type { Level, Price, Quantity, Side } from '@argosy/domain';
import { type DecimalUnit, NOT_A_COUNT } from './decimal-unit.js';
import type { LevelColumns, OrderBook } from './order-book.js';

/** How one instrument's prices and sizes are counted. */
export interface BookUnits {
  readonly tick: DecimalUnit<Price>;
  /** Usually finer than the lot: resting orders older than a change of lot keep their odd sizes. */
  readonly size: DecimalUnit<Quantity>;
}

/** The best `count` levels of one side as money, best first. */
export function bestLevels(book: OrderBook, side: Side, count: number, units: BookUnits): readonly Level[] {
  const levels: Level[] = [];
  book.visit(side, count, (ticks, lots) => {
    levels.push({ price: units.tick.toDecimal(ticks), quantity: units.size.toDecimal(lots) });
  });
  return levels;
}

/**
 * Venue rows `[["price","size",…],…]` as columns, or the reason why not: a row that is no pair of exact, non-negative
 * multiples, a price of zero, more rows than `rowsMax`. Nothing is half taken.
 */
export function readLevels(rows: unknown, units: BookUnits, rowsMax: number): LevelColumns | string {
  if (!Array.isArray(rows)) return 'levels are not a list';
  if (rows.length > rowsMax) return `${String(rows.length)} levels, at most ${String(rowsMax)}`;
  const ticks = new Array<number>(rows.length);
  const lots = new Array<number>(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const row: unknown = rows[index];
    if (!Array.isArray(row) || typeof row[0] !== 'string' || typeof row[1] !== 'string')
      return 'a level is not a pair of texts';
    const tick = units.tick.toCount(row[0]);
    const lot = units.size.toCount(row[1]);
    if (tick <= 0)
      return `price '${row[0].slice(0, 40)}' is ${tick === NOT_A_COUNT ? 'not a multiple of the tick' : 'zero'}`;
    if (lot === NOT_A_COUNT) return `size '${row[1].slice(0, 40)}' is not an exact size`;
    ticks[index] = tick;
    lots[index] = lot;
  }
  return { ticks, lots };
}

/** A full side: best first, no price twice, no empty level. A broken order is two pictures glued together. */
export function isOrderedSide(side: Side, { ticks, lots }: LevelColumns): boolean {
  for (let index = 0; index < ticks.length; index += 1) {
    if (lots[index] === 0) return false;
    if (index === 0) continue;
    const step = (ticks[index] as number) - (ticks[index - 1] as number);
    if (side === 'buy' ? step >= 0 : step <= 0) return false;
  }
  return true;
}
