import type { RecordingLine } from './recording-line.js';

const LOW_LINES = 4_000;
const HIGH_LINES = 12_000;

/** Lines read ahead of their time, a bounded number of them. */
export class LineQueue {
  private readonly source: AsyncIterator<RecordingLine>;
  private lines: RecordingLine[] = [];
  private next = 0;
  private reading: Promise<void> | undefined;
  private exhausted = false;
  private failure: Error | undefined;

  constructor(lines: AsyncIterable<RecordingLine>) {
    this.source = lines[Symbol.asyncIterator]();
  }

  /** Nothing left, neither here nor in the files. */
  get isFinished(): boolean {
    return this.exhausted && this.next >= this.lines.length;
  }

  peek(): RecordingLine | undefined {
    return this.lines[this.next];
  }

  ahead(): readonly RecordingLine[] {
    return this.lines.slice(this.next);
  }

  /**
   * The lines received at or before `timeMs`, up to and including the next REST snapshot, where playback may have to
   * wait. Receive times may step back: a line never overtakes another.
   */
  takeUntil(timeMs: number, most: number): readonly RecordingLine[] {
    // A recording that cannot be read further must not pass for one that has ended.
    if (this.failure !== undefined) throw this.failure;
    let end = this.next;
    let atSnapshot = false;
    while (!atSnapshot && end - this.next < most && (this.lines[end]?.timeMs ?? Infinity) <= timeMs) {
      atSnapshot = this.lines[end]?.stream === undefined;
      end += 1;
    }
    const taken = this.lines.slice(this.next, end);
    this.next = end;
    return taken;
  }

  /** Begins to read when few are left. */
  refill(): void {
    if (this.lines.length - this.next < LOW_LINES) void this.fill();
  }

  fill(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    this.lines = this.lines.slice(this.next);
    this.next = 0;
    try {
      while (!this.exhausted && this.lines.length - this.next < HIGH_LINES) {
        const result = await this.source.next();
        if (result.done === true) this.exhausted = true;
        else this.lines.push(result.value);
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}
