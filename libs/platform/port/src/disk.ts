/** An append-only file with a durability point. Short writes and failed syncs are Faults STORE_UNAVAILABLE. */
export interface AppendFile {
  /** Queues the bytes; resolves when they are with the operating system. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when everything appended before the call survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export abstract class Disk {
  abstract openAppend(path: string): Promise<AppendFile>;
  abstract readFile(path: string): Promise<Uint8Array>;
  /** Lines of a text file, gunzipped when the name ends in `.gz`; bounded memory. */
  abstract readLines(path: string): AsyncIterable<string>;
  /** Atomically: the old content or the new, never a mixture. */
  abstract writeFile(path: string, bytes: Uint8Array): Promise<void>;
  abstract list(folder: string): Promise<readonly string[]>;
  abstract exists(path: string): Promise<boolean>;
}
