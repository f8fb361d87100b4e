import { type Clock, isoTime, type TimeNs, type Timers } from '@argosy/domain';
import type { Logger, ProcessLeadership } from '@argosy/platform-port';

/** `standby`: healthy, warm, and somebody else leads. */
export type HealthStatus = 'starting' | 'standby' | 'waiting' | 'ready' | 'stopping';

export interface ConditionReport {
  readonly name: string;
  readonly ok: boolean;
  /** UTC, since when it is so. */
  readonly since: string;
  readonly reason?: string;
}

export interface HealthReport {
  readonly status: HealthStatus;
  readonly service: string;
  readonly version: string;
  readonly ready: boolean;
  readonly conditions: readonly ConditionReport[];
  /** One sentence: what is being waited for. */
  readonly waiting?: string;
  /** Leadership epochs and the like, as the service set them. */
  readonly [fact: string]: unknown;
}

interface ConditionState {
  ok: boolean;
  since: TimeNs;
  reason: string | undefined;
}

const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 2_000;

/** One thing that has to be so for the service to be ready. */
export class Condition {
  constructor(
    readonly name: string,
    private readonly change: (name: string, reason: string | undefined) => void,
  ) {}
  holds(): void {
    this.change(this.name, undefined);
  }
  waits(reason: string): void {
    this.change(this.name, reason);
  }
}

/**
 * Why the service is not ready, in words: every condition has a name, a reason and the moment since which it is so. A
 * service is ready when it has started, every condition holds and it is not stopping.
 */
export class ReadinessService {
  readonly #conditions = new Map<string, ConditionState>();
  readonly #polled = new Map<string, () => string | undefined>();
  readonly #facts: Record<string, unknown> = {};
  #phase: 'starting' | 'started' | 'stopping' = 'starting';
  #leadership: (() => ProcessLeadership) | undefined;

  constructor(
    private readonly service: string,
    private readonly version: string,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** A condition that somebody reports; it does not hold until then. */
  condition(name: string): Condition {
    if (!this.#conditions.has(name)) this.change(name, 'not yet known');
    return new Condition(name, (of, reason) => this.change(of, reason));
  }

  /** A condition that is asked for with every report. */
  poll(name: string, waitingFor: () => string | undefined): void {
    this.#polled.set(name, waitingFor);
  }

  /** Adds a fact to the health report, e.g. `epoch`. */
  fact(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  /** From now on the report says which role the process has, and under which epoch. */
  leads(leadership: () => ProcessLeadership): void {
    this.#leadership = leadership;
  }

  /** A process that is no candidate for anything leads. */
  leadership(): ProcessLeadership {
    return this.#leadership?.() ?? { role: 'primary', epoch: 0 };
  }

  /** Repeats the probe until it succeeds, with pauses that grow to two seconds; stopping ends it with an error. */
  async waitFor(name: string, probe: () => Promise<void>): Promise<void> {
    const condition = this.condition(name);
    for (let pauseMs = RETRY_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
      try {
        await probe();
        condition.holds();
        return;
      } catch (error) {
        condition.waits(error instanceof Error ? error.message : String(error));
      }
      await this.timers.sleep(pauseMs);
      if (this.#phase === 'stopping') throw new Error(`stopped while waiting for ${name}`);
    }
  }

  started(): void {
    if (this.#phase === 'starting') this.#phase = 'started';
  }

  stopping(): void {
    this.#phase = 'stopping';
  }

  get isStopping(): boolean {
    return this.#phase === 'stopping';
  }

  get ready(): boolean {
    this.pollAll();
    return this.#phase === 'started' && [...this.#conditions.values()].every(({ ok }) => ok);
  }

  report(): HealthReport {
    const ready = this.ready;
    const conditions = [...this.#conditions].map(([name, { ok, since, reason }]) => ({
      name,
      ok,
      since: isoTime(since),
      ...(reason === undefined ? {} : { reason }),
    }));
    const missing = conditions
      .filter(({ ok }) => !ok)
      .map(({ name, reason, since }) => `${name}: ${reason ?? ''} since ${since}`);
    return {
      ...this.#facts,
      ...this.#leadership?.(),
      status: ready ? 'ready' : this.unreadyStatus(),
      service: this.service,
      version: this.version,
      ready,
      conditions,
      ...(missing.length === 0 ? {} : { waiting: missing.join('; ') }),
    };
  }

  private unreadyStatus(): HealthStatus {
    if (this.#phase === 'started') return 'waiting';
    return this.#phase === 'starting' && this.leadership().role === 'standby' ? 'standby' : this.#phase;
  }

  private pollAll(): void {
    for (const [name, waitingFor] of this.#polled) this.change(name, waitingFor());
  }

  private change(name: string, reason: string | undefined): void {
    const ok = reason === undefined;
    const before = this.#conditions.get(name);
    if (before?.ok === ok && before.reason === reason) return;
    const since = before?.ok === ok ? before.since : this.clock.now();
    this.#conditions.set(name, { ok, since, reason });
    // A reason that only changes its wording is not a new event; a condition that begins or ends to hold is.
    if (before?.ok === ok) return;
    if (ok) this.logger.info('condition_holds', { condition: name });
    else if (before !== undefined) this.logger.warning('condition_lost', { condition: name, reason });
  }
}
