import { assert, Fault } from '@argosy/domain';
import { BOOKING_FACTS_MAX, type BookingRequest } from './ledger-store.port.js';

/** Whoever batches must keep to the limit; a larger batch is our own bug. */
export function checkBookingRequest({ facts, factsSequence }: BookingRequest): void {
  assert(
    facts.length <= BOOKING_FACTS_MAX,
    `a booking of ${String(facts.length)} facts, limit ${String(BOOKING_FACTS_MAX)}`,
  );
  assert(factsSequence >= 0n, `facts sequence ${String(factsSequence)} below zero`);
}

/** What a booking is handed over behind has to be in the books. */
export function checkBehind({ accountId, behind }: BookingRequest, factsSequence: bigint): void {
  if (behind === undefined || behind <= factsSequence) return;
  const reached = `facts of ${accountId} are booked up to ${String(factsSequence)}`;
  throw new Fault('STORE_UNAVAILABLE', `${reached}: what follows ${String(behind)} waits for those before it`);
}
