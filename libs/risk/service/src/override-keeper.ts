import {
  type Amount,
  type Clock,
  DecimalFormatError,
  Fault,
  format,
  IdFormatError,
  msToNs,
  ok,
  ONE,
  parseAmount,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  type StrategyId,
  type Timers,
} from '@argosy/domain';
import type { OverridePositions, PositionOverride as OverrideMessage, RestorePositions } from '@argosy/contracts';
import type { Logger } from '@argosy/platform-port';
import {
  allowsMore,
  overrideAt,
  type OverrideView,
  type PositionOverride,
  type PresentOverride,
  RESTORE_STEPS_MAX,
  type RiskStore,
  stricterOverride,
} from '@argosy/risk-core';
import { namedPerson } from './named-person.js';

const LOOK_INTERVAL_MS = 1_000;
const STEP_INTERVAL_MS_MIN = 1_000;
const STEP_INTERVAL_MS_MAX = 7 * 86_400_000;

export interface OverridePorts {
  readonly store: RiskStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

const RESTORED: PresentOverride = {
  sizeFactor: ONE as Amount,
  maxPositionPct: undefined,
  stepsLeft: 0,
  nextStepAt: undefined,
};

/** Sizes that people have cut, and their way back (RK-6). Every figure follows from the store and the clock. */
export class OverrideKeeper {
  private readonly overrides = new Map<StrategyId | undefined, PositionOverride>();
  private epoch = 0;

  constructor(private readonly ports: OverridePorts) {}

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    for (const override of await this.ports.store.overrides()) this.overrides.set(override.strategyId, override);
    this.ports.timers.every(LOOK_INTERVAL_MS, () => void this.dropRestored());
  }

  /** What is cut for a strategy: its own and the fleet's, the stricter of each. */
  of(strategy: StrategyId): OverrideView | undefined {
    return stricterOverride(this.present(strategy), this.present(undefined));
  }

  list(): readonly OverrideMessage[] {
    return [...this.overrides.values()].flatMap((override) => {
      const present = overrideAt(override, this.ports.clock.now());
      return present === undefined ? [] : [stated(override, present)];
    });
  }

  /** Acts at once; one that allows more than the present one is a restore, and that goes in steps (I-22). */
  async override(message: OverridePositions): Promise<Result<OverrideMessage, Refusal>> {
    const no = namedPerson(message);
    if (no !== undefined) return refused(no);
    const parsed = parseOverride(message);
    if (!parsed.ok) return parsed;
    const override: PositionOverride = {
      ...parsed.value,
      actor: message.actor,
      reason: message.reason,
      since: this.ports.clock.now(),
    };
    const present = this.present(override.strategyId);
    if (present !== undefined && allowsMore(present, override)) {
      return refused(
        refusal('conflict', { size_factor: format(present.sizeFactor), mend: 'restore it, which goes in steps' }),
      );
    }
    return this.put(override, message);
  }

  async restore(message: RestorePositions): Promise<Result<OverrideMessage, Refusal>> {
    const no = namedPerson(message) ?? stepsRefusal(message);
    if (no !== undefined) return refused(no);
    const scope = scopeOf(message.strategyId);
    if (!scope.ok) return scope;
    const now = this.ports.clock.now();
    const present = this.present(scope.value);
    const override = this.overrides.get(scope.value);
    if (present === undefined || override === undefined) {
      return refused(refusal('conflict', { scope: message.strategyId, why: 'nothing is cut there' }));
    }
    const restore = { startedAt: now, steps: message.steps, stepIntervalNs: msToNs(Number(message.stepIntervalMs)) };
    const { actor, reason } = message;
    return this.put({ ...override, sizeFactor: present.sizeFactor, actor, reason, restore }, message);
  }

