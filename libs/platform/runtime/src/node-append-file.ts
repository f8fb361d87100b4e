import { Fault } from '@argosy/domain';
import type { AppendFile } from '@argosy/platform-port';
import type { FileHandle } from 'node:fs/promises';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * One append-only file with group commit: whatever waits is written in one call, and every `sync` that arrives while
 * one runs shares the next.
 *
 * The first failed write or sync closes it for good. After a failed fdatasync the kernel may have thrown the pages
 * away and will report the next one as fine, so only a new file, read back, can say what survived.
 */
export class NodeAppendFile implements AppendFile {
  #chunks: Uint8Array[] = [];
  #writers: Waiting[] = [];
  #syncers: Waiting[] = [];
  #pendingBytes = 0;
  #running: Promise<void> | undefined;
  #failure: Fault | undefined;

  constructor(
    private readonly target: string,
    private readonly handle: FileHandle,
    private readonly maxPendingBytes: number,
  ) {}

  async append(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pendingBytes + bytes.byteLength > this.maxPendingBytes) {
      throw new Fault('QUEUE_FULL', `${String(this.#pendingBytes)} bytes already wait for '${this.target}'`);
    }
    this.#chunks.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    await this.#wait(this.#writers);
  }

  async sync(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#wait(this.#syncers);
  }

  async close(): Promise<void> {
    await this.#running;
    this.#failure ??= new Fault('STORE_UNAVAILABLE', `'${this.target}' is closed`);
    await this.handle.close();
  }

  #wait(queue: Waiting[]): Promise<void> {
    const outcome = new Promise<void>((resolve, reject) => queue.push({ resolve, reject }));
    this.#running ??= this.#run();
    return outcome;
  }

  async #run(): Promise<void> {
    // One turn of the event loop collects everything that this tick still appends.
    await Promise.resolve();
    while (this.#writers.length + this.#syncers.length > 0) await this.#round();
    this.#running = undefined;
  }

  async #round(): Promise<void> {
    const [chunks, writers, syncers] = [this.#chunks, this.#writers, this.#syncers];
    [this.#chunks, this.#writers, this.#syncers] = [[], [], []];
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#write(chunks);
      for (const { resolve } of writers) resolve();
      if (syncers.length > 0) await this.handle.datasync();
      for (const { resolve } of syncers) resolve();
    } catch (cause) {
      this.#failure ??= new Fault('STORE_UNAVAILABLE', `cannot append to '${this.target}': ${String(cause)}`, {
        cause,
      });
      for (const { reject } of [...writers, ...syncers]) reject(this.#failure);
    }
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    if (chunks.length === 0) return;
    const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    // `writeFile` on a handle goes on after short writes until all bytes are out.
    await this.handle.writeFile(whole as Uint8Array);
    this.#pendingBytes -= (whole as Uint8Array).byteLength;
  }
}
