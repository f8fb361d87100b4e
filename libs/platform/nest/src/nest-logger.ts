import type { Logger } from '@argosy/platform-port';
import type { LoggerService } from '@nestjs/common';

const message = (parts: readonly unknown[]): Readonly<Record<string, unknown>> => {
  const [first, ...rest] = parts;
  const context = rest.at(-1);
  return {
    message: first instanceof Error ? first.message : first,
    ...(typeof context === 'string' ? { context } : {}),
    ...(first instanceof Error ? { error: first } : {}),
  };
};

/** Nest's own lines in our format. What it tells of its start (one line a module and route) is for debugging only. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(...parts: unknown[]): void {
    this.logger.debug('nest', message(parts));
  }
  debug(...parts: unknown[]): void {
    this.logger.debug('nest', message(parts));
  }
  verbose(...parts: unknown[]): void {
    this.logger.debug('nest', message(parts));
  }
  warn(...parts: unknown[]): void {
    this.logger.warning('nest', message(parts));
  }
  error(...parts: unknown[]): void {
    this.logger.error('nest', message(parts));
  }
  fatal(...parts: unknown[]): void {
    this.logger.critical('nest', message(parts));
  }
}
