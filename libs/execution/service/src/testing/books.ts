import { type Amount, type Order, parseQuantity } from '@argosy/domain';
import { anInstrument, settled } from '@argosy/testing';
import { FleetOfOne } from './fleet-of-one.js';

const BTC = anInstrument().id;

/** The ids of fills that were told as facts, in the order of telling. */
export const fillsTold = (fleet: FleetOfOne): readonly string[] =>
  fleet.events().flatMap(({ fact }) => (fact.kind === 'order_filled' ? [fact.fill.fillId] : []));

/** What execution says it holds, as text would be compared. */
export const positionOf = (fleet: FleetOfOne): bigint =>
  fleet.trader.exposure().observed?.positions.find(({ instrumentId }) => instrumentId === BTC)?.quantity ?? 0n;

/** What the venue says the account holds from now on; negative is short. */
export function venueHolds(fleet: FleetOfOne, quantity: bigint): void {
  const positions = quantity === 0n ? [] : [{ instrumentId: BTC, quantity: quantity as Amount }];
  fleet.venue.state = { ...fleet.venue.state, positions };
}

export interface Holder {
  readonly fleet: FleetOfOne;
  readonly order: Order;
}

/** A fleet whose first order has filled: it holds 0.5, and the venue says so too. */
export async function aHolder(settings: ConstructorParameters<typeof FleetOfOne>[0] = {}): Promise<Holder> {
  const fleet = await new FleetOfOne(settings).start();
  const order = await fleet.placed('r1');
  const fill = fleet.fillOf(order, 'f1', order.quantity);
  fleet.venue.handlers?.onFill(fill);
  fleet.venue.fills = [fill];
  venueHolds(fleet, parseQuantity('0.5'));
  await settled();
  return { fleet, order: fleet.order('r1') };
}
