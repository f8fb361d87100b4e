import type { KillReceipt } from '@argosy/contracts';
import { type Clock, InvariantViolation, ok, refused, type Timers } from '@argosy/domain';
import {
  type Actor,
  APPROVAL_MS_MAX,
  problem,
  type ResumeApprovals,
  type ResumeRequest,
  routeOf,
} from '@argosy/ops-core';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { KillFile } from './kill-file.js';
import { type Answer, describeNo } from './no.js';
import { soon } from './soon.js';
import type { StatusService } from './status.service.js';
import { type Hold, holdView, receiptView } from './views/kill.view.js';
import { killSwitchView } from './views/risk.view.js';

const KILLED_BY = ['execution', 'risk'] as const;
type KillService = (typeof KILLED_BY)[number];

/** A store that answers takes a latch in less; after this the answer says what holds already. */
export const KILL_ANSWER_MS = 400;

export interface KillAnswer {
  readonly active: true;
  readonly kill_id: string;
  /** Both latches are durable and the strategies have stopped. */
  readonly complete: boolean;
  readonly cancel_requested: readonly string[];
  readonly in_doubt: readonly string[];
  readonly services: Readonly<Record<string, ReturnType<typeof holdView>>>;
  readonly strategies: { readonly stopped: boolean; readonly error: string | null };
}

/** The kill switch, its receipt and its release: every way to kill ends here (RK-3). */
export class KillSwitchService {
  private kills = 0;

  constructor(
    private readonly fleet: FleetClient,
    private readonly status: StatusService,
    private readonly audit: AuditTrail,
    private readonly approvals: ResumeApprovals,
    private readonly file: KillFile,
    private readonly time: { readonly clock: Clock; readonly timers: Timers },
  ) {}

  async state(): Promise<Answer<unknown>> {
    const { clock } = this.time;
    const request = this.approvals.pending(clock.monotonicMs());
    return ok({
      ...killSwitchView(await this.status.tradingState()),
      resume_request: request === undefined ? null : requestView(request, clock.monotonicMs()),
      kill_file: this.file.view(),
    });
  }

  /** A kill that nobody asked for over HTTP, written down like a person's request. */
  killBy(actor: Actor, route: string, reason: string, killId?: string): Promise<Answer<KillAnswer>> {
    const lookup = routeOf('POST', '/api/v1/killswitch');
    if (lookup?.kind !== 'ruled') throw new InvariantViolation('the policy table has no kill switch');
    return this.kill({ row: lookup.row, actor, route, requestHash: '' }, reason, killId);
  }

  /**
   * Both latches at once, then the strategies; one that holds is enough for the fleet to be shut. The answer never waits
   * for a store: who has not latched durably by then is named with what it holds (I-12).
   */
  kill(command: Command, reason: string, killId = this.audit.newId()): Promise<Answer<KillAnswer>> {
    this.kills += 1;
    this.approvals.forget();
    return this.audit.run(command, reason, async () => {
      const message = { actor: command.actor.name, reason, killId };
      const [execution, risk, strategies] = await Promise.all([
        this.held('execution', message),
        this.held('risk', message),
        soon(
          this.time.timers,
          this.fleet.strategyHost.stopEveryStrategy(message.actor, `kill switch: ${reason}`),
          KILL_ANSWER_MS,
        ),
      ]);
      this.status.invalidate();
      const holds: Readonly<Record<KillService, Hold>> = { execution, risk };
      if (KILLED_BY.every((service) => !holds[service].holds)) {
        return refused(problem('kill_not_confirmed', { execution: execution.error ?? '', risk: risk.error ?? '' }));
      }
      const receipts = KILLED_BY.flatMap((service) => holds[service].receipt ?? []);
      return ok({
        active: true,
        kill_id: receipts[0]?.killId ?? killId,
        complete: execution.state === 'durable' && risk.state === 'durable' && strategies?.ok === true,
        cancel_requested: receipts.flatMap(({ cancelRequested }) => cancelRequested),
        in_doubt: receipts.flatMap(({ inDoubt }) => inDoubt),
        services: { execution: holdView(execution), risk: holdView(risk) },
        strategies:
          strategies?.ok === true
            ? { stopped: true, error: null }
            : { stopped: false, error: strategies === undefined ? LATE : describeNo(strategies.refusal).message },
      });
    });
  }

  /** What became of every order that the latest kill met, and when (I-16). */
  async receipt(): Promise<Answer<unknown>> {
    const report = await this.fleet.execution.killReport('');
    return report.ok ? ok(receiptView(report.value)) : report;
  }

