import { LOG_LEVELS, type LogLevel } from '@argosy/platform-port';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';

/** The files of a log folder; `errors` repeats every line from ERROR up. */
export const LOG_FILES = [
  'system',
  'market_data',
  'orders',
  'strategies',
  'risk',
  'exchanges',
  'ledger',
  'errors',
] as const;
export type LogFile = (typeof LOG_FILES)[number];

/** First match wins; what matches nothing is `system`. */
const FILE_BY_COMPONENT: readonly (readonly [RegExp, LogFile])[] = [
  [/^(market_data|feed|book|candle|recording)/, 'market_data'],
  [/^(order|execution|egress|journal|reconcil)/, 'orders'],
  [/^(strateg|signal)/, 'strategies'],
  [/^(risk|check|kill)/, 'risk'],
  [/^(venue|exchange)/, 'exchanges'],
  [/^(ledger|posting|audit_chain)/, 'ledger'],
];

export const fileOfComponent = (component: string): LogFile =>
  FILE_BY_COMPONENT.find(([pattern]) => pattern.test(component))?.[1] ?? 'system';

/** Bytes waiting for a slow disk or terminal; past it lines are dropped and counted, never the service blocked. */
export const LOG_BUFFER_BYTES_MAX = 16_777_216;

/** Lines are handed to the operating system this many bytes together, or after this long: a write a line costs the hot path. */
const GATHERED_BYTES = 4_096;
const GATHERED_MS_MAX = 100;

/** Where lines go. */
export interface LogSink {
  write(line: string, level: LogLevel, component: string): void;
  /** Everything written so far is with the operating system when this returns. */
  flush(): void;
  /** After a rotation: the files under the old names are left, new ones begun. */
  reopen(): void;
  readonly droppedLines: number;
}

type Destination = ReturnType<typeof pino.destination>;

function openDestination(dest: number, onDrop: () => void): Destination {
  const destination = pino.destination({
    dest,
    sync: false,
    append: true,
    maxLength: LOG_BUFFER_BYTES_MAX,
    minLength: GATHERED_BYTES,
    periodicFlush: GATHERED_MS_MAX,
  });
  destination.on('drop', onDrop);
  // A full disk or a closed terminal must not end the service; what could not be written is counted.
  destination.on('error', onDrop);
  return destination;
}

/** Flushing before the file is open throws; then there is nothing that could be lost but those lines. */
function flushQuietly(destination: Destination): void {
  try {
    destination.flushSync();
  } catch {
    destination.flush();
  }
}

/** One stream, standard output by default: what a container's runtime collects. */
export class StreamSink implements LogSink {
  droppedLines = 0;
  readonly #destination: Destination;

  constructor(fileDescriptor = 1) {
    this.#destination = openDestination(fileDescriptor, () => (this.droppedLines += 1));
  }
  write(line: string): void {
    this.#destination.write(line);
  }
  flush(): void {
    flushQuietly(this.#destination);
  }
  reopen(): void {
    this.flush();
  }
}

/** One file for each subject in a folder that all services share; whole lines are appended. */
export class FolderSink implements LogSink {
  droppedLines = 0;
  readonly #files = new Map<LogFile, Destination>();

  /** Opens its files before it returns: a service that fails at once must still leave its reason on disk. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.open();
  }
  write(line: string, level: LogLevel, component: string): void {
    this.#files.get(fileOfComponent(component))?.write(line);
    if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf('ERROR')) this.#files.get('errors')?.write(line);
  }
  flush(): void {
    for (const file of this.#files.values()) flushQuietly(file);
  }
  reopen(): void {
    this.flush();
    for (const file of this.#files.values()) file.end();
    this.open();
  }
  private open(): void {
    for (const file of LOG_FILES) {
      const descriptor = openSync(join(this.folder, `${file}.log`), 'a');
      this.#files.set(
        file,
        openDestination(descriptor, () => (this.droppedLines += 1)),
      );
    }
  }
}

/** Several sinks at once. */
export class TeeSink implements LogSink {
  constructor(private readonly sinks: readonly LogSink[]) {}
  get droppedLines(): number {
    return this.sinks.reduce((sum, sink) => sum + sink.droppedLines, 0);
  }
  write(line: string, level: LogLevel, component: string): void {
    for (const sink of this.sinks) sink.write(line, level, component);
  }
  flush(): void {
    for (const sink of this.sinks) sink.flush();
  }
  reopen(): void {
    for (const sink of this.sinks) sink.reopen();
  }
}
