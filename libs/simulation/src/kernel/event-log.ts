import { createHash, type Hash } from 'node:crypto';
import type { Scheduler } from './scheduler.js';

/** Lines hashed in one go. */
const CHUNK_LINES = 256;

/**
 * What happened, as canonical text: one line an event, its virtual microsecond first. The same seed writes the same bytes;
 * the digest is of all of them, the lines are kept only when somebody wants to read them.
 */
export class EventLog {
  readonly #hash: Hash = createHash('sha256');
  readonly #kept: string[] = [];
  #chunk: string[] = [];
  #lines = 0;
  #digest: string | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly keep = false,
  ) {}

  get lines(): readonly string[] {
    return this.#kept;
  }

  get count(): number {
    return this.#lines;
  }

  /** One event: who, what, and whatever tells it from another. */
  write(actor: string, what: string, detail = ''): void {
    const line = `${String(this.scheduler.nowUs)} ${actor} ${what} ${detail}`;
    this.#lines += 1;
    if (this.keep) this.#kept.push(line);
    this.#chunk.push(line);
    if (this.#chunk.length >= CHUNK_LINES) this.#flush();
  }

  /** SHA-256 of everything written, hexadecimal; nothing may be written afterwards. */
  digest(): string {
    this.#flush();
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  #flush(): void {
    if (this.#chunk.length === 0) return;
    this.#hash.update(`${this.#chunk.join('\n')}\n`);
    this.#chunk = [];
  }
}
