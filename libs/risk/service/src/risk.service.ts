import {
  type Approved,
  type Clock,
  Fault,
  msToNs,
  type OrderIntent,
  type Refusal,
  refusal,
  refused,
  type Result,
  type TimeNs,
  type Timers,
} from '@argosy/domain';
import {
  type AccountEvent,
  accountEventCodec,
  type BeginLosses,
  type OrderAccepted,
  type OrderSubmission,
  type OverridePositions,
  patterns,
  placeOrderCodec,
  type PositionOverride,
  type ReenableStrategy,
  type RestorePositions,
  type RiskSummary,
  type ServiceStatus,
  type SetStrategyLimits,
  subjects,
} from '@argosy/contracts';
import {
  describeProcess,
  type Leadership,
  type Logger,
  type MessageBus,
  type MessageContext,
  type ProcessFacts,
  type Tracer,
} from '@argosy/platform-port';
import { Exposure, isSameOrder, review, type RiskCheck, type RiskStore } from '@argosy/risk-core';
import { AccountFollower } from './account-follower.js';
import { Alerts } from './alerts.js';
import type { ApprovalSigner } from './approval-signer.port.js';
import { DecisionLog } from './decision-log.js';
import { type FirstAnswer, FirstAnswers } from './first-answers.js';
import { FleetCommands } from './fleet-commands.js';
import { LossKeeper } from './loss-keeper.js';
import { MarketFollower } from './market-follower.js';
import { MarketHealth } from './market-health.js';
import { MarketPicture } from './market-picture.js';
import { OverrideKeeper } from './override-keeper.js';
import { PendingApprovals } from './pending-approvals.js';
import type { RiskMetrics } from './risk.metrics.js';
import type { RiskSettings } from './risk-settings.js';
import { SummaryReport } from './risk-summary.js';
import { RunawayGuard } from './runaway-guard.js';
import { StrategyLimitsBook } from './strategy-limits-book.js';
import { StrategyShares } from './strategy-shares.js';
import { StuckWatch } from './stuck-watch.js';
import { timedChecks } from './timed-checks.js';
import type { TradingControl } from './trading-control.js';
import { ViewBuilder } from './view-builder.js';

const FACT_QUEUE_LIMIT = 100_000;
const APPROVAL_CHECK_MS = 500;
const REPORT_INTERVAL_MS = 1_000;

export interface RiskPorts {
  readonly bus: MessageBus;
  readonly store: RiskStore;
  readonly leadership: Leadership;
  readonly signer: ApprovalSigner;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly metrics: RiskMetrics;
  readonly facts: ProcessFacts;
}

/** The verdict on every order: one view, all checks, claim, proof, record; synchronous from view to claim (I-18). */
export class RiskService {
  readonly exposure = new Exposure();
  readonly market: MarketPicture;
  private readonly feed: MarketFollower;
  readonly follower: AccountFollower;
  private readonly checks: ReadonlyMap<string, RiskCheck>;
  private readonly decisions: DecisionLog;
  private readonly answers = new FirstAnswers();
  private readonly approvals: PendingApprovals;
  private readonly alerts: Alerts;
  private readonly commands: FleetCommands;
  private readonly losses: LossKeeper;
  private readonly runaways: RunawayGuard;
  private readonly overrides: OverrideKeeper;
  private readonly shares: StrategyShares;
  private readonly prices: MarketHealth;
  private readonly views: ViewBuilder;
  private readonly report: SummaryReport;
  private readonly violations = new Map<string, bigint>();
  private readonly strategyLimits: StrategyLimitsBook;
  private epoch = 0;
  private readonly startedAt: TimeNs;

