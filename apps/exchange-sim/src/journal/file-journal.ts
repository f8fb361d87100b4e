import type { ExchangeCommand } from '@argosy/exchange-core';
import { CommandJournal } from '@argosy/exchange-wire';
import type { AppendFile } from '@argosy/platform-port';

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * The command log on disk, one JSON line an entry. Lines of one turn of the event loop are written together, and
 * syncs that come while one runs share the next, so that an acknowledgement waits for at most two disk syncs.
 */
export class FileJournal extends CommandJournal {
  private lines: string[] = [];
  private latest: Promise<void> = Promise.resolve();

  constructor(
    private file: AppendFile,
    /** A disk that fails ends the process: an exchange that cannot remember must not answer. */
    private readonly onFailure: (error: unknown) => void,
  ) {
    super();
  }

  override writeCommand(command: ExchangeCommand): void {
    this.write(JSON.stringify({ c: command }));
  }

  override writeMark(timeMs: number, mark: number): void {
    this.write(`{"m":[${String(timeMs)},${String(mark)}]}`);
  }

  override sync(): Promise<void> {
    this.flush();
    const before = this.latest;
    this.latest = Promise.all([before, this.guarded(this.file.sync())]).then(() => undefined);
    return this.latest;
  }

  override settled(): Promise<void> {
    return this.latest;
  }

  /** Goes on in another file. Resolves with the old one closed and safe. */
  async switchTo(file: AppendFile): Promise<void> {
    const old = this.file;
    const safe = this.sync();
    this.file = file;
    await safe;
    await old.close();
  }

  async close(): Promise<void> {
    await this.sync();
    await this.file.close();
  }

  private write(line: string): void {
    this.lines.push(line);
    if (this.lines.length === 1) queueMicrotask(() => this.flush());
  }

  private flush(): void {
    if (this.lines.length === 0) return;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    void this.guarded(this.file.append(Buffer.from(text)));
  }

  private guarded(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      this.onFailure(error);
      return never();
    });
  }
}
