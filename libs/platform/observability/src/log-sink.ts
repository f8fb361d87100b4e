import { LOG_LEVELS, type LogLevel } from '@argosy/platform-port';
import { closeSync, mkdirSync, openSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LineFile, type LineFileParts, type LineOutput } from './line-file.js';

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

/** Where lines go. */
export interface LogSink {
  write(line: string, level: LogLevel, component: string): void;
  /** Everything written so far is with the operating system when this returns, or lost and counted. */
  flush(): void;
  /** After a rotation: the files under the old names are left, new ones begun. */
  reopen(): void;
}

/** A file descriptor, written at its end. */
const outputOf = (descriptor: number): LineOutput => ({
  write: (bytes, from, done) => write(descriptor, bytes, from, bytes.byteLength - from, null, done),
  writeSync: (bytes, from) => writeSync(descriptor, bytes, from),
  close: () => closeSync(descriptor),
});

/** One stream, standard output by default: what a container's runtime collects. */
export class StreamSink implements LogSink {
  readonly #lines: LineFile;

  constructor(parts: LineFileParts, fileDescriptor = 1) {
    this.#lines = new LineFile(outputOf(fileDescriptor), parts);
  }
  write(line: string): void {
    this.#lines.write(line);
  }
  flush(): void {
    this.#lines.flush();
  }
  reopen(): void {
    this.flush();
  }
}

/** One file for each subject in a folder that all services share; whole lines are appended. */
export class FolderSink implements LogSink {
  readonly #files = new Map<LogFile, LineFile>();

  /** Opens its files before it returns: a service that fails at once must still leave its reason on disk. */
  constructor(
    private readonly folder: string,
    private readonly parts: LineFileParts,
  ) {
    mkdirSync(folder, { recursive: true });
    this.open();
  }
  write(line: string, level: LogLevel, component: string): void {
    this.#files.get(fileOfComponent(component))?.write(line);
    if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf('ERROR')) this.#files.get('errors')?.write(line);
  }
  flush(): void {
    for (const file of this.#files.values()) file.flush();
  }
  reopen(): void {
    for (const file of this.#files.values()) file.end();
    this.open();
  }
  private open(): void {
    for (const file of LOG_FILES) {
      const descriptor = openSync(join(this.folder, `${file}.log`), 'a');
      this.#files.set(file, new LineFile(outputOf(descriptor), this.parts));
    }
  }
}
