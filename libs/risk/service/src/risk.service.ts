import {
  type AccountId,
  type Amount,
  type Approved,
  type Clock,
  DecimalFormatError,
  Fault,
  format,
  IdFormatError,
  type InstrumentId,
  msToNs,
  notional,
  ok,
  type OrderIntent,
  type OrderRequestId,
  parseAmount,
  type Price,
  type Quantity,
  ratio,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  type StrategyId,
  type TimeNs,
  type Timers,
  toApproximateNumber,
} from '@argosy/domain';
import {
  type LimitUse,
  type OrderAccepted,
  type OrderSubmission,
  patterns,
  placeOrderCodec,
  bookCodec,
  marketStateCodec,
  accountEventCodec,
  instrumentChangedCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  type RiskSummary,
  type ServiceStatus,
  type SetStrategyLimits,
  subjects,
} from '@argosy/contracts';
import {
  describeProcess,
  type Logger,
  type MessageBus,
  type MessageContext,
  type ProcessFacts,
  type Tracer,
} from '@argosy/platform-port';
import {
  Exposure,
  isSameOrder,
  RateWindow,
  review,
  type RiskCheck,
  type RiskStore,
  type RiskView,
  type StrategyLimits,
} from '@argosy/risk-core';
import { AccountFollower } from './account-follower.js';
import type { ApprovalSigner } from './approval-signer.port.js';
import { DecisionLog } from './decision-log.js';
import { MarketPicture } from './market-picture.js';
import type { RiskMetrics } from './risk.metrics.js';
import type { RiskSettings } from './risk-settings.js';
import { timedChecks } from './timed-checks.js';
import type { TradingControl } from './trading-control.js';

const INSTRUMENT_KEYS_MAX = 4_096;
const FACT_QUEUE_LIMIT = 100_000;
const STRATEGY_KEYS_MAX = 1_000;
const REPEAT_KEYS_MAX = 10_000;
const EARLIER_KEPT = 20_000;
const APPROVAL_CHECK_MS = 500;
const REPORT_INTERVAL_MS = 1_000;
const INSTRUMENT_RETRY_MS = 1_000;

export interface RiskPorts {
  readonly bus: MessageBus;
  readonly store: RiskStore;
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
  readonly follower: AccountFollower;
  private readonly checks: ReadonlyMap<string, RiskCheck>;
  private readonly decisions: DecisionLog;
  private readonly strategyRate: RateWindow;
  private readonly fleetRate: RateWindow;
  private readonly repeats: RateWindow;
  /** Requests and their first answers, oldest first. */
  private readonly earlier = new Map<OrderRequestId, Earlier>();
  private readonly approvals = new Map<OrderRequestId, OrderIntent>();
  private readonly violations = new Map<string, bigint>();
  private limitsOf: ReadonlyMap<StrategyId, StrategyLimits> = new Map();
  private epoch = 0;
  private readonly startedAt: TimeNs;
  private highestEquity: Amount | undefined;

  constructor(
    private readonly settings: RiskSettings,
    private readonly ports: RiskPorts,
    private readonly control: TradingControl,
  ) {
    const { limits } = settings;
    this.startedAt = ports.clock.now();
    this.checks = timedChecks(ports.clock, ports.metrics.validationSeconds);
    this.market = new MarketPicture(ports.clock);
    this.decisions = new DecisionLog(ports.store, ports.timers, ports.logger, settings.decisionQueueLimit);
    // One more than the limit tells a runaway; what lies beyond need not be counted.
    this.strategyRate = new RateWindow(limits.rateWindowMs, STRATEGY_KEYS_MAX, limits.strategyOrdersPerWindow + 1);
    this.fleetRate = new RateWindow(limits.rateWindowMs, 1, limits.fleetOrdersPerWindow + 1);
    this.repeats = new RateWindow(limits.repeatWindowMs, REPEAT_KEYS_MAX, limits.repeatsPerWindow + 1);
    this.follower = new AccountFollower(
      settings,
      this.exposure,
      ports.bus,
      ports.clock,
      ports.timers,
      ports.logger,
      (account) => {
        this.claimApproved(account);
      },
    );
  }