  private async put(
    override: PositionOverride,
    { actor, reason }: { readonly actor: string; readonly reason: string },
  ): Promise<Result<OverrideMessage, Refusal>> {
    const now = this.ports.clock.now();
    // A cut holds before it is stored, a way back only after: what the store loses must not have allowed anything.
    if (override.restore === undefined) this.overrides.set(override.strategyId, override);
    try {
      await this.ports.store.setOverride(override, { actor, reason, at: now, epoch: this.epoch });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.overrides.set(override.strategyId, override);
    this.ports.logger.warning('positions_overridden', {
      scope: override.strategyId ?? 'fleet',
      size_factor: format(override.sizeFactor),
      restoring: override.restore !== undefined,
      actor,
      reason,
    });
    return ok(stated(override, overrideAt(override, now) ?? RESTORED));
  }

  private present(scope: StrategyId | undefined): PresentOverride | undefined {
    const override = this.overrides.get(scope);
    return override === undefined ? undefined : overrideAt(override, this.ports.clock.now());
  }

  private async dropRestored(): Promise<void> {
    for (const [scope, override] of [...this.overrides]) {
      if (overrideAt(override, this.ports.clock.now()) !== undefined) continue;
      try {
        await this.ports.store.clearOverride(scope, this.epoch);
        if (this.overrides.get(scope) === override) this.overrides.delete(scope);
        this.ports.logger.info('positions_restored', { scope: scope ?? 'fleet' });
      } catch (error) {
        // It cuts nothing any more, stored or not.
        if (!(error instanceof Fault)) throw error;
        return;
      }
    }
  }
}

function stated(override: PositionOverride, present: PresentOverride): OverrideMessage {
  return {
    strategyId: override.strategyId ?? '',
    sizeFactor: format(present.sizeFactor),
    maxPositionPct: present.maxPositionPct === undefined ? '' : format(present.maxPositionPct),
    actor: override.actor,
    reason: override.reason,
    sinceNs: override.since,
    stepsLeft: present.stepsLeft,
    nextStepNs: present.nextStepAt ?? 0n,
  };
}

function stepsRefusal({ steps, stepIntervalMs }: RestorePositions): Refusal | undefined {
  if (steps < 1 || steps > RESTORE_STEPS_MAX) {
    return refusal('invalid_request', { field: 'steps', why: `1 to ${String(RESTORE_STEPS_MAX)}`, was: String(steps) });
  }
  if (stepIntervalMs >= BigInt(STEP_INTERVAL_MS_MIN) && stepIntervalMs <= BigInt(STEP_INTERVAL_MS_MAX))
    return undefined;
  const why = `${String(STEP_INTERVAL_MS_MIN)} to ${String(STEP_INTERVAL_MS_MAX)} ms`;
  return refusal('invalid_request', { field: 'step_interval_ms', why, was: String(stepIntervalMs) });
}

function scopeOf(text: string): Result<StrategyId | undefined, Refusal> {
  try {
    return ok(text === '' ? undefined : strategyId(text));
  } catch (error) {
    if (!(error instanceof IdFormatError)) throw error;
    return refused(refusal('invalid_request', { field: 'strategy_id', why: error.message }));
  }
}

function parseOverride(
  message: OverridePositions,
): Result<Pick<PositionOverride, 'strategyId' | 'sizeFactor' | 'maxPositionPct'>, Refusal> {
  const scope = scopeOf(message.strategyId);
  if (!scope.ok) return scope;
  try {
    const sizeFactor = parseAmount(message.sizeFactor);
    const maxPositionPct = message.maxPositionPct === '' ? undefined : parseAmount(message.maxPositionPct);
    if (sizeFactor <= 0n || sizeFactor > ONE) return outOfRange('size_factor', message.sizeFactor);
    if (maxPositionPct !== undefined && (maxPositionPct <= 0n || maxPositionPct > ONE))
      return outOfRange('max_position_pct', message.maxPositionPct);
    return ok({ strategyId: scope.value, sizeFactor, maxPositionPct });
  } catch (error) {
    if (!(error instanceof DecimalFormatError)) throw error;
    return refused(refusal('invalid_request', { field: 'size_factor', why: error.message }));
  }
}

const outOfRange = (field: string, was: string): Result<never, Refusal> =>
  refused(refusal('invalid_request', { field, why: 'above 0, at most 1', was: was.slice(0, 40) }));
