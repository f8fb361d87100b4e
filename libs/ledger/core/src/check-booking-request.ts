import { assert } from '@argosy/domain';
import { BOOKING_FACTS_MAX, type BookingRequest } from './ledger-store.port.js';

/** Whoever batches must keep to the limit; a larger batch is our own bug. */
export function checkBookingRequest({ facts, factsSequence }: BookingRequest): void {
  assert(
    facts.length <= BOOKING_FACTS_MAX,
    `a booking of ${String(facts.length)} facts, limit ${String(BOOKING_FACTS_MAX)}`,
  );
  assert(factsSequence >= 0n, `facts sequence ${String(factsSequence)} below zero`);
}
