import type { Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import type { ReadinessService } from './readiness.service.js';
import type { NamedPart } from './start-order.js';

/** From the signal to the end of the process; a supervisor gives thirty. */
export const DRAIN_MS_MAX = 10_000;

/** Starts the parts of a service in their order and stops those that began in the reverse one. */
export class ServiceLife {
  readonly #begun: NamedPart[] = [];

  constructor(
    private readonly readiness: ReadinessService,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Rejects with the first part that cannot start; the rest is not tried. */
  async start(parts: readonly NamedPart[]): Promise<void> {
    for (const named of parts) {
      if (this.readiness.isStopping) return;
      this.#begun.push(named);
      await this.startOne(named);
    }
    this.readiness.started();
  }

  private async startOne({ name, part }: NamedPart): Promise<void> {
    const condition = this.readiness.condition(name);
    condition.waits('starting');
    try {
      await part.start?.();
    } catch (error) {
      throw new Error(`${name} cannot start: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    if (part.waitingFor === undefined) condition.holds();
    else this.readiness.poll(name, () => part.waitingFor?.());
  }

  /** False when something did not stop in time; what remains is left to the end of the process. */
  async stop(): Promise<boolean> {
    this.readiness.stopping();
    let giveUp: () => void = () => undefined;
    const late = new Promise<'late'>((resolve) => {
      giveUp = () => resolve('late');
    });
    const limit = this.timers.after(DRAIN_MS_MAX, giveUp);
    for (const { name, part } of this.#begun.splice(0).reverse()) {
      if (part.stop === undefined) continue;
      this.logger.info('part_stopping', { part: name });
      if ((await Promise.race([this.stopOne(name, part), late])) === 'late') {
        this.logger.error('shutdown_incomplete', { part: name, limitMs: DRAIN_MS_MAX });
        return false;
      }
    }
    limit.cancel();
    return true;
  }

  /** A part that fails to stop must not keep the others from it. */
  private async stopOne(name: string, part: NamedPart['part']): Promise<'stopped'> {
    try {
      await part.stop?.();
    } catch (error) {
      this.logger.error('part_stop_failed', { part: name, error });
    }
    return 'stopped';
  }
}
