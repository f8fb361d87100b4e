import { type Clock, nsToMs, type TimeNs } from '@argosy/domain';
import { LOG_LEVELS, type LogData, Logger, type LogLevel, type TraceContext } from '@argosy/platform-port';
import { type Logger as Pino, pino, symbols } from 'pino';
import { Afterwards } from './afterwards.js';
import { logValue } from './log-value.js';
import type { LogSink } from './log-sink.js';
import type { TraceScope } from './trace-scope.js';
import { idsOf } from './traceparent.js';

const LEVELS = { DEBUG: 20, INFO: 30, WARNING: 40, ERROR: 50, CRITICAL: 60 } as const satisfies Record<
  LogLevel,
  number
>;
/** Pino knows names in small letters only; the line itself carries ours. */
const PINO_LEVELS = { debug: 20, info: 30, warning: 40, error: 50, critical: 60 } as const;
type PinoLevel = keyof typeof PINO_LEVELS;

export interface PinoLoggerOptions {
  readonly component: string;
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly sink: LogSink;
  readonly scope: TraceScope;
  /** Told of every line at ERROR and above, for counting. */
  readonly onError?: (eventType: string) => void;
}

interface Line {
  readonly level: LogLevel;
  readonly component: string;
  readonly event_type: string;
  readonly data: unknown;
  readonly trace_id?: string;
  readonly span_id?: string;
}

/** Tells the sink what a line is about: pino sets `lastObj` before each write to a stream that asks for it. */
function sinkStream(sink: LogSink): { write: (line: string) => void } {
  return {
    [symbols.needsMetadataGsym]: true,
    write(this: { lastObj?: Line }, line: string): void {
      sink.write(line, this.lastObj?.level ?? 'INFO', this.lastObj?.component ?? 'system');
    },
  } as { write: (line: string) => void };
}

const MS_PER_SECOND = 1_000;

/** Lines of the same second differ in three digits only: the others are made once. */
class Timestamps {
  #second = Number.NaN;
  #prefix = '';

  of(at: TimeNs): string {
    const atMs = nsToMs(at);
    const ms = ((atMs % MS_PER_SECOND) + MS_PER_SECOND) % MS_PER_SECOND;
    if (atMs - ms !== this.#second) {
      this.#second = atMs - ms;
      this.#prefix = `"timestamp":"${new Date(this.#second).toISOString().slice(0, -'000Z'.length)}`;
    }
    return `${this.#prefix}${String(ms).padStart(3, '0')}Z"`;
  }
}

/** Writes the lines of a logger and its children in the turn after they were logged, each with its own time. */
class LineWriter {
  readonly #pino: Pino<PinoLevel>;
  readonly #timestamps = new Timestamps();
  readonly #lines = new Afterwards(({ line, at }: { readonly line: Line; readonly at: TimeNs }) => {
    this.#at = at;
    this.#pino[line.level.toLowerCase() as PinoLevel](line);
  });
  #at: TimeNs;

  constructor(private readonly options: Pick<PinoLoggerOptions, 'clock' | 'sink'>) {
    const { clock, sink } = options;
    this.#at = clock.now();
    this.#pino = openPino(sink, () => this.#timestamps.of(this.#at));
  }

  write(line: Line): void {
    this.#lines.add({ line, at: this.options.clock.now() });
  }

  finish(): void {
    this.#lines.finish();
  }
}

/**
 * Pino, made to write one line a record in the order the manuals show: timestamp, level, component, event_type, data,
 * then the trace it belongs to.
 */
const openPino = (sink: LogSink, timestamp: () => string): Pino<PinoLevel> =>
  pino(
    {
      base: null,
      level: 'debug',
      customLevels: PINO_LEVELS,
      useOnlyCustomLevels: true,
      // Pino opens a line with the level; an empty one lets the timestamp come first, and so without its comma.
      formatters: { level: () => ({}) },
      timestamp,
    },
    sinkStream(sink),
  );

/** Structured lines (OB-4). Secrets by name are hidden; CRITICAL is with the operating system before the call returns. */
export class PinoLogger extends Logger {
  readonly #writer: LineWriter;

  constructor(
    private readonly options: PinoLoggerOptions,
    writer?: LineWriter,
  ) {
    super();
    this.#writer = writer ?? new LineWriter(options);
  }

  override log(level: LogLevel, eventType: string, data: LogData = {}): void {
    if (!this.isEnabled(level)) return;
    const { trace, ...rest } = data as LogData & { readonly trace?: TraceContext };
    const ids = idsOf(trace ?? this.options.scope.current());
    this.#writer.write({
      level,
      component: this.options.component,
      event_type: eventType,
      // A copy: what is written is what was said, whatever becomes of the data meanwhile.
      data: logValue(rest),
      ...(ids === undefined ? {} : { trace_id: ids.traceId, span_id: ids.spanId }),
    });
    if (LEVELS[level] >= LEVELS.ERROR) this.options.onError?.(eventType);
    if (level === 'CRITICAL') this.flush();
  }

  override child(component: string): PinoLogger {
    return new PinoLogger({ ...this.options, component }, this.#writer);
  }

  isEnabled(level: LogLevel): boolean {
    return LEVELS[level] >= LEVELS[this.options.level];
  }

  flush(): void {
    this.#writer.finish();
    this.options.sink.flush();
  }

  /** After log rotation (`SIGUSR1`): flushes, then opens the files anew. */
  reopen(): void {
    this.#writer.finish();
    this.options.sink.reopen();
  }
}

export const isLogLevel = (text: string): text is LogLevel => (LOG_LEVELS as readonly string[]).includes(text);