  constructor(
    private readonly settings: RiskSettings,
    private readonly ports: RiskPorts,
    private readonly control: TradingControl,
  ) {
    const { bus, store, clock, timers, logger, metrics } = ports;
    const { exposure } = this;
    this.startedAt = clock.now();
    this.checks = timedChecks(clock, metrics.validationSeconds);
    this.market = new MarketPicture(clock);
    this.feed = new MarketFollower(this.market, bus, timers);
    this.decisions = new DecisionLog(store, timers, logger, settings.decisionQueueLimit);
    this.approvals = new PendingApprovals(settings.approvalGraceMs, exposure, clock, logger);
    this.alerts = new Alerts(bus, clock, logger, metrics);
    this.commands = new FleetCommands(bus, timers, this.alerts);
    const acting = { store, clock, timers, logger, metrics, alerts: this.alerts, commands: this.commands };
    this.losses = new LossKeeper(settings, acting, (killId, reason) => {
      this.killFleet(killId, reason);
    });
    this.runaways = new RunawayGuard(settings.limits.runaway, acting);
    this.overrides = new OverrideKeeper(acting);
    this.follower = new AccountFollower(settings, exposure, bus, clock, timers, logger, {
      restored: (account) => {
        this.approvals.claimAgain(account);
      },
      observed: (account, observation) => {
        this.losses.observed(account, observation);
      },
      filled: ({ strategyId: strategy, accountId, instrumentId }) => {
        if (strategy === undefined) return;
        const position = exposure.strategyPosition(accountId, instrumentId, strategy);
        this.runaways.moved({ strategyId: strategy, accountId, instrumentId }, position);
      },
    });
    this.strategyLimits = new StrategyLimitsBook(store);
    const stuck = new StuckWatch(settings.limits, exposure, clock);
    this.shares = new StrategyShares(exposure, bus, timers, logger, (account, instrument, openedNs) => {
      stuck.openedAt(account, instrument, openedNs);
    });
    const { market, follower, losses, overrides, runaways, violations } = this;
    this.views = new ViewBuilder({
      ...{ settings, clock, market, exposure, follower, control },
      strategyLimits: (strategy) => this.strategyLimits.of(strategy),
      override: (strategy) => overrides.of(strategy),
    });
    this.report = new SummaryReport({
      ...{ settings, exposure, market, follower, control, losses, overrides, runaways, stuck, metrics, violations },
    });
    this.prices = new MarketHealth(settings.limits, market, exposure, clock);
    control.listenTo({
      fleet: () => this.prices.causes(),
      account: (account) => losses.causes(account),
      accounts: [...settings.accounts.keys()],
      resumeRefusal: () => losses.resumeRefusal(),
    });
  }

  /** Standing by: prices are followed, so that who takes over need not wait for the next of each. Idempotent. */
  warm(): void {
    this.feed.follow();
  }

  /** Resolves when decisions can be made; accounts become ready on their own. */
  async start(): Promise<void> {
    this.warm();
    const { bus, store, clock, timers, leadership } = this.ports;
    const { epoch } = leadership.current() ?? (await leadership.acquire());
    await store.claimEpoch(epoch, clock.now());
    this.epoch = epoch;
    this.alerts.lead(epoch);
    await this.strategyLimits.start(epoch);
    await this.losses.start(epoch);
    await this.overrides.start(epoch);
    await this.runaways.start(epoch);
    await this.control.start(epoch);
    bus.subscribe(patterns.everyAccountFact, accountEventCodec, { queueLimit: FACT_QUEUE_LIMIT }, (event) => {
      this.take(event);
    });
    bus.onReconnect(() => {
      this.follower.refillAll();
    });
    this.decisions.start(epoch);
    this.follower.start();
    this.shares.start();
    this.prices.start(timers);
    timers.every(APPROVAL_CHECK_MS, () => void this.approvals.askAboutSilent(this.follower));
    timers.every(REPORT_INTERVAL_MS, () => void this.summary());
  }

  private take(event: AccountEvent): void {
    this.approvals.settle(event.fact.kind === 'order_changed' ? event.fact.order.orderRequestId : undefined);
    this.follower.take(event);
  }

  /** Shut here in this very tick, then told to everybody; asked again it only fills what is not shut yet (RK-2). */
  private killFleet(killId: string, reason: string): void {
    if (this.control.isKilled) return;
    void this.control.kill({ actor: 'risk', reason, killId });
    this.commands.killExecution(killId, reason);
  }

  /** Why orders cannot be judged now, for the health report. */
  waitingFor(): string | undefined {
    const waiting = [...this.settings.accounts.keys()].filter((account) => !this.follower.isReady(account));
    return waiting.length === 0 ? undefined : `execution to state the exposure of ${waiting.join(', ')}`;
  }

  status(): ServiceStatus {
    return {
      ...describeProcess(this.ports.facts),
      service: 'risk',
      role: 'primary',
      epoch: this.epoch,
      ready: this.waitingFor() === undefined,
      startedNs: this.startedAt,
      venues: [],
    };
  }

  async stop(): Promise<void> {
    this.follower.stop();
    this.commands.stop();
    await this.decisions.flush();
  }

