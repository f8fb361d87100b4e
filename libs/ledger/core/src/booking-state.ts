import type { AccountId, Amount, InstrumentId, TimeNs } from '@argosy/domain';
import { FLAT, type Position } from './position.js';

/** Where an account's chain stands. */
export interface ChainHead {
  /** 0 before the first entry. */
  readonly sequence: bigint;
  readonly hash: Uint8Array;
}

/** Everything a booking needs to know of what was booked before; all of it can be rebuilt from the postings. */
export interface BookingState {
  readonly accountId: AccountId;
  readonly head: ChainHead;
  /** Per strategy and instrument. */
  readonly positions: ReadonlyMap<string, StrategyPosition>;
}

export interface StrategyPosition extends Position {
  readonly strategyId: string;
  readonly instrumentId: InstrumentId;
  /** When it last left flat; absent while flat. */
  readonly openedAtNs?: TimeNs;
}

export const positionKey = (strategyId: string, instrumentId: string): string => `${strategyId}/${instrumentId}`;

export const positionOf = (
  positions: ReadonlyMap<string, Position>,
  strategyId: string,
  instrumentId: string,
): Position => positions.get(positionKey(strategyId, instrumentId)) ?? FLAT;

/** The same positions from the two balances that make them up; flat ones that never traded are absent. */
export function positionsFromBalances(
  rows: Iterable<{
    readonly type: string;
    readonly strategyId: string;
    readonly instrumentId: string;
    readonly amount: Amount;
  }>,
): Map<string, StrategyPosition> {
  const positions = new Map<string, StrategyPosition>();
  for (const row of rows) {
    if (row.type !== 'position_quantity' && row.type !== 'position_notional') continue;
    const key = positionKey(row.strategyId, row.instrumentId);
    const held = positions.get(key) ?? {
      ...FLAT,
      strategyId: row.strategyId,
      instrumentId: row.instrumentId as InstrumentId,
    };
    positions.set(
      key,
      row.type === 'position_quantity' ? { ...held, quantity: row.amount } : { ...held, cost: row.amount },
    );
  }
  return positions;
}
