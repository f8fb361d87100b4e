import { type Codec, InvariantViolation } from '@argosy/domain';
import { nextTurn } from '@argosy/platform-runtime';
import type { ConflateOptions, MessageContext } from '@argosy/platform-port';
import type { Msg } from '@nats-io/transport-node';
import { type SubjectKind, subjectKind } from './bus-counters.js';
import { readContext } from './message-context.js';
import type { Parts } from './parts.js';
import { subjectOf } from './raw-message.js';
import { Trouble } from './trouble.js';
import { headersOf } from './wire-headers.js';

/**
 * Market data: only the newest message of a subject waits. Everything the socket holds is read first, then what is
 * left is decoded, so that a process that falls behind sheds load before it spends any on it (I-46).
 */
export class NewestDelivery<T> {
  readonly #kind: SubjectKind;
  readonly #trouble: Trouble;
  readonly #newest = new Map<string, Msg>();
  #planned = false;
  #closed = false;

  constructor(
    private readonly pattern: string,
    private readonly codec: Codec<T>,
    private readonly options: ConflateOptions,
    private readonly handle: (message: T, context: MessageContext) => void,
    private readonly parts: Parts,
  ) {
    this.#kind = subjectKind(pattern);
    this.#trouble = new Trouble(pattern, parts);
  }

  readonly receive = (msg: Msg): void => {
    if (this.#closed) return;
    this.parts.counters.received.add(this.#kind);
    const subject = subjectOf(msg);
    if (this.#newest.has(subject)) this.parts.counters.conflated.add(this.#kind);
    else if (this.#newest.size >= this.options.keyLimit) {
      const bug = new InvariantViolation(
        `'${this.pattern}' has more than ${String(this.options.keyLimit)} keys waiting`,
      );
      return this.#trouble.failed(subject, bug);
    }
    this.#newest.set(subject, msg);
    if (this.#planned) return;
    this.#planned = true;
    nextTurn(() => this.#flush());
  };

  close(): void {
    this.#closed = true;
    this.#newest.clear();
  }

  #flush(): void {
    this.#planned = false;
    const batch = [...this.#newest];
    this.#newest.clear();
    for (const [subject, msg] of batch) this.#run(subject, msg);
  }

  #run(subject: string, msg: Msg): void {
    let message: T;
    let context: MessageContext;
    try {
      context = readContext(subject, '', headersOf(msg), 0);
      message = this.codec.decode(msg.data);
    } catch (error) {
      return this.#trouble.invalid(subject, error);
    }
    try {
      this.handle(message, context);
    } catch (error) {
      this.#trouble.failed(subject, error);
    }
  }
}
