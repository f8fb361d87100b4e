import { refusalCodec } from '@argosy/contracts';
import { type Codec, Fault, type Refusal, type Result } from '@argosy/domain';
import type { TraceContext } from '@argosy/platform-port';
import type { NatsLink } from './nats-link.js';
import type { Parts } from './parts.js';
import { traceHeaders } from './wire-headers.js';

/** Sends answers. An answer that cannot be sent as meant becomes a fault, so that nobody waits for a deadline in vain. */
export class Answers {
  constructor(
    private readonly link: NatsLink,
    private readonly parts: Parts,
  ) {}

  /** @throws Fault SERVICE_UNAVAILABLE while disconnected, MESSAGE_INVALID for a reply subject that is no inbox. */
  reply<R>(replyTo: string, codec: Codec<R>, result: Result<R, Refusal>, trace?: TraceContext): void {
    if (!replyTo.startsWith('_INBOX_'))
      throw new Fault('MESSAGE_INVALID', `'${replyTo.slice(0, 80)}' is no inbox to answer to`);
    const carried = traceHeaders(trace);
    if (result.ok) return this.link.publish(replyTo, codec.encode(result.value), undefined, carried);
    this.link.publish(replyTo, refusalCodec.encode(result.refusal), undefined, {
      ...carried,
      refusal: result.refusal.code,
    });
  }

  /** What is not a Fault may hold anything, so its words stay in our own log. */
  fail(replyTo: string, error: unknown): void {
    const fault = error instanceof Fault ? error : new Fault('SERVICE_UNAVAILABLE', 'the request failed');
    try {
      this.link.publish(replyTo, new TextEncoder().encode(fault.message.slice(0, 300)), undefined, {
        fault: fault.code,
      });
    } catch (unsent) {
      this.parts.logger.warning('answer_not_sent', { code: fault.code, reason: String(unsent) });
    }
  }
}
