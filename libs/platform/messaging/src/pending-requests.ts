import { refusalCodec } from '@argosy/contracts';
import {
  type Codec,
  Fault,
  FAULTS,
  type FaultCode,
  nsToMs,
  ok,
  type Refusal,
  refused,
  type Result,
  type Timer,
} from '@argosy/domain';
import type { Msg } from '@nats-io/transport-node';
import { QUESTION, type STORED } from './inbox.js';
import type { NatsLink } from './nats-link.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import { subjectOf } from './raw-message.js';
import { headersOf, type WireHeaders } from './wire-headers.js';

interface Pending {
  readonly subject: string;
  readonly timer: Timer;
  readonly settle: (answer: Msg | Fault) => void;
}

const NO_RESPONDERS = 503;
const FAULT_TEXT_MAX = 300;

/** Everything this process has asked and not yet been told: one subscription, one entry a question. */
export class PendingRequests {
  readonly #pending = new Map<string, Pending>();
  #asked = 0;

  constructor(
    private readonly link: NatsLink,
    private readonly parts: Parts,
  ) {
    link.subscribe(`${link.inbox}.*`, undefined, (msg) => this.#receive(msg));
    link.onLost((fault) => this.#failAll(fault));
  }

  /** @throws Fault SERVICE_UNAVAILABLE, DEADLINE_EXCEEDED, QUEUE_FULL, or what `publish` refuses. */
  ask(
    subject: string,
    bytes: Uint8Array,
    headers: WireHeaders,
    timeoutMs: number,
    from: typeof QUESTION | typeof STORED = QUESTION,
  ): Promise<Msg> {
    if (this.#pending.size >= MESSAGING_LIMITS.pendingRequests) {
      return Promise.reject(
        new Fault('QUEUE_FULL', `${String(this.#pending.size)} requests already wait: '${subject}' was not sent`),
      );
    }
    this.#asked += 1;
    const token = `${from}${String(this.#asked)}`;
    return new Promise((resolve, reject) => {
      const late = (): void =>
        settle(new Fault('DEADLINE_EXCEEDED', `'${subject}' did not answer within ${String(timeoutMs)} ms`));
      const settle = (answer: Msg | Fault): void => {
        this.#pending.delete(token);
        timer.cancel();
        if (answer instanceof Fault) reject(answer);
        else resolve(answer);
      };
      const timer = this.parts.timers.after(timeoutMs, late);
      this.#pending.set(token, { subject, timer, settle });
      try {
        this.link.publish(subject, bytes, `${this.link.inbox}.${token}`, headers);
      } catch (error) {
        settle(error as Fault);
      }
    });
  }

  deadline(timeoutMs: number): string {
    return String(nsToMs(this.parts.clock.now()) + Math.trunc(timeoutMs));
  }

  #receive(msg: Msg): void {
    const token = subjectOf(msg).slice(this.link.inbox.length + 1);
    const pending = this.#pending.get(token);
    // An answer after its deadline; the asker has gone on.
    if (pending === undefined) return;
    const nobody = msg.data.byteLength === 0 && msg.headers?.code === NO_RESPONDERS;
    pending.settle(nobody ? new Fault('SERVICE_UNAVAILABLE', `nobody listens on '${pending.subject}'`) : msg);
  }

  #failAll(fault: Fault): void {
    for (const pending of [...this.#pending.values()]) pending.settle(fault);
  }
}

/** @throws Fault what the other side failed with, or MESSAGE_INVALID for an answer that cannot be read. */
export function readAnswer<R>(msg: Msg, codec: Codec<R>): Result<R, Refusal> {
  const headers = headersOf(msg) ?? {};
  if (headers.refusal !== undefined) return refused(refusalCodec.decode(msg.data));
  if (headers.fault !== undefined) {
    const code = Object.hasOwn(FAULTS, headers.fault) ? (headers.fault as FaultCode) : 'SERVICE_UNAVAILABLE';
    throw new Fault(code, new TextDecoder().decode(msg.data.subarray(0, FAULT_TEXT_MAX)));
  }
  return ok(codec.decode(msg.data));
}
