import type { ServiceName } from '@argosy/contracts';
import { type Clock, Fault, type TimeNs, type Timer, type Timers } from '@argosy/domain';
import {
  backOffMs,
  type DemotionWatch,
  type ElectionRecord,
  FLAP_LIMITS,
  type LeaseLeadership,
} from '@argosy/platform-election';
import type { LeaseLoss, Logger, MessageBus, ProcessFacts, ProcessLeadership } from '@argosy/platform-port';
import type { Departure } from '../departure.js';
import type { ReadinessService } from '../readiness.service.js';
import type { Part } from '../start-order.js';
import { answerStandbyStatus } from './standby-status.js';

const LOOK_MS = 250;
const PRESENCE_MS = 1_000;

export interface LeadershipPorts {
  readonly leadership: LeaseLeadership;
  readonly record: ElectionRecord;
  readonly watch: DemotionWatch;
  readonly timers: Timers;
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
  #backOff: string | undefined;

  constructor(
    private readonly service: ServiceName,
    /** The lease by which the record knows the group, and where this process runs. */
    private readonly at: { readonly name: string; readonly place: string },
    private readonly ports: LeadershipPorts,
  ) {
    this.#startedNs = ports.clock.now();
    ports.readiness.leads(() => this.standing());
    ports.leadership.onLost((loss) => this.lost(loss));
  }

  async start(): Promise<void> {
    const { leadership, bus, facts, readiness, watch } = this.ports;
    readiness.poll('leadership', () => this.waitingFor());
    const answering = answerStandbyStatus(this.service, bus, facts, this.#startedNs);
    let presence: Timer | undefined;
    try {
      await this.waitOutStepDowns();
      presence = this.tellPresence();
      await leadership.acquire();
      watch.start();
    } catch (error) {
      // Released while it stood by: the service is stopping, and nothing that leads has begun.
      if (!(error instanceof Fault) || !readiness.isStopping) throw error;
    } finally {
      presence?.cancel();
      answering.close();
    }
  }

  async stop(): Promise<void> {
    this.ports.watch.stop();
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
    if (this.#backOff !== undefined) return this.#backOff;
    const seen = leadership.seen();
    if (seen === undefined) return 'standing by: the lease store has not answered yet';
    return `standing by: ${seen.holder} was last seen to lead, with epoch ${String(seen.epoch)}`;
  }

  /** The flap guard: who stepped down here lately leaves the lease to others for a time that grows (HA-1). */
  private async waitOutStepDowns(): Promise<void> {
    const { record, readiness, timers, logger } = this.ports;
    for (;;) {
      if (readiness.isStopping) return;
      try {
        const all = await record.stepDowns(this.at.name, FLAP_LIMITS.windowMs);
        const waitMs = backOffMs(all.filter(({ place }) => place === this.at.place));
        if (waitMs === 0) break;
        if (this.#backOff === undefined) logger.warning('candidacy_held_back', { waitMs });
        this.#backOff = `it stepped down lately and may lead again in ${String(Math.ceil(waitMs / 1_000))} s`;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.#backOff = `the lease store does not answer: ${error.message}`;
      }
      await timers.sleep(LOOK_MS);
    }
    this.#backOff = undefined;
  }

  private tellPresence(): Timer {
    const { record, leadership, timers } = this.ports;
    // Not needed for safety: a leader that does not hear of a standby stays where it is.
    const tell = (): void => void record.stoodBy(this.at.name, leadership.candidate).catch(() => undefined);
    return timers.every(PRESENCE_MS, tell);
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