  /** Where two people are needed the first one asks here; the answer has the id that the second one approves. */
  resume(command: Command, reason: string): Promise<Answer<unknown>> {
    const { kills } = this;
    return this.audit.run(command, reason, async () => {
      const killed = await this.killed();
      if (!killed.ok) return killed;
      const nowMs = this.time.clock.monotonicMs();
      const asked = this.approvals.ask({ actor: command.actor.name, killId: killed.value, reason }, nowMs);
      if (killed.value !== '' && asked.kind === 'waiting')
        return refused(problem('approval_needed', requestView(asked.request, nowMs)));
      return this.lift(command, reason, kills);
    });
  }

  approve(command: Command, requestId: string, reason: string): Promise<Answer<unknown>> {
    const { kills } = this;
    return this.audit.run(command, reason, async () => {
      const killed = await this.killed();
      if (!killed.ok) return killed;
      const by = { actor: command.actor.name, requestId, killId: killed.value };
      const approved = this.approvals.approve(by, this.time.clock.monotonicMs());
      if (approved.kind === 'unknown') return refused(problem('approval_unknown', { request_id: requestId }));
      if (approved.kind === 'own') return refused(problem('approval_own', { asked_by: approved.request.askedBy }));
      const why = `${approved.request.reason} (asked by ${approved.request.askedBy}); ${reason}`;
      return this.lift(command, why, kills);
    });
  }

  /** The kill that holds; empty when none does, which is resumed all the same: one of the two may still be latched. */
  private async killed(): Promise<Answer<string>> {
    const blocked = this.file.resumeProblem();
    if (blocked !== undefined) return refused(blocked);
    const state = await this.fleet.risk.tradingState();
    if (!state.ok) return state;
    const { kill } = state.value;
    return ok(kill === undefined ? '' : `${kill.killId} ${String(kill.at)}`);
  }

  /**
   * While only one of the two is open the fleet stays shut. A kill that came since the resume was asked for wins (F-29): it
   * may be answered and latched before the resume has been written down.
   */
  private async lift(command: Command, reason: string, killsWhenAsked: number): Promise<Answer<unknown>> {
    if (killsWhenAsked !== this.kills) return refused(problem('kill_came_first'));
    const [execution, risk] = await Promise.all([
      this.fleet.resume('execution', command.actor.name, reason),
      this.fleet.resume('risk', command.actor.name, reason),
    ]);
    this.status.invalidate();
    if (killsWhenAsked !== this.kills) return refused(problem('kill_came_first'));
    if (!execution.ok || !risk.ok)
      return refused(problem('resume_incomplete', { execution: codeOf(execution), risk: codeOf(risk) }));
    return ok({ active: false });
  }

  private async held(service: KillService, message: Parameters<FleetClient['kill']>[1]): Promise<Hold> {
    const answer = await soon(this.time.timers, this.fleet.kill(service, message), KILL_ANSWER_MS);
    if (answer === undefined) return this.secondLook(service);
    if (answer.ok) {
      return answer.value.durable
        ? { holds: true, state: 'durable', receipt: answer.value, error: null }
        : { holds: true, state: 'memory', receipt: answer.value, error: IN_MEMORY };
    }
    const error = describeNo(answer.refusal).message;
    // Its gate is shut, its store has not taken the latch; it goes on trying.
    if (answer.refusal.code === 'service_degraded') return { holds: true, state: 'memory', receipt: undefined, error };
    const { code } = answer.refusal;
    const isAway = code === 'service_unavailable' || code === 'outcome_unknown';
    return { holds: false, state: isAway ? 'unreachable' : 'refused', receipt: undefined, error };
  }

  /** It has not answered because it waits for its store: what it says of itself tells whether its gate is shut. */
  private async secondLook(service: KillService): Promise<Hold> {
    const holds = service === 'risk' ? await this.riskHolds() : await this.executionHolds();
    return holds
      ? { holds: true, state: 'memory', receipt: undefined, error: IN_MEMORY }
      : { holds: false, state: 'unreachable', receipt: undefined, error: LATE };
  }

  private async riskHolds(): Promise<boolean> {
    const state = await this.fleet.risk.tradingState();
    return state.ok && state.value.kill !== undefined;
  }

  private async executionHolds(): Promise<boolean> {
    const report = await this.fleet.execution.killReport('');
    return report.ok && report.value.gateShutNs > 0n;
  }
}

const IN_MEMORY = 'latched in memory; its store has not taken it yet, and is offered it until it does';
const LATE = `no answer within ${String(KILL_ANSWER_MS)} ms; it goes on`;
const codeOf = (answer: Answer<KillReceipt>): string => (answer.ok ? 'done' : answer.refusal.code);

const requestView = ({ requestId, askedBy, reason, untilMs }: ResumeRequest, nowMs: number) => ({
  request_id: requestId,
  asked_by: askedBy,
  reason,
  expires_in_seconds: String(Math.max(0, Math.ceil(Math.min(untilMs - nowMs, APPROVAL_MS_MAX) / 1_000))),
});
