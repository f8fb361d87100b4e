import { type Codec, Fault } from '@argosy/domain';
import type { MessageContext, SubscribeOptions } from '@argosy/platform-port';
import type { Msg } from '@nats-io/transport-node';
import type { Answers } from './answers.js';
import { type SubjectKind, subjectKind } from './bus-counters.js';
import { readContext } from './message-context.js';
import { isAnswerInbox } from './inbox.js';
import type { Parts } from './parts.js';
import { replyOf, subjectOf } from './raw-message.js';
import { Trouble } from './trouble.js';
import { headersOf } from './wire-headers.js';

type Handle<T> = (message: T, context: MessageContext) => void | Promise<void>;

/**
 * One subscription's way from the socket to its handler. Events run one after the other: while a handler's promise is
 * open the next ones wait, at most `queueLimit`. Questions run side by side, at most `queueLimit` at a time.
 */
export class Delivery<T> {
  readonly #kind: SubjectKind;
  readonly #trouble: Trouble;
  /** Where the pattern is one subject, no message needs to say it. */
  readonly #subject: string | undefined;
  #waiting: Msg[] = [];
  #head = 0;
  #busy = false;
  #closed = false;
  #questions = 0;

  constructor(
    private readonly pattern: string,
    private readonly codec: Codec<T>,
    private readonly options: SubscribeOptions,
    private readonly handle: Handle<T>,
    private readonly answers: Answers,
    private readonly parts: Parts,
    private readonly settled: () => void,
  ) {
    this.#kind = subjectKind(pattern);
    this.#subject = /[*>]/.test(pattern) ? undefined : pattern;
    this.#trouble = new Trouble(pattern, parts);
  }

  /** Handlers that have not finished. */
  get running(): number {
    return this.#questions + (this.#busy ? 1 : 0);
  }

  readonly receive = (msg: Msg): void => {
    if (this.#closed) return;
    this.parts.counters.received.add(this.#kind);
    const replyTo = replyOf(msg);
    // An event that a stream keeps carries the inbox of the stream's word, and is no question for that.
    if (isAnswerInbox(replyTo)) return this.#question(msg, replyTo);
    if (!this.#busy) return this.#event(msg, replyTo);
    if (this.#waiting.length - this.#head >= this.options.queueLimit) return this.#overflow(msg);
    this.#waiting.push(msg);
  };

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#head = 0;
  }

  #event(msg: Msg, replyTo: string): void {
    const running = this.#run(msg, replyTo);
    if (running === undefined) return;
    this.#busy = true;
    void running.then(() => {
      this.#busy = false;
      this.#drain();
      this.settled();
    });
  }

  #drain(): void {
    while (!this.#busy && this.#head < this.#waiting.length) {
      const msg = this.#waiting[this.#head] as Msg;
      this.#head += 1;
      this.#event(msg, replyOf(msg));
    }
    // Moving the rest for every message would make a long queue quadratic.
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  #question(msg: Msg, replyTo: string): void {
    if (this.#questions >= this.options.queueLimit) return this.#overflow(msg);
    const running = this.#run(msg, replyTo);
    if (running === undefined) return;
    this.#questions += 1;
    void running.then(() => {
      this.#questions -= 1;
      this.settled();
    });
  }

  #overflow(msg: Msg): void {
    const limit = this.options.queueLimit;
    this.#trouble.overflow(msg.subject, limit);
    this.options.onOverflow?.(msg.subject);
    this.#refuse(msg, new Fault('QUEUE_FULL', `'${msg.subject}' has ${String(limit)} waiting`));
  }

  /** Undefined when the handler finished at once. The promise never rejects. */
  #run(msg: Msg, replyTo: string): Promise<void> | undefined {
    let message: T;
    let context: MessageContext;
    try {
      context = readContext(this.#subject ?? subjectOf(msg), replyTo, headersOf(msg), 0);
      message = this.codec.decode(msg.data);
    } catch (error) {
      this.#trouble.invalid(msg.subject, error);
      this.#refuse(msg, error);
      return undefined;
    }
    try {
      const running = this.handle(message, context);
      return running === undefined ? undefined : running.catch((error: unknown) => this.#failed(msg, error));
    } catch (error) {
      this.#failed(msg, error);
      return undefined;
    }
  }

  #failed(msg: Msg, error: unknown): void {
    this.#trouble.failed(msg.subject, error);
    this.#refuse(msg, error);
  }

  #refuse(msg: Msg, error: unknown): void {
    const replyTo = replyOf(msg);
    if (isAnswerInbox(replyTo)) this.answers.fail(replyTo, error);
  }
}
