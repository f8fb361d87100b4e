import type { PositionOverride, TradingState } from '@argosy/contracts';
import { ok } from '@argosy/domain';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { Answer } from './no.js';
import type { StatusService } from './status.service.js';
import { overrideView, tradingView } from './views/risk.view.js';

/** How sizes are cut; what is absent stays as it is. */
export interface OverrideRequest {
  readonly strategyId: string;
  readonly sizeFactor: string;
  readonly maxPositionPct: string;
}

export interface RestoreRequest {
  readonly strategyId: string;
  readonly steps: number;
  readonly stepIntervalMs: number;
}

/** What people tell risk short of a kill: the circuit breaker, smaller sizes, and the way back (RK-4, RK-5, RK-6). */
export class RiskControlService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly status: StatusService,
    private readonly audit: AuditTrail,
  ) {}

  trip(command: Command, reason: string): Promise<Answer<unknown>> {
    return this.done(command, reason, (by) => this.fleet.risk.tripBreaker(by), breakerView(true));
  }

  reset(command: Command, reason: string): Promise<Answer<unknown>> {
    return this.done(command, reason, (by) => this.fleet.risk.resetBreaker(by), breakerView(false));
  }

  override(command: Command, reason: string, request: OverrideRequest): Promise<Answer<unknown>> {
    return this.done(command, reason, (by) => this.fleet.risk.overridePositions({ ...request, ...by }), shown);
  }

  restore(command: Command, reason: string, request: RestoreRequest): Promise<Answer<unknown>> {
    const message = { ...request, stepIntervalMs: BigInt(request.stepIntervalMs) };
    return this.done(command, reason, (by) => this.fleet.risk.restorePositions({ ...message, ...by }), shown);
  }

  reenable(command: Command, reason: string, strategyId: string): Promise<Answer<unknown>> {
    const told = (): unknown => ({ strategy_id: strategyId, reenabled: true });
    return this.done(command, reason, (by) => this.fleet.risk.reenableStrategy({ strategyId, ...by }), told);
  }

  beginLosses(command: Command, reason: string, accountId: string): Promise<Answer<unknown>> {
    const told = (): unknown => ({ account: accountId, begun: true });
    return this.done(command, reason, (by) => this.fleet.risk.beginLosses({ accountId, ...by }), told);
  }

  private done<T>(
    command: Command,
    reason: string,
    ask: (by: { readonly actor: string; readonly reason: string }) => Promise<Answer<T>>,
    show: (value: T) => unknown,
  ): Promise<Answer<unknown>> {
    return this.audit.run(command, reason, async () => {
      const answer = await ask({ actor: command.actor.name, reason });
      this.status.invalidate();
      return answer.ok ? ok(show(answer.value)) : answer;
    });
  }
}

const breakerView =
  (tripped: boolean) =>
  (state: TradingState): unknown => ({ tripped, ...tradingView(state) });
const shown = (override: PositionOverride): unknown => ({ override: overrideView(override) });
