import { Fault } from '@argosy/domain';
import { type AppendFile, Disk } from '@argosy/platform-port';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { NodeAppendFile } from './node-append-file.js';

export const DISK_LIMITS = {
  /** A longer line in `readLines` is a Fault: it is a binary file or a hostile one. */
  maxLineChars: 64 * 1024 * 1024,
  /** Bytes waiting to be written in one append-only file. */
  maxPendingBytes: 64 * 1024 * 1024,
} as const;

const broken = (what: string, target: string, cause: unknown): Fault =>
  new Fault(
    'STORE_UNAVAILABLE',
    `cannot ${what} '${target}': ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      cause,
    },
  );

async function guarded<T>(what: string, target: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw broken(what, target, cause);
  }
}

/** A rename or a new name survives a power cut only when its folder was synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The local file system. Every failure is a Fault STORE_UNAVAILABLE that names the path. */
export class NodeDisk extends Disk {
  #temporaries = 0;

  override async openAppend(target: string): Promise<AppendFile> {
    return guarded('open for appending', target, async () => {
      await mkdir(path.dirname(target), { recursive: true });
      const handle = await open(target, 'a');
      await syncFolder(path.dirname(target));
      return new NodeAppendFile(target, handle, DISK_LIMITS.maxPendingBytes);
    });
  }

  override async readFile(target: string): Promise<Uint8Array> {
    return guarded('read', target, () => readFile(target));
  }

  override async *readLines(target: string): AsyncIterable<string> {
    const file = createReadStream(target);
    // A plain pipe does not carry errors over, and an unheard error event would end the process.
    const source: Readable = target.endsWith('.gz') ? file.pipe(createGunzip()) : file;
    if (source !== file) file.on('error', (error) => source.destroy(error));
    try {
      yield* splitLines(source, target);
    } catch (cause) {
      throw cause instanceof Fault ? cause : broken('read', target, cause);
    } finally {
      file.destroy();
      source.destroy();
    }
  }

  override async writeFile(target: string, bytes: Uint8Array): Promise<void> {
    this.#temporaries += 1;
    const temporary = `${target}.${String(process.pid)}.${String(this.#temporaries)}.tmp`;
    await guarded('write', target, async () => {
      await mkdir(path.dirname(target), { recursive: true });
      try {
        await writeSynced(temporary, bytes);
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(path.dirname(target));
    });
  }

  override async list(folder: string): Promise<readonly string[]> {
    return guarded('list', folder, async () => (await readdir(folder)).sort());
  }

  override async exists(target: string): Promise<boolean> {
    return access(target).then(
      () => true,
      () => false,
    );
  }
}

async function writeSynced(target: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(target, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Lines without their ends (`\n` or `\r\n`); a last line without an end counts, an empty rest does not. */
async function* splitLines(source: Readable, target: string): AsyncIterable<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const pieces = (rest + decoder.write(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield piece.endsWith('\r') ? piece.slice(0, -1) : piece;
    if (rest.length > DISK_LIMITS.maxLineChars) {
      throw broken('read', target, `a line is longer than ${String(DISK_LIMITS.maxLineChars)} characters`);
    }
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
