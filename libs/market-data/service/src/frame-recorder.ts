import { type Clock, Fault, isoTime, type Timer, type TimeNs, type Timers, type Venue } from '@argosy/domain';
import type { AppendFile, Disk, Logger } from '@argosy/platform-port';
import type { MarketDataMetrics } from './market-data.metrics.js';

/** Compresses one chunk into a whole gzip member; members one after the other are again a gzip file. */
export type Gzip = (bytes: Uint8Array) => Promise<Uint8Array>;

export interface RecorderSettings {
  readonly folder: string;
  /** Raw bytes after which a new file begins. */
  readonly fileBytesMax: number;
  /** Raw bytes of one venue after which recording ends, until the process starts again. */
  readonly totalBytesMax: number;
}

export interface RecorderPorts {
  readonly disk: Disk;
  readonly gzip: Gzip;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly metrics: MarketDataMetrics;
}

const FLUSH_MS = 1_000;
const CHUNK_BYTES = 1_048_576;
/** Raw bytes waiting for the disk; beyond them frames are left out, which a reader sees as a gap in their ids. */
const PENDING_BYTES_MAX = 33_554_432;

/** Writes raw frames as `<local unix ns> <frame>`, one compressed file after another a venue; never holds up the feed. */
export class FrameRecorder {
  readonly #venues = new Map<Venue, VenueRecording>();
  readonly #timer: Timer;

  constructor(
    private readonly settings: RecorderSettings,
    private readonly ports: RecorderPorts,
  ) {
    this.#timer = ports.timers.every(FLUSH_MS, () => {
      for (const venue of this.#venues.values()) venue.flush();
    });
  }

  frame(venue: Venue, receivedTimeNs: TimeNs, text: string): void {
    let recording = this.#venues.get(venue);
    if (recording === undefined) {
      recording = new VenueRecording(venue, this.settings, this.ports);
      this.#venues.set(venue, recording);
    }
    recording.frame(receivedTimeNs, text);
  }

  /** Everything taken so far is on disk when it resolves. */
  async stop(): Promise<void> {
    this.#timer.cancel();
    await Promise.all([...this.#venues.values()].map((venue) => venue.close()));
  }
}

class VenueRecording {
  #lines: string[] = [];
  #lineBytes = 0;
  #pendingBytes = 0;
  #fileBytes = 0;
  #totalBytes = 0;
  #file: AppendFile | undefined;
  #work: Promise<void> = Promise.resolve();
  #isEnded = false;
  readonly #encoder = new TextEncoder();

  constructor(
    private readonly venue: Venue,
    private readonly settings: RecorderSettings,
    private readonly ports: RecorderPorts,
  ) {}

  frame(receivedTimeNs: TimeNs, text: string): void {
    // A frame with a line end inside would become two lines; JSON never needs one.
    if (this.#isEnded || this.#pendingBytes + this.#lineBytes > PENDING_BYTES_MAX || /[\r\n]/.test(text)) {
      this.ports.metrics.recordingDropped.add({ venue: this.venue });
      return;
    }
    const line = `${String(receivedTimeNs)} ${text}\n`;
    this.#lines.push(line);
    this.#lineBytes += line.length;
    if (this.#lineBytes >= CHUNK_BYTES) this.flush();
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = this.#encoder.encode(this.#lines.join(''));
    this.#lines = [];
    this.#lineBytes = 0;
    this.#pendingBytes += bytes.byteLength;
    this.#totalBytes += bytes.byteLength;
    if (this.#totalBytes >= this.settings.totalBytesMax) this.#end('the limit of recorded bytes is reached');
    this.#work = this.#work.then(() => this.#write(bytes));
  }

  async close(): Promise<void> {
    this.flush();
    await this.#work;
    await this.#closeFile();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      this.#file ??= await this.ports.disk.openAppend(this.#path());
      await this.#file.append(await this.ports.gzip(bytes));
      this.#fileBytes += bytes.byteLength;
      this.ports.metrics.recordedBytes.add({ venue: this.venue }, bytes.byteLength);
      if (this.#fileBytes >= this.settings.fileBytesMax) await this.#closeFile();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // A recording with a hole in the middle of a member cannot be read on: better an end that is told.
      this.#end(error.message);
    } finally {
      this.#pendingBytes -= bytes.byteLength;
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#fileBytes = 0;
    await file?.sync();
    await file?.close();
  }

  #end(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.ports.logger.error('recording_ended', { venue: this.venue, reason });
  }

  #path(): string {
    const stamp = isoTime(this.ports.clock.now())
      .replaceAll(/[-:]/g, '')
      .replace(/\.\d+Z$/, 'Z');
    return `${this.settings.folder}/${this.venue}_${stamp}.gz`;
  }
}

/** The lines of an ordered set of recordings, as one. Faults: STORE_UNAVAILABLE for a file that cannot be read. */
export async function* recordedLines(disk: Disk, paths: readonly string[]): AsyncIterable<string> {
  for (const path of paths) yield* disk.readLines(path);
}
