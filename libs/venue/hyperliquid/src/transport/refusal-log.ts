import type { Logger } from '@argosy/platform-port';

/** Says what was refused without letting a flood of bad frames become a flood of lines: the 1st, 2nd, 4th, 8th … */
export class RefusalLog {
  private count = 0;

  constructor(
    private readonly logger: Logger,
    private readonly eventType: string,
  ) {}

  note(reason: string): void {
    this.count += 1;
    if ((this.count & (this.count - 1)) === 0) this.logger.warning(this.eventType, { reason, count: this.count });
  }
}