  /** Resolves when decisions can be made; accounts become ready on their own. */
  async start(): Promise<void> {
    const { bus, store, clock, timers } = this.ports;
    this.epoch = await store.claimEpoch(clock.now());
    this.limitsOf = await store.strategyLimits();
    await this.control.start(this.epoch);
    bus.subscribeNewest(patterns.everyBook, bookCodec, { keyLimit: INSTRUMENT_KEYS_MAX }, (book) => {
      this.market.sawBook(book);
    });
    bus.subscribeNewest(patterns.everyMarketState, marketStateCodec, { keyLimit: INSTRUMENT_KEYS_MAX }, (state) => {
      this.market.sawState(state);
    });
    bus.subscribeNewest(
      patterns.everyInstrument,
      instrumentChangedCodec,
      { keyLimit: INSTRUMENT_KEYS_MAX },
      (instrument) => {
        this.market.sawInstrument(instrument);
      },
    );
    bus.subscribe(patterns.everyAccountFact, accountEventCodec, { queueLimit: FACT_QUEUE_LIMIT }, (event) => {
      this.settle(event.fact.kind === 'order_changed' ? event.fact.order.orderRequestId : undefined);
      this.follower.take(event);
    });
    bus.onReconnect(() => {
      this.follower.refillAll();
      void this.readInstruments();
    });
    this.decisions.start();
    this.follower.start();
    timers.every(APPROVAL_CHECK_MS, () => void this.askAboutSilentApprovals());
    timers.every(REPORT_INTERVAL_MS, () => void this.summary());
    void this.readInstruments();
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
    await this.decisions.flush();
  }

