import type { KillReceipt, TradingState } from '@argosy/contracts';
import { type Clock, isoTime, isVenue, ok, refused, timeNs } from '@argosy/domain';
import { problem, type ResumeApprovals } from '@argosy/ops-core';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './fleet-client.js';
import { type Answer, describeNo } from './no.js';
import type { StatusService } from './status.service.js';
import { killSwitchView, tradingView } from './views/risk.view.js';

/** The parts of the configuration that people change while the fleet runs; absent parts stay. */
export interface TradingChange {
  readonly tradingEnabled?: boolean | undefined;
  readonly newSignalsEnabled?: boolean | undefined;
  readonly exchanges?: Readonly<Record<string, unknown>> | undefined;
  readonly reason?: string | undefined;
}

const KILLED_BY = ['execution', 'risk'] as const;
type KillService = (typeof KILLED_BY)[number];

/** Trading on and off, the kill switch and its release. */
export class TradingService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly status: StatusService,
    private readonly audit: AuditTrail,
    private readonly approvals: ResumeApprovals,
    private readonly clock: Clock,
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
    return this.audit.run(command, change.reason ?? describeChange(change), async () => {
      const exchange = this.exchangeProblem(change);
      if (exchange !== undefined) return exchange;
      const answer = await this.fleet.configureTrading({
        tradingEnabled: change.tradingEnabled,
        newSignalsEnabled: change.newSignalsEnabled,
        actor: command.actor.name,
        reason: change.reason ?? describeChange(change),
      });
      this.status.invalidate();
      return answer.ok ? ok(configured(answer.value)) : answer;
    });
  }

  async killSwitch(): Promise<Answer<unknown>> {
    return ok(killSwitchView(await this.status.tradingState()));
  }

  /** Both latches at once, then the strategies; one that answers is enough for the fleet to be shut (RK-3). */
  kill(command: Command, reason: string): Promise<Answer<unknown>> {
    return this.audit.run(command, reason, async () => {
      const message = { actor: command.actor.name, reason, killId: this.audit.newId() };
      const [execution, risk, strategies] = await Promise.all([
        this.fleet.kill('execution', message),
        this.fleet.kill('risk', message),
        this.fleet.stopEveryStrategy(command.actor.name, `kill switch: ${reason}`),
      ]);
      this.status.invalidate();
      const answers: Readonly<Record<KillService, Answer<KillReceipt>>> = { execution, risk };
      const receipts = KILLED_BY.flatMap((service) => (answers[service].ok ? [answers[service].value] : []));
      if (receipts.length === 0) {
        return refused(problem('kill_not_confirmed', { execution: codeOf(execution), risk: codeOf(risk) }));
      }
      return ok({
        active: true,
        kill_id: receipts[0]?.killId ?? message.killId,
        complete: receipts.length === KILLED_BY.length && strategies.ok,
        cancel_requested: receipts.flatMap(({ cancelRequested }) => cancelRequested),
        in_doubt: receipts.flatMap(({ inDoubt }) => inDoubt),
        services: Object.fromEntries(KILLED_BY.map((service) => [service, latchView(answers[service])])),
        strategies: strategies.ok ? { stopped: true, error: null } : { stopped: false, error: errorText(strategies) },
      });
    });
  }

  /** Risk first: while only one of them is open, the fleet stays shut. */
  resume(command: Command, reason: string): Promise<Answer<unknown>> {
    return this.audit.run(command, reason, async () => {
      const state = await this.fleet.tradingState();
      if (!state.ok) return state;
      const killId = state.value.kill === undefined ? '' : String(state.value.kill.at);
      if (killId !== '' && !this.approvals.ask(command.actor.name, killId, this.clock.monotonicMs())) {
        return refused(problem('approval_needed', { asked_by: command.actor.name }));
      }
      const [execution, risk] = await Promise.all([
        this.fleet.resume('execution', command.actor.name, reason),
        this.fleet.resume('risk', command.actor.name, reason),
      ]);
      this.status.invalidate();
      if (!execution.ok || !risk.ok)
        return refused(problem('resume_incomplete', { execution: codeOf(execution), risk: codeOf(risk) }));
      return ok({ active: false });
    });
  }

  reconnect(command: Command, exchange: string): Promise<Answer<unknown>> {
    return this.audit.run(command, `reconnect ${exchange}`, async () => {
      if (!isVenue(exchange)) return refused(problem('exchange_unknown', { exchange }));
      const answer = await this.fleet.reconnect(exchange);
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

const configured = (state: TradingState) => ({ ...tradingView(state), version: Number(state.version) });

function describeChange({ tradingEnabled, newSignalsEnabled, exchanges }: TradingChange): string {
  const parts = [
    ...(tradingEnabled === undefined ? [] : [`trading_enabled=${String(tradingEnabled)}`]),
    ...(newSignalsEnabled === undefined ? [] : [`new_signals_enabled=${String(newSignalsEnabled)}`]),
    ...(exchanges === undefined ? [] : [`exchanges=${Object.keys(exchanges).join(',')}`]),
  ];
  return parts.join(' ');
}

const codeOf = (answer: Answer<unknown>): string => (answer.ok ? 'done' : answer.refusal.code);
const errorText = (answer: Answer<unknown>): string | null => (answer.ok ? null : describeNo(answer.refusal).message);

const latchView = (answer: Answer<KillReceipt>) =>
  answer.ok
    ? { ok: true, gate_shut_at: isoTime(timeNs(answer.value.gateShutNs)), error: null }
    : { ok: false, gate_shut_at: null, error: errorText(answer) };
