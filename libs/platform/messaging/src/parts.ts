import type { Clock, Random, Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import type { BusCounters } from './bus-counters.js';

/** What every part of the bus shares. */
export interface Parts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
  readonly counters: BusCounters;
}

/** Limits of one connection, each with its reason. */
export const MESSAGING_LIMITS = {
  /** No message of the fleet is larger; a larger one is a mistake. */
  payloadBytes: 1_048_576,
  /** Published but not yet confirmed by the server; beyond it the server does not keep up and publishing is refused. */
  unconfirmedBytes: 64 * 1_048_576,
  /** After so many bytes the server is asked to confirm. */
  confirmEveryBytes: 1_048_576,
  /** Requests waiting for their answers. */
  pendingRequests: 10_000,
  reconnectDelayMs: 100,
  reconnectDelayMsMax: 2_000,
  /** A server that does not answer pings this often in a row is gone. */
  pingIntervalMs: 2_000,
  pingsUnanswered: 2,
  /** A durable event without acknowledgement comes again. */
  acknowledgeWithinMs: 30_000,
  redeliveryDelayMs: 100,
  redeliveryDelayMsMax: 30_000,
  /** One try of a durable publish; tries go on until the caller's deadline. */
  storeTryMs: 1_000,
  storeWithinMs: 10_000,
  /** Between two looks at streams that take nothing. */
  repairEveryMs: 1_000,
  drainWithinMs: 5_000,
  /** The last flush of a connection that is being closed. */
  closeWithinMs: 1_000,
} as const;
