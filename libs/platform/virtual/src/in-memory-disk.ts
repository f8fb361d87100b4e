import { Fault } from '@argosy/domain';
import { type AppendFile, Disk } from '@argosy/platform-port';

interface File {
  /** What survives a power cut. */
  durable: Uint8Array;
  /** Appended but not yet synced. */
  pending: Uint8Array[];
}

const concatenated = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
};

/**
 * A disk that knows what was synced: `cutPower` keeps only that. `fail` makes the next operations fail, which a real
 * disk does too seldom to be tested. Names ending in `.gz` are not gunzipped: nothing here compresses.
 */
export class InMemoryDisk extends Disk {
  readonly #files = new Map<string, File>();
  #failures = 0;

  /** The next `count` operations fail with STORE_UNAVAILABLE. */
  fail(count: number): void {
    this.#failures = count;
  }

  /** Forgets everything that was appended but never synced. */
  cutPower(): void {
    for (const file of this.#files.values()) file.pending = [];
  }

  override async openAppend(path: string): Promise<AppendFile> {
    await this.#operation(path);
    const file = this.#files.get(path) ?? { durable: new Uint8Array(0), pending: [] };
    this.#files.set(path, file);
    return {
      append: async (bytes) => {
        await this.#operation(path);
        file.pending.push(bytes.slice());
      },
      sync: async () => {
        await this.#operation(path);
        [file.durable, file.pending] = [concatenated([file.durable, ...file.pending]), []];
      },
      close: async () => undefined,
    };
  }

  override async readFile(path: string): Promise<Uint8Array> {
    await this.#operation(path);
    const file = this.#files.get(path);
    if (file === undefined) throw new Fault('STORE_UNAVAILABLE', `cannot read '${path}': no such file`);
    return concatenated([file.durable, ...file.pending]);
  }

  override async *readLines(path: string): AsyncIterable<string> {
    const lines = new TextDecoder().decode(await this.readFile(path)).split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    yield* lines;
  }

  override async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    await this.#operation(path);
    this.#files.set(path, { durable: bytes.slice(), pending: [] });
  }

  override async list(folder: string): Promise<readonly string[]> {
    await this.#operation(folder);
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const names = [...this.#files.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }

  override async exists(path: string): Promise<boolean> {
    return this.#files.has(path) || [...this.#files.keys()].some((name) => name.startsWith(`${path}/`));
  }

  async #operation(path: string): Promise<void> {
    await Promise.resolve();
    if (this.#failures === 0) return;
    this.#failures -= 1;
    throw new Fault('STORE_UNAVAILABLE', `the disk failed at '${path}'`);
  }
}
