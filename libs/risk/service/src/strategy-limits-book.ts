import {
  DecimalFormatError,
  Fault,
  IdFormatError,
  min,
  ok,
  parseAmount,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  type StrategyId,
} from '@argosy/domain';
import type { SetStrategyLimits } from '@argosy/contracts';
import type { RiskStore, StrategyLimits } from '@argosy/risk-core';

/** Each strategy's own limits. What becomes tighter holds at once, what becomes wider only when it is stored (I-22). */
export class StrategyLimitsBook {
  private readonly limits = new Map<StrategyId, StrategyLimits>();
  private epoch = 0;

  constructor(private readonly store: RiskStore) {}

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    for (const [strategy, limits] of await this.store.strategyLimits()) this.limits.set(strategy, limits);
  }

  of(strategy: StrategyId): StrategyLimits | undefined {
    return this.limits.get(strategy);
  }

  async set(message: SetStrategyLimits): Promise<Result<Record<string, never>, Refusal>> {
    const parsed = parseStrategyLimits(message);
    if (!parsed.ok) return parsed;
    const { strategy, limits } = parsed.value;
    const present = this.limits.get(strategy);
    if (present !== undefined) this.limits.set(strategy, tighter(present, limits));
    try {
      await this.store.setStrategyLimits(strategy, limits, this.epoch);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.limits.set(strategy, limits);
    return ok({});
  }
}

const tighter = (a: StrategyLimits, b: StrategyLimits): StrategyLimits => ({
  maxPositionUsd: min(a.maxPositionUsd, b.maxPositionUsd),
  maxOrderSizeUsd: min(a.maxOrderSizeUsd, b.maxOrderSizeUsd),
});

function parseStrategyLimits(
  message: SetStrategyLimits,
): Result<{ readonly strategy: StrategyId; readonly limits: StrategyLimits }, Refusal> {
  try {
    const strategy = strategyId(message.strategyId);
    const limits = {
      maxPositionUsd: parseAmount(message.maxPositionUsd),
      maxOrderSizeUsd: parseAmount(message.maxOrderSizeUsd),
    };
    if (limits.maxPositionUsd > 0n && limits.maxOrderSizeUsd > 0n) return ok({ strategy, limits });
  } catch (error) {
    if (!(error instanceof IdFormatError) && !(error instanceof DecimalFormatError)) throw error;
    return refused(refusal('invalid_request', { field: 'risk_limits', why: error.message }));
  }
  return refused(refusal('invalid_request', { field: 'risk_limits', why: 'limits are positive numbers of USD' }));
}
