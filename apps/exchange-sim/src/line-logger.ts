import { type Clock, isoTime } from '@argosy/domain';
import { LOG_LEVELS, type LogData, Logger, type LogLevel } from '@argosy/platform-port';

/** JSON lines in the fleet's log format, without a logging library: this process starts in a moment. */
export class LineLogger extends Logger {
  constructor(
    private readonly clock: Clock,
    private readonly write: (line: string) => void,
    private readonly level: LogLevel = 'INFO',
    private readonly component = 'exchange-sim',
  ) {
    super();
  }

  override log(level: LogLevel, eventType: string, data: LogData = {}): void {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.level)) return;
    const timestamp = isoTime(this.clock.now());
    this.write(`${JSON.stringify({ timestamp, level, component: this.component, event_type: eventType, data })}\n`);
  }

  override child(component: string): Logger {
    return new LineLogger(this.clock, this.write, this.level, component);
  }
}
