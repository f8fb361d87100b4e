import { type ClientOrderId, clientOrderIdParts } from '@argosy/domain';

/** Who this process is in client order ids. */
export interface OurNumbers {
  readonly fleet: number;
  readonly account: number;
  readonly epoch: number;
  /** The last sequence minted in this epoch. */
  readonly lastSequence: bigint;
}

/**
 * Whose order a report at our account speaks of. `ours`: of this epoch or an earlier one. `foreign_epoch`: of our fleet and
 * account by somebody who leads after us, or beside us. `foreign_fleet`: of a fleet or account number that is not ours, so
 * that two fleets trade one account. `external`: by hand or by a stranger's program.
 */
export type OrderOrigin = 'ours' | 'foreign_epoch' | 'foreign_fleet' | 'external';

/**
 * Fleets count epochs and orders from one. An id of 128 random bits looks like a fleet's with a chance of 1 in 2^32: it is a
 * stranger's, and must not stop trading (EX-7).
 */
const EPOCH_MAX = 2 ** 24;
const SEQUENCE_MAX = 2n ** 40n;

/** Pure judgement of one client order id, from an order, a fill or the list of open orders (I-02). */
export function originOf(id: ClientOrderId | undefined, ours: OurNumbers): OrderOrigin {
  if (id === undefined) return 'external';
  const { fleet, account, epoch, sequence } = clientOrderIdParts(id);
  const looksMinted = epoch >= 1 && epoch < EPOCH_MAX && sequence >= 1n && sequence < SEQUENCE_MAX;
  if (!looksMinted) return 'external';
  if (fleet !== ours.fleet || account !== ours.account) return 'foreign_fleet';
  if (epoch > ours.epoch) return 'foreign_epoch';
  // Our own epoch, beyond what we have minted: somebody else believes to hold it.
  return epoch === ours.epoch && sequence > ours.lastSequence ? 'foreign_epoch' : 'ours';
}

/** What stops trading at once, whatever else is well. */
export const stopsTrading = (origin: OrderOrigin): boolean => origin === 'foreign_epoch' || origin === 'foreign_fleet';
