import { Fault, InvariantViolation } from '@argosy/domain';
import { type SubjectKind, subjectKind } from './bus-counters.js';
import type { Parts } from './parts.js';

/** One line a second and pattern: a hostile publisher must not be able to flood the log. */
const LOG_EVERY_MS = 1_000;

/** Counts and logs what went wrong with messages of one subscription. Never their content: it may be anything. */
export class Trouble {
  readonly #kind: SubjectKind;
  #loggedMs = -Infinity;
  #unlogged = 0;

  constructor(
    private readonly pattern: string,
    private readonly parts: Parts,
  ) {
    this.#kind = subjectKind(pattern);
  }

  invalid(subject: string, error: unknown): void {
    this.parts.counters.undelivered(this.#kind, 'invalid');
    this.#log('message_invalid', subject, error);
  }

  overflow(subject: string, limit: number): void {
    this.parts.counters.undelivered(this.#kind, 'overflow');
    this.#log('queue_overflow', subject, `${String(limit)} messages already wait`);
  }

  failed(subject: string, error: unknown): void {
    this.parts.counters.undelivered(this.#kind, 'failed');
    this.#log('handler_failed', subject, error);
    // Our own bug must end the process. It is thrown where nobody catches: the client library would only print it.
    if (error instanceof InvariantViolation) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #log(eventType: string, subject: string, error: unknown): void {
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs - this.#loggedMs < LOG_EVERY_MS) {
      this.#unlogged += 1;
      return;
    }
    this.parts.logger.error(eventType, {
      subject,
      pattern: this.pattern,
      reason: error instanceof Error ? error.message : String(error),
      ...(error instanceof Fault ? { code: error.code } : {}),
      ...(this.#unlogged === 0 ? {} : { unlogged: this.#unlogged }),
    });
    this.#loggedMs = nowMs;
    this.#unlogged = 0;
  }
}