  /** `undefined`: approved and on its way; execution answers the strategy itself. */
  submit(submission: OrderSubmission, context: MessageContext): Result<OrderAccepted, Refusal> | undefined {
    const startedMs = this.ports.clock.monotonicMs();
    const span = this.ports.tracer.start('risk.verdict', {
      parent: context.trace,
      attributes: { 'argosy.strategy': submission.strategyId },
    });
    const traced = { ...context, trace: span.context };
    try {
      const earlier = this.earlier.get(submission.orderRequestId);
      const repeats = earlier !== undefined && isSameOrder(submission, earlier.submission);
      if (repeats) return this.again(earlier, traced);
      // Not accounted for, so not decided: what cannot be recorded is neither approved nor kept waiting in memory.
      if (!this.decisions.accepting) {
        return this.refuse(
          submission,
          refusal('service_degraded', { store: 'risk', why: 'decisions cannot be stored' }),
        );
      }
      const intent = this.intentOf(submission);
      const view = this.view(intent);
      const verdict = review(intent, view, this.checks);
      const code = verdict.ok ? 'approved' : verdict.refusal.code;
      const seconds = (this.ports.clock.monotonicMs() - startedMs) / 1_000;
      this.ports.metrics.checkSeconds.observe({}, seconds, span.context.traceparent);
      span.set('argosy.verdict', code);
      this.remember(submission, verdict.ok ? { approved: verdict.intent } : { refused: verdict.refusal });
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

  /**
   * The same request again gets the first answer: a refusal from here, an approval from execution, which knows the
   * order or finds the approval too old. Nothing new is approved, but a flood of repeats is a flood.
   */
  private again({ submission, answer }: Earlier, context: MessageContext): Result<OrderAccepted, Refusal> | undefined {
    const nowMs = this.ports.clock.monotonicMs();
    this.strategyRate.add(submission.strategyId, nowMs);
    this.fleetRate.add('fleet', nowMs);
    if ('refused' in answer) return refused(answer.refused);
    this.place(answer.approved, context);
    return undefined;
  }

  private refuse(intent: OrderSubmission, no: Refusal): Result<OrderAccepted, Refusal> {
    this.ports.metrics.violations.add({ code: no.code });
    this.violations.set(no.code, (this.violations.get(no.code) ?? 0n) + 1n);
    this.ports.logger.info('order_refused', {
      request: intent.orderRequestId,
      strategy: intent.strategyId,
      code: no.code,
      ...no.details,
    });
    return refused(no);
  }

  private forward(intent: Approved<OrderIntent>, context: MessageContext): Result<OrderAccepted, Refusal> | undefined {
    // Claimed before it is sent: the next order is judged as if this one were open.
    this.exposure.claim(intent);
    this.approvals.set(intent.orderRequestId, intent);
    try {
      this.place(intent, context);
    } catch (error) {
      if (!(error instanceof Fault) || error.policy.reached === 'maybe') throw error;
      this.exposure.release(intent.orderRequestId);
      this.approvals.delete(intent.orderRequestId);
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

  private view(intent: OrderIntent): RiskView {
    const { settings, market, exposure } = this;
    const { limits } = settings;
    const nowMs = this.ports.clock.monotonicMs();
    const instrumentLimits = limits.instruments.get(intent.instrumentId);
    const priceOf = (id: InstrumentId): Price | undefined => market.valuation(id);
    const before = exposure.totals(intent.accountKind, priceOf);
    const after = exposure.totals(intent.accountKind, priceOf, intent);
    const own = exposure.ownQuotes(intent.instrumentId);
    return {
      trading: this.control.view(),
      limits,
      instrumentLimits,
      strategyLimits: this.limitsOf.get(intent.strategyId),
      instrument: market.instrument(intent.instrumentId),
      account: this.accountView(intent),
      book: market.book(intent.instrumentId),
      references: market.references(intent.instrumentId, instrumentLimits),
      worst: exposure.worst(intent.accountId, intent.instrumentId, intent),
      strategyWorst: exposure.strategyWorst(intent),
      gross: { before: before?.gross, after: after?.gross },
      net: { before: before?.net, after: after?.net },
      openOrders: exposure.openOrders,
      strategyOrdersInWindow: this.strategyRate.add(intent.strategyId, nowMs),
      fleetOrdersInWindow: this.fleetRate.add('fleet', nowMs),
      repeatsInWindow: this.repeats.add(repeatKey(intent), nowMs),
      ownBid: own.bid,
      ownAsk: own.ask,
      earlier: this.earlier.get(intent.orderRequestId)?.submission,
    };
  }

  private accountView(intent: OrderIntent): RiskView['account'] {
    const { accountId } = intent;
    const account = this.settings.accounts.get(accountId);
    if (account === undefined) return undefined;
    const seen = this.follower.observation(accountId);
    return {
      kind: account.kind,
      venue: account.venue,
      equity: seen?.value.equity,
      equityAgeMs: seen?.ageMs ?? Number.POSITIVE_INFINITY,
      marginUsed: seen?.value.marginUsed ?? (0n as Amount),
      gross: this.exposure.accountWorst(accountId, (id, quantity) => this.worth(id, quantity, intent), intent),
      marginWorst: this.exposure.accountWorst(accountId, (id, quantity) => this.marginOf(id, quantity, intent), intent),
      ready: this.follower.isReady(accountId),
    };
  }

  private worth(id: InstrumentId, quantity: Quantity, intent: OrderIntent): Amount | undefined {
    const price = this.market.valuation(id) ?? (id === intent.instrumentId ? intent.limitPrice : undefined);
    return price === undefined ? undefined : notional(price, quantity, 'up');
  }

  private marginOf(id: InstrumentId, quantity: Quantity, intent: OrderIntent): Amount | undefined {
    const value = this.worth(id, quantity, intent);
    const leverage = this.market.instrument(id)?.maxLeverage;
    return value === undefined || leverage === undefined ? undefined : ((value / BigInt(leverage)) as Amount);
  }

  private remember(submission: OrderSubmission, answer: Earlier['answer']): void {
    if (this.earlier.has(submission.orderRequestId)) return;
    this.earlier.set(submission.orderRequestId, { submission, answer });
    if (this.earlier.size <= EARLIER_KEPT) return;
    const [oldest] = this.earlier.keys();
    if (oldest !== undefined) this.earlier.delete(oldest);
  }

  /** Execution has spoken of the order: from now on its facts keep the claim. */
  private settle(request: OrderRequestId | undefined): void {
    if (request !== undefined) this.approvals.delete(request);
  }

  /** After a snapshot: what was approved and is not listed yet may still be on its way. */
  private claimApproved(account: AccountId): void {
    for (const intent of this.approvals.values()) {
      if (intent.accountId === account && !this.exposure.has(intent.orderRequestId)) this.exposure.claim(intent);
    }
  }

  /** An approval past its end, of which execution has said nothing, is asked about; only its word frees the claim. */
  private async askAboutSilentApprovals(): Promise<void> {
    const end = this.ports.clock.now() - msToNs(this.settings.approvalGraceMs);
    const silent = [...this.approvals.values()].filter((intent) => intent.approvalExpiresAt < end);
    for (const account of new Set(silent.map((intent) => intent.accountId))) {
      const snapshot = await this.follower.askExposure(account);
      // While facts are missing one of them may be about the order: filled, and not counted in the position yet.
      if (snapshot === undefined || !this.follower.hasAll(account, snapshot.sequence)) continue;
      const listed = new Set(snapshot.openOrders.map((order) => order.orderRequestId));
      for (const intent of silent) {
        if (intent.accountId !== account || !this.approvals.delete(intent.orderRequestId)) continue;
        if (!listed.has(intent.orderRequestId)) this.exposure.release(intent.orderRequestId);
        this.ports.logger.warning('approval_unheard_of', {
          request: intent.orderRequestId,
          listed: listed.has(intent.orderRequestId),
        });
      }
    }
  }

  private async readInstruments(): Promise<void> {
    try {
      const answer = await this.ports.bus.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: '' },
        { timeoutMs: 2_000 },
      );
      if (answer.ok && answer.value.length > 0) {
        for (const instrument of answer.value) this.market.sawInstrument(instrument);
        return;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    this.ports.timers.after(INSTRUMENT_RETRY_MS, () => void this.readInstruments());
  }

  async setStrategyLimits(message: SetStrategyLimits): Promise<Result<Record<string, never>, Refusal>> {
    const parsed = parseStrategyLimits(message);
    if (!parsed.ok) return parsed;
    const { strategy, limits } = parsed.value;
    try {
      await this.ports.store.setStrategyLimits(strategy, limits);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.limitsOf = new Map([...this.limitsOf, [strategy, limits]]);
    return ok({});
  }

  /** RK-8. */
  summary(): RiskSummary {
    const { limits } = this.settings;
    const totals = this.exposure.totals('live', (id) => this.market.valuation(id));
    const money = this.money();
    const uses: LimitUse[] = [
      use(
        'max_gross_exposure_usd',
        format(limits.maxGrossExposureUsd),
        totals === undefined ? '' : format(totals.gross),
      ),
      use('max_net_exposure_usd', format(limits.maxNetExposureUsd), totals === undefined ? '' : format(totals.net)),
      use('max_order_value_usd', format(limits.maxOrderValueUsd), ''),
      use('max_open_orders', String(limits.maxOpenOrders), String(this.exposure.openOrders)),
      use('price_collar_bps', String(limits.priceCollarBps), ''),
      ...[...limits.instruments].map(([instrument, { maxPositionUsd }]) => ({
        name: 'max_position_usd',
        scope: instrument,
        limit: format(maxPositionUsd),
        used: this.positionUse(instrument),
      })),
    ];
    const gross = totals?.gross;
    const leverage =
      gross === undefined || money.equity === undefined || money.equity <= 0n
        ? undefined
        : ratio<Amount>(gross, money.equity, 'up');
    const marginRatio =
      money.equity === undefined || money.marginUsed === 0n
        ? undefined
        : ratio<Amount>(money.equity, money.marginUsed as Amount, 'down');
    this.report(gross, marginRatio, money.drawdown);
    return {
      limits: uses,
      equityUsd: text(money.equity),
      grossExposureUsd: text(gross),
      netExposureUsd: text(totals?.net),
      leverage: text(leverage),
      marginRatio: text(marginRatio),
      violations: Object.fromEntries<bigint>(this.violations),
      openOrders: this.exposure.openOrders,
      inDoubtOrders: this.exposure.inDoubt,
      drawdown: text(money.drawdown),
      valueAtRiskUsd: '',
      accounts: [],
      stuckOrders: [],
      stuckPositions: [],
      overrides: [],
      stoppedStrategies: [],
      mode: 'full',
      causes: [],
      circuitBreakerTripped: false,
    };
  }

  private report(gross: Amount | undefined, marginRatio: Amount | undefined, drawdown: Amount | undefined): void {
    const { metrics } = this.ports;
    if (gross !== undefined) metrics.totalExposure.set({}, toApproximateNumber(gross));
    if (marginRatio !== undefined) metrics.marginRatio.set({}, toApproximateNumber(marginRatio));
    if (drawdown !== undefined) metrics.currentDrawdown.set({}, toApproximateNumber(drawdown));
  }

  private money(): {
    readonly equity: Amount | undefined;
    readonly marginUsed: bigint;
    readonly drawdown: Amount | undefined;
  } {
    let equity: bigint | undefined;
    let marginUsed = 0n;
    for (const [account, { kind }] of this.settings.accounts) {
      const seen = kind === 'live' ? this.follower.observation(account) : undefined;
      if (seen === undefined) continue;
      equity = (equity ?? 0n) + seen.value.equity;
      marginUsed += seen.value.marginUsed;
    }
    if (equity === undefined) return { equity, marginUsed, drawdown: undefined };
    const now = equity as Amount;
    if (this.highestEquity === undefined || now > this.highestEquity) this.highestEquity = now;
    const drawdown =
      this.highestEquity <= 0n
        ? undefined
        : ratio<Amount>((this.highestEquity - now) as Amount, this.highestEquity, 'up');
    return { equity: now, marginUsed, drawdown };
  }

  private positionUse(instrument: InstrumentId): string {
    const price = this.market.valuation(instrument);
    if (price === undefined) return '';
    let used = 0n;
    for (const account of this.settings.accounts.keys()) {
      const { long, short } = this.exposure.worst(account, instrument);
      const larger: Quantity = long > short ? long : short;
      used += notional(price, larger, 'up');
    }
    return format(used as Amount);
  }
}

interface Earlier {
  readonly submission: OrderSubmission;
  readonly answer: { readonly approved: Approved<OrderIntent> } | { readonly refused: Refusal };
}

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

const text = (value: Amount | undefined): string => (value === undefined ? '' : format(value));
const use = (name: string, limit: string, used: string): LimitUse => ({ name, scope: 'fleet', limit, used });
const repeatKey = (intent: OrderIntent): string =>
  [intent.strategyId, intent.instrumentId, intent.side, intent.quantity, intent.limitPrice, intent.timeInForce].join(
    '|',
  );
