import { type ClientOrderId, Fault, type Order } from '@argosy/domain';

/**
 * Requests that became orders longer ago than anybody remembers: the journal's unique key is the last to know. Nothing of
 * the batch was written; without these intents all of it can be.
 */
export class RequestsPlacedBefore extends Fault {
  /** @param firsts by client id of the intent that repeats a request: the order that the request became first. */
  constructor(readonly firsts: ReadonlyMap<ClientOrderId, ClientOrderId>) {
    const repeats = [...firsts].map(([repeat, first]) => `${repeat} repeats ${first}`);
    super('REQUEST_REPEATED', `requests were placed before: ${repeats.join(', ')}`);
  }
}

/** Whether an order is nothing but a repeat that was found out in the journal: no answer to its request. */
export const isRepeat = ({ state, reason }: Pick<Order, 'state' | 'reason'>): boolean =>
  state === 'rejected' && reason === 'duplicate_order';