  /** `undefined`: approved and on its way; execution answers the strategy itself. */
  submit(submission: OrderSubmission, context: MessageContext): Result<OrderAccepted, Refusal> | undefined {
    // A flood must cost nobody else anything: it ends here, before a view is taken or a decision recorded.
    const stopped = this.runaways.submitted(submission);
    if (stopped !== undefined) return this.refuseQuietly(stopped);
    const startedMs = this.ports.clock.monotonicMs();
    const span = this.ports.tracer.start('risk.verdict', {
      parent: context.trace,
      attributes: { 'argosy.strategy': submission.strategyId },
    });
    const traced = { ...context, trace: span.context };
    try {
      const earlier = this.answers.get(submission.orderRequestId);
      const repeats = earlier !== undefined && isSameOrder(submission, earlier.submission);
      if (repeats) return this.again(earlier, traced);
      // Somebody else may decide on the same headroom by now (I-18).
      if (!this.leads()) return this.refuse(submission, refusal('not_leader', { service: 'risk' }));
      // Not accounted for, so not decided: what cannot be recorded is neither approved nor kept waiting in memory.
      if (!this.decisions.accepting) {
        return this.refuse(
          submission,
          refusal('service_degraded', { store: 'risk', why: 'decisions cannot be stored' }),
        );
      }
      const intent = this.intentOf(submission);
      const view = this.views.view(intent, earlier?.submission);
      const verdict = review(intent, view, this.checks);
      const code = verdict.ok ? 'approved' : verdict.refusal.code;
      const seconds = (this.ports.clock.monotonicMs() - startedMs) / 1_000;
      this.ports.metrics.checkSeconds.observe({}, seconds, span.context.traceparent);
      span.set('argosy.verdict', code);
      this.answers.remember(submission, verdict.ok ? { approved: verdict.intent } : { refused: verdict.refusal });
      this.decisions.add({
        orderRequestId: intent.orderRequestId,
        strategyId: intent.strategyId,
        decidedAt: this.ports.clock.now(),
        riskEpoch: this.epoch,
        verdict: code,
        check: verdict.ok ? '' : verdict.check,
        intent,
        view,
        traceparent: span.context.traceparent,
      });
      return verdict.ok ? this.forward(verdict.intent, traced) : this.refuse(intent, verdict.refusal);
    } finally {
      span.end();
    }
  }

  private leads(): boolean {
    const lease = this.ports.leadership.current();
    return lease !== undefined && this.ports.clock.monotonicMs() < lease.deadlineMonotonicMs;
  }

  /**
   * The same request again gets the first answer: a refusal from here, an approval from execution, which knows the
   * order or finds the approval too old. Nothing new is approved, but a flood of repeats is a flood.
   */
  private again(
    { submission, answer }: FirstAnswer,
    context: MessageContext,
  ): Result<OrderAccepted, Refusal> | undefined {
    this.views.countRepeat(submission.strategyId);
    if ('refused' in answer) return refused(answer.refused);
    this.place(answer.approved, context);
    return undefined;
  }

  private refuse(intent: OrderSubmission, no: Refusal): Result<OrderAccepted, Refusal> {
    this.count(no);
    this.runaways.refused(intent.strategyId);
    this.ports.logger.info('order_refused', {
      request: intent.orderRequestId,
      strategy: intent.strategyId,
      code: no.code,
      ...no.details,
    });
    return refused(no);
  }

  /** Counted, not logged: ten thousand lines a second would be a second flood. */
  private refuseQuietly(no: Refusal): Result<OrderAccepted, Refusal> {
    this.count(no);
    return refused(no);
  }

  private count(no: Refusal): void {
    this.ports.metrics.violations.add({ code: no.code });
    this.violations.set(no.code, (this.violations.get(no.code) ?? 0n) + 1n);
  }

  private forward(intent: Approved<OrderIntent>, context: MessageContext): Result<OrderAccepted, Refusal> | undefined {
    this.approvals.claim(intent);
    try {
      this.place(intent, context);
    } catch (error) {
      if (!(error instanceof Fault) || error.policy.reached === 'maybe') throw error;
      this.approvals.withdraw(intent);
      return this.refuse(intent, refusal('service_degraded', { bus: error.message }));
    }
    this.ports.metrics.approvals.add({ venue: intent.venue });
    return undefined;
  }

  private place(intent: Approved<OrderIntent>, context: MessageContext): void {
    const { bus, signer } = this.ports;
    bus.publish(
      subjects.orderPlace(intent.venue, intent.accountId, intent.strategyId),
      placeOrderCodec,
      { intent, mac: signer.sign(intent) },
      { trace: context.trace, replyTo: context.replyTo, deadlineMs: context.deadlineMs },
    );
  }

  private intentOf(submission: OrderSubmission): OrderIntent {
    const { clock } = this.ports;
    return {
      ...submission,
      accountKind: this.settings.accounts.get(submission.accountId)?.kind ?? 'live',
      riskEpoch: this.epoch,
      approvalExpiresAt: (clock.now() + msToNs(this.settings.approvalValidityMs)) as TimeNs,
    };
  }

  setStrategyLimits(message: SetStrategyLimits): Promise<Result<Record<string, never>, Refusal>> {
    return this.strategyLimits.set(message);
  }

  /** RK-8. */
  summary(): RiskSummary {
    return this.report.summary();
  }

  overridePositions(message: OverridePositions): Promise<Result<PositionOverride, Refusal>> {
    return this.overrides.override(message);
  }

  restorePositions(message: RestorePositions): Promise<Result<PositionOverride, Refusal>> {
    return this.overrides.restore(message);
  }

  reenableStrategy(message: ReenableStrategy): Promise<Result<Record<string, never>, Refusal>> {
    return this.runaways.reenable(message);
  }

  async beginLosses(message: BeginLosses): Promise<Result<Record<string, never>, Refusal>> {
    const begun = await this.losses.begin(message);
    if (begun.ok) this.control.broadcast();
    return begun;
  }
}
