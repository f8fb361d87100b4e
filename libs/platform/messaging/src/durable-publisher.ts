import { Fault } from '@argosy/domain';
import type { Msg } from '@nats-io/transport-node';
import { STORED } from './inbox.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import type { PendingRequests } from './pending-requests.js';
import type { WireHeaders } from './wire-headers.js';

/** What the server answers when it stored a message. */
interface Stored {
  readonly stream?: string;
  readonly error?: { readonly code: number; readonly description: string };
}

/** Publishes to a stream until the stream has it: the event id makes a second try harmless. */
export class DurablePublisher {
  /** `repair`: what to try between two tries, where the streams are ours to make again. */
  constructor(
    private readonly requests: PendingRequests,
    private readonly parts: Parts,
    private readonly repair: () => Promise<void>,
  ) {}

  /** @throws Fault SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED when `withinMs` passed, MESSAGE_INVALID when it never can. */
  async store(subject: string, bytes: Uint8Array, headers: WireHeaders, withinMs: number): Promise<void> {
    const deadlineMs = this.parts.clock.monotonicMs() + withinMs;
    for (;;) {
      const leftMs = deadlineMs - this.parts.clock.monotonicMs();
      try {
        const answer = await this.requests.ask(
          subject,
          bytes,
          headers,
          Math.max(1, Math.min(leftMs, MESSAGING_LIMITS.storeTryMs)),
          STORED,
        );
        requireStored(subject, answer);
        return;
      } catch (error) {
        if (!(error instanceof Fault) || error.policy.retry === 'never') throw error;
        if (this.parts.clock.monotonicMs() + MESSAGING_LIMITS.redeliveryDelayMs >= deadlineMs) throw error;
      }
      await this.repair();
      await this.parts.timers.sleep(MESSAGING_LIMITS.redeliveryDelayMs);
    }
  }
}

function requireStored(subject: string, answer: Msg): void {
  let stored: Stored;
  try {
    stored = answer.json();
  } catch (error) {
    throw new Fault('SERVICE_UNAVAILABLE', `the stream's answer to '${subject}' is not readable`, { cause: error });
  }
  if (stored.error !== undefined || stored.stream === undefined) {
    throw new Fault(
      'SERVICE_UNAVAILABLE',
      `the stream refused '${subject}': ${stored.error?.description ?? 'no stream named'}`,
    );
  }
}
