import { type LogData, Logger, type LogLevel } from '@argosy/platform-port';
import type { EventLog } from './event-log.js';
import type { SimProcess } from './sim-process.js';

const LOUD: ReadonlySet<LogLevel> = new Set(['WARNING', 'ERROR', 'CRITICAL']);

/** Lines of one process, in the event log: what a person would look at, and nothing that only costs time. */
export class SimLogger extends Logger {
  constructor(
    private readonly log_: EventLog,
    private readonly process: SimProcess,
    private readonly heard: (process: SimProcess, level: LogLevel, eventType: string, data: LogData) => void,
  ) {
    super();
  }

  override log(level: LogLevel, eventType: string, data: LogData = {}): void {
    if (!this.process.alive || !LOUD.has(level)) return;
    this.log_.write(this.process.name, level, `${eventType} ${shown(data)}`);
    this.heard(this.process, level, eventType, data);
  }

  override child(): Logger {
    return this;
  }
}

const shown = (data: LogData): string =>
  Object.entries(data)
    .map(([name, value]) => `${name}=${value instanceof Error ? value.message : String(value)}`)
    .join(' ');
