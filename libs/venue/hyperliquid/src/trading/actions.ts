import type { TimeInForce } from '@argosy/domain';
import type { Cancellation, Placement } from '@argosy/venue-port';
import type { PackValue } from '../signing/message-pack.js';
import { wireDecimal } from '../wire/decimal.js';

const TIMES_IN_FORCE = { gtc: 'Gtc', ioc: 'Ioc', post_only: 'Alo' } as const satisfies Record<TimeInForce, string>;

/** Our 128 bits as the venue writes a client order id. */
export const wireCloid = (clientOrderId: string): string => `0x${clientOrderId}`;

/**
 * The order in which the keys stand is signed: these objects are hashed and sent as they are, so that what is signed and
 * what is sent cannot differ.
 * @throws RangeError for a price or size that is not positive.
 */
function orderLeg({ intent, clientOrderId }: Placement, asset: number): PackValue {
  return {
    a: asset,
    b: intent.side === 'buy',
    p: wireDecimal(intent.limitPrice),
    s: wireDecimal(intent.quantity),
    r: intent.reduceOnly,
    t: { limit: { tif: TIMES_IN_FORCE[intent.timeInForce] } },
    c: wireCloid(clientOrderId),
  };
}

export const orderAction = (placements: readonly Placement[], assets: readonly number[]): PackValue => ({
  type: 'order',
  orders: placements.map((placement, index) => orderLeg(placement, assets[index] as number)),
  grouping: 'na',
});

export const cancelByCloidAction = (cancellations: readonly Cancellation[], assets: readonly number[]): PackValue => ({
  type: 'cancelByCloid',
  cancels: cancellations.map(({ clientOrderId }, index) => ({
    asset: assets[index] as number,
    cloid: wireCloid(clientOrderId),
  })),
});

/** Burns a nonce: once accepted, an order signed with the same nonce can never land. */
export const noopAction = (): PackValue => ({ type: 'noop' });

/** Cancels every order of the account at `timeMs`, at least 5 s ahead; without a time the switch is disarmed. */
export const scheduleCancelAction = (timeMs?: number): PackValue =>
  timeMs === undefined ? { type: 'scheduleCancel' } : { type: 'scheduleCancel', time: timeMs };

export const updateLeverageAction = (asset: number, isCross: boolean, leverage: number): PackValue => ({
  type: 'updateLeverage',
  asset,
  isCross,
  leverage,
});
