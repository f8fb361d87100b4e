import type { TradingState } from '@argosy/contracts';
import { InvariantViolation, isVenue, ok, refused } from '@argosy/domain';
import { type Actor, problem, routeOf } from '@argosy/ops-core';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { KillFile } from './kill-file.js';
import type { Answer } from './no.js';
import type { StatusService } from './status.service.js';
import { tradingView } from './views/risk.view.js';

/** The parts of the configuration that people change while the fleet runs; absent parts stay. */
export interface TradingChange {
  readonly tradingEnabled?: boolean | undefined;
  readonly newSignalsEnabled?: boolean | undefined;
  readonly exchanges?: Readonly<Record<string, unknown>> | undefined;
  readonly reason?: string | undefined;
}

/** Trading on and off; the kill switch is another service. */
export class TradingService {
  /** The trading state that a hold made; undefined when none stands or somebody wants it off anyway. */
  private heldVersion: bigint | undefined;

  constructor(
    private readonly fleet: FleetClient,
    private readonly status: StatusService,
    private readonly audit: AuditTrail,
    private readonly killFile: KillFile,
  ) {}

  async config(): Promise<Answer<unknown>> {
    const { exchanges, trading_enabled, new_signals_enabled, trading_state, kill_switch } = await this.status.current();
    const switches = Object.entries(exchanges).map(([venue, { market_data, trading, status }]) => [
      venue,
      {
        enabled: status !== 'disabled',
        trading: trading.length > 0,
        market_data: market_data !== null && market_data.status !== 'disabled',
      },
    ]);
    return ok({
      trading_enabled,
      new_signals_enabled,
      trading_state,
      kill_switch,
      exchanges: Object.fromEntries(switches) as unknown,
    });
  }

  configure(command: Command, change: TradingChange): Promise<Answer<unknown>> {
    if (change.tradingEnabled === false) this.heldVersion = undefined;
    return this.change(command, change, configured);
  }

  private change<T>(command: Command, change: TradingChange, view: (state: TradingState) => T): Promise<Answer<T>> {
    // Switching off must work, and answer, while the database is away.
    const lowersRisk = change.tradingEnabled !== true && change.newSignalsEnabled !== true;
    const judged = { ...command, row: { ...command.row, lowersRisk: lowersRisk || command.row.lowersRisk } };
    return this.audit.run(judged, change.reason ?? describeChange(change), async () => {
      const exchange = this.exchangeProblem(change);
      if (exchange !== undefined) return exchange;
      const unknown = change.tradingEnabled === true ? this.killFile.enableProblem() : undefined;
      if (unknown !== undefined) return refused(unknown);
      const message = {
        tradingEnabled: change.tradingEnabled,
        newSignalsEnabled: change.newSignalsEnabled,
        actor: command.actor.name,
        reason: change.reason ?? describeChange(change),
      };
      const answer = await this.fleet.risk.configureTrading(message, lowersRisk);
      this.status.invalidate();
      return answer.ok ? ok(view(answer.value)) : answer;
    });
  }

  /** Disables trading when it is enabled, in the name of somebody who did not ask over HTTP, until `releaseHold`. */
  async holdDisabled(actor: Actor, route: string, reason: string): Promise<void> {
    const state = await this.fleet.risk.tradingState();
    if (!state.ok || !state.value.tradingEnabled) return;
    const held = await this.change(unasked(actor, route), { tradingEnabled: false, reason }, ({ version }) => version);
    if (held.ok) this.heldVersion = held.value;
  }

  /** Enables what `holdDisabled` disabled, unless anybody has changed anything since: a hold latches nothing (I-13). */
  async releaseHold(actor: Actor, route: string, reason: string): Promise<void> {
    const { heldVersion } = this;
    if (heldVersion === undefined) return;
    const state = await this.fleet.risk.tradingState();
    if (!state.ok || this.heldVersion !== heldVersion) return;
    if (state.value.version === heldVersion) {
      const released = await this.change(unasked(actor, route), { tradingEnabled: true, reason }, configured);
      if (!released.ok) return;
    }
    this.heldVersion = undefined;
  }

  reconnect(command: Command, exchange: string): Promise<Answer<unknown>> {
    return this.audit.run(command, `reconnect ${exchange}`, async () => {
      if (!isVenue(exchange)) return refused(problem('exchange_unknown', { exchange }));
      const answer = await this.fleet.marketData.reconnect(exchange);
      this.status.invalidate();
      return answer.ok ? ok({ exchange, reconnecting: true }) : answer;
    });
  }

  private exchangeProblem({ exchanges }: TradingChange): Answer<never> | undefined {
    if (exchanges === undefined) return undefined;
    const unknown = Object.keys(exchanges).find((name) => !isVenue(name));
    if (unknown !== undefined) return refused(problem('exchange_unknown', { exchange: unknown }));
    return refused(problem('exchange_switch_unavailable', { exchanges: Object.keys(exchanges).join(', ') }));
  }
}

function unasked(actor: Actor, route: string): Command {
  const lookup = routeOf('POST', '/api/v1/config');
  if (lookup?.kind !== 'ruled') throw new InvariantViolation('the policy table has no configuration');
  return { row: lookup.row, actor, route, requestHash: '' };
}

const configured = (state: TradingState) => ({ ...tradingView(state), version: Number(state.version) });

function describeChange({ tradingEnabled, newSignalsEnabled, exchanges }: TradingChange): string {
  const parts = [
    ...(tradingEnabled === undefined ? [] : [`trading_enabled=${String(tradingEnabled)}`]),
    ...(newSignalsEnabled === undefined ? [] : [`new_signals_enabled=${String(newSignalsEnabled)}`]),
    ...(exchanges === undefined ? [] : [`exchanges=${Object.keys(exchanges).join(',')}`]),
  ];
  return parts.join(' ');
}
