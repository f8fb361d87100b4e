import { type Clock, Fault, type Timer, type Timers } from '@argosy/domain';
import type { Logger, ProcessFacts } from '@argosy/platform-port';
import type { ElectionRecord } from './election-record.port.js';
import {
  type Condition,
  type DemotionLimits,
  examine,
  FLAP_LIMITS,
  reasonToStay,
  reasonToStepDown,
  WELL,
} from './self-demotion.js';

const CHECK_MS = 1_000;
/** A standby says that it is there once a second. */
export const STANDBY_SEEN_MS = 3_000;

export interface DemotionSettings {
  readonly name: string;
  readonly place: string;
  readonly limits: DemotionLimits;
}

export interface DemotionPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly facts: ProcessFacts;
  readonly record: ElectionRecord;
  readonly logger: Logger;
  /** What this process cannot do and a standby might. */
  readonly unhealthy: () => string | undefined;
  readonly stepDown: (reason: string) => void;
}

/** Looks at its own process once a second, and hands over when it is not well, somebody stands by and it would help (HA-1). */
export class DemotionWatch {
  #condition: Condition = WELL;
  #timer: Timer | undefined;
  #isDeciding = false;
  #isWithheld = false;

  constructor(
    private readonly settings: DemotionSettings,
    private readonly ports: DemotionPorts,
  ) {}

  start(): void {
    const dueMs = this.ports.clock.monotonicMs() + CHECK_MS;
    this.#timer = this.ports.timers.after(CHECK_MS, () => {
      this.check(dueMs);
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  private check(dueMs: number): void {
    const { clock, facts, unhealthy } = this.ports;
    const atMs = clock.monotonicMs();
    const sample = {
      atMs,
      loopLagMs: Math.max(0, atMs - dueMs),
      cpuMs: facts.cpuMs?.() ?? 0,
      memoryBytes: facts.memoryBytes(),
      unhealthy: unhealthy(),
    };
    this.#condition = examine(this.#condition, sample, this.settings.limits);
    const reason = reasonToStepDown(this.#condition, this.settings.limits);
    if (reason === undefined) this.#isWithheld = false;
    else if (!this.#isDeciding) void this.decide(reason);
  }

  private async decide(reason: string): Promise<void> {
    const { record, stepDown, logger } = this.ports;
    const { name, place } = this.settings;
    this.#isDeciding = true;
    try {
      const earlier = await record.stepDowns(name, FLAP_LIMITS.windowMs);
      const stay = reasonToStay(earlier, await record.isStandbyThere(name, STANDBY_SEEN_MS));
      if (stay !== undefined) return this.withhold(reason, stay);
      await record.steppedDown(name, place, reason);
      stepDown(reason);
    } catch (error) {
      if (!(error instanceof Fault)) logger.error('step_down_failed', { reason, error });
      // Whether somebody stands by is not known, so nothing is given up.
      this.withhold(reason, 'the store does not say who stands by');
    } finally {
      this.#isDeciding = false;
    }
  }

  /** People are told once for each time that it becomes so. */
  private withhold(reason: string, stay: string): void {
    if (!this.#isWithheld) this.ports.logger.critical('step_down_withheld', { reason, stay });
    this.#isWithheld = true;
  }
}
