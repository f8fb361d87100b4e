import type { ServiceName } from '@argosy/contracts';
import { type Clock, Fault, type TimeNs } from '@argosy/domain';
import type { LeaseLeadership } from '@argosy/platform-election';
import type { LeaseLoss, Logger, MessageBus, ProcessFacts, ProcessLeadership } from '@argosy/platform-port';
import type { Departure } from '../departure.js';
import type { ReadinessService } from '../readiness.service.js';
import type { Part } from '../start-order.js';
import { answerStandbyStatus } from './standby-status.js';

export interface LeadershipPorts {
  readonly leadership: LeaseLeadership;
  readonly bus: MessageBus;
  readonly facts: ProcessFacts;
  readonly readiness: ReadinessService;
  readonly departure: Departure;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The step of a start between what a standby may do and what only a leader does: it waits there, says so, and goes on
 * when the lease is its own. At the end, when the leader's parts have stopped, it gives the lease back.
 */
export class LeadershipPart implements Part {
  readonly #startedNs: TimeNs;

  constructor(
    private readonly service: ServiceName,
    private readonly ports: LeadershipPorts,
  ) {
    this.#startedNs = ports.clock.now();
    ports.readiness.leads(() => this.standing());
    ports.leadership.onLost((loss) => this.lost(loss));
  }

  async start(): Promise<void> {
    const { leadership, bus, facts, readiness } = this.ports;
    readiness.poll('leadership', () => this.waitingFor());
    const answering = answerStandbyStatus(this.service, bus, facts, this.#startedNs);
    try {
      await leadership.acquire();
    } catch (error) {
      // Released while it stood by: the service is stopping, and nothing that leads has begun.
      if (!(error instanceof Fault) || !readiness.isStopping) throw error;
    } finally {
      answering.close();
    }
  }

  async stop(): Promise<void> {
    await this.ports.leadership.release();
  }

  /** A leader whose deadline has passed says so: it stays, and nothing but cancels may leave. */
  waitingFor(): string | undefined {
    const { leadership, clock } = this.ports;
    const lease = leadership.current();
    if (lease !== undefined) {
      const overMs = clock.monotonicMs() - lease.deadlineMonotonicMs;
      return overMs < 0 ? undefined : `the lease of epoch ${String(lease.epoch)} is past its deadline: cancels only`;
    }
    const seen = leadership.seen();
    if (seen === undefined) return 'standing by: the lease store has not answered yet';
    return `standing by: ${seen.holder} was last seen to lead, with epoch ${String(seen.epoch)}`;
  }

  private standing(): ProcessLeadership {
    const { leadership } = this.ports;
    const lease = leadership.current();
    if (lease !== undefined) return { role: 'primary', epoch: lease.epoch };
    return { role: 'standby', epoch: leadership.seen()?.epoch ?? 0 };
  }

  private lost({ kind, reason }: LeaseLoss): void {
    if (kind === 'stepped_down') return this.ports.departure.drain();
    this.ports.departure.leave(`${this.service} lost its lease: ${reason}`);
  }
}
