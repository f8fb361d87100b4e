/** Every error that may cross a service boundary. The code is the contract; the text is for people. */
export const FAULTS = {
  VENUE_UNAVAILABLE: { reached: 'no', retry: 'later' },
  VENUE_RATE_LIMITED: { reached: 'no', retry: 'later' },
  VENUE_REFUSED: { reached: 'no', retry: 'never' },
  /** The venue answered with something we cannot read: never a trade by default. */
  VENUE_PROTOCOL: { reached: 'maybe', retry: 'never' },
  OUTCOME_UNKNOWN: { reached: 'maybe', retry: 'never' },
  EGRESS_CLOSED: { reached: 'no', retry: 'never' },
  STALE_EPOCH: { reached: 'no', retry: 'never' },
  /** An order request id of the past is used again: nothing was written. */
  REQUEST_REPEATED: { reached: 'no', retry: 'never' },
  SERVICE_UNAVAILABLE: { reached: 'maybe', retry: 'later' },
  DEADLINE_EXCEEDED: { reached: 'maybe', retry: 'later' },
  MESSAGE_INVALID: { reached: 'no', retry: 'never' },
  STORE_UNAVAILABLE: { reached: 'maybe', retry: 'later' },
  QUEUE_FULL: { reached: 'no', retry: 'later' },
} as const satisfies Record<string, { reached: 'no' | 'maybe'; retry: 'later' | 'never' }>;
export type FaultCode = keyof typeof FAULTS;

export class Fault extends Error {
  override readonly name = 'Fault';
  constructor(
    readonly code: FaultCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
  get policy(): (typeof FAULTS)[FaultCode] {
    return FAULTS[this.code];
  }
}

/** A broken promise inside our own code. Never caught below the process boundary. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message);
}

export function assertNever(value: never): never {
  throw new InvariantViolation(`unexpected: ${String(value)}`);
}
