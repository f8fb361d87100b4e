import type { Timer, Timers } from '@argosy/domain';

/** What lines are written to: an open file, a pipe, a terminal. */
export interface LineOutput {
  write(bytes: Uint8Array, from: number, done: (error: Error | null, written: number) => void): void;
  writeSync(bytes: Uint8Array, from: number): number;
  close(): void;
}

export interface LineFileParts {
  readonly timers: Timers;
  /** Told of lines that will never be written, with the reason. */
  readonly onLost: (lines: number, reason: string) => void;
}

/** Characters waiting for a slow disk or terminal; past it lines are lost and counted, never the service blocked. */
export const LOG_BUFFER_CHARS_MAX = 16_777_216;

/** Lines are handed to the operating system this many characters together, or after this long: a write a line costs the hot path. */
const GATHERED_CHARS = 4_096;
const GATHERED_MS_MAX = 100;
const NEW_LINE = 10;

/**
 * Appends whole lines to one output. What cannot be written is lost, counted and told of, and the next lines are tried
 * again: a full disk neither ends the service nor holds it up. (Pino's own destination tries for ever in its `flushSync`,
 * with the whole process standing still meanwhile.)
 */
export class LineFile {
  #waiting: string[] = [];
  #waitingChars = 0;
  #timer: Timer | undefined;
  #writing = 0;
  #isEnding = false;
  /** The last write ended within a line: the next begins on a line of its own. */
  #isTorn = false;

  constructor(
    private readonly output: LineOutput,
    private readonly parts: LineFileParts,
  ) {}

  write(line: string): void {
    if (this.#waitingChars + line.length > LOG_BUFFER_CHARS_MAX)
      return this.parts.onLost(1, 'the output does not keep up');
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    if (this.#waitingChars >= GATHERED_CHARS) this.#begin();
    else this.#beginLater();
  }

  /** Everything that waits is with the operating system when this returns, or lost; a pipe that is full is left to later. */
  flush(): void {
    const batch = this.#take();
    if (batch === undefined) return;
    for (let from = 0; from < batch.byteLength;) {
      try {
        from += this.output.writeSync(batch, from);
      } catch (error) {
        if (isBusy(error)) return this.#write(batch, from);
        return this.#lose(batch, from, error);
      }
    }
    this.#isTorn = false;
  }

  /** Writes what waits and closes the output. */
  end(): void {
    this.flush();
    this.#isEnding = true;
    if (this.#writing === 0) this.output.close();
  }

  #beginLater(): void {
    this.#timer ??= this.parts.timers.after(GATHERED_MS_MAX, () => {
      this.#timer = undefined;
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#writing > 0) return;
    const batch = this.#take();
    if (batch !== undefined) this.#write(batch, 0);
  }

  #take(): Uint8Array | undefined {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return undefined;
    const text = (this.#isTorn ? '\n' : '') + this.#waiting.join('');
    this.#waiting = [];
    this.#waitingChars = 0;
    return Buffer.from(text);
  }

  #write(batch: Uint8Array, from: number): void {
    this.#writing += 1;
    this.#writeOn(batch, from);
  }

  #writeOn(batch: Uint8Array, from: number): void {
    this.output.write(batch, from, (error, written) => {
      const next = from + (error === null ? written : 0);
      if (isBusy(error)) return void this.parts.timers.after(GATHERED_MS_MAX, () => this.#writeOn(batch, next));
      if (error === null && next < batch.byteLength) return this.#writeOn(batch, next);
      this.#writing -= 1;
      if (error !== null) this.#lose(batch, next, error);
      else this.#isTorn = false;
      this.#goOn(error === null);
    });
  }

  #goOn(isWell: boolean): void {
    if (this.#writing > 0) return;
    if (this.#isEnding) return this.output.close();
    if (this.#waiting.length === 0) return;
    // After a failure in a little while only: an output that fails at once would be asked without end.
    if (isWell && this.#waitingChars >= GATHERED_CHARS) this.#begin();
    else this.#beginLater();
  }

  #lose(batch: Uint8Array, from: number, error: unknown): void {
    // Not the first byte: it may end a line that another write began.
    const lines = batch.subarray(from).reduce((sum, byte, at) => (at > 0 && byte === NEW_LINE ? sum + 1 : sum), 0);
    if (from > 0) this.#isTorn = batch[from - 1] !== NEW_LINE;
    this.parts.onLost(lines, error instanceof Error ? error.message : String(error));
  }
}

/** A pipe whose reader is slow: the same bytes can go a moment later. */
const isBusy = (error: unknown): boolean => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === 'EAGAIN' || code === 'EBUSY';
};
