export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values of a log line: JSON-safe, never a secret, decimals as text. */
export type LogData = Readonly<Record<string, unknown>>;

/**
 * Structured lines (OB-4): `component` is fixed per logger, `eventType` is a closed vocabulary per component
 * (`state_transition`, `order_placed`), `data` holds the rest.
 */
export abstract class Logger {
  abstract log(level: LogLevel, eventType: string, data?: LogData): void;
  /** A logger for one part of this process. */
  abstract child(component: string): Logger;
  debug(eventType: string, data?: LogData): void {
    this.log('DEBUG', eventType, data);
  }
  info(eventType: string, data?: LogData): void {
    this.log('INFO', eventType, data);
  }
  warning(eventType: string, data?: LogData): void {
    this.log('WARNING', eventType, data);
  }
  error(eventType: string, data?: LogData): void {
    this.log('ERROR', eventType, data);
  }
  critical(eventType: string, data?: LogData): void {
    this.log('CRITICAL', eventType, data);
  }
}

export class SilentLogger extends Logger {
  override log(): void {
    // Deliberately nothing: for tests and benches that measure something else.
  }
  override child(): Logger {
    return this;
  }
}
