import {
  type Book,
  type ClientOrderId,
  type Clock,
  type Instrument,
  type InstrumentId,
  type Price,
  type Timer,
  type Timers,
  type TradingMode,
  type Refusal,
  refusal,
} from '@argosy/domain';
import type { Leadership, Logger, MessageBus, Span, TraceContext, Tracer } from '@argosy/platform-port';
import {
  type RawParameters,
  type RunSpec,
  type StrategyAction,
  type StrategyEvent,
  thrownBy,
} from '@argosy/strategy-api';
import { actionsOf, type ActionView } from './action-shape.js';
import {
  BATCH_MAX,
  type HostSettings,
  TIMER_MS,
  type TradingAccount,
  WAITING_FACTS_MAX,
  WAITING_TRADES_MAX,
} from './host-settings.js';
import { type Letter, Mailbox } from './mailbox.js';
import { type Cause, OrderDesk } from './order-desk.js';
import { RateLimit } from './rate-limit.js';
import type { RunLog } from './run-log.js';
import type { BatchAnswer, RunHandle, StrategyRunner } from './runner.port.js';
import type { StrategyHostMetrics } from './strategy-host.metrics.js';
import type { AccountMode } from './trading-watch.js';

export interface SessionPorts {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly runner: StrategyRunner;
  readonly metrics: StrategyHostMetrics;
  /** Absent where nobody else could lead: simulation and specs. */
  readonly leadership?: Leadership;
}

export interface SessionPlan {
  readonly spec: RunSpec;
  readonly account: TradingAccount;
  readonly configVersion: string;
  readonly log: RunLog | undefined;
  /** It threw, hung, flooded or made no sense; it has been ended already. */
  readonly onFailed: (reason: string) => void;
}

export interface SessionCounts {
  submitted: number;
  refused: number;
  fills: number;
}

/** A timer this much later than asked for means that this process itself was held up, not the strategy. */
const OWN_DELAY_MS = 200;
/** Own orders remembered, so that a cancel of one that has just ended is no foreign cancel. */
const OWN_ORDERS_MAX = 20_000;

/**
 * One run of one strategy: feeds it in batches, each when the last is answered, carries out what it asks for, and ends it
 * when it hangs, floods or makes no sense. It refuses to share anything with another run.
 */
export class StrategySession {
  readonly counts: SessionCounts = { submitted: 0, refused: 0, fills: 0 };
  readonly desk: OrderDesk;
  vitals: Readonly<Record<string, string>> = {};
  private readonly mailbox = new Mailbox({ tradesMax: WAITING_TRADES_MAX });
  private readonly rate: RateLimit;
  /** Orders only: a cancel is never held back. */
  private readonly budget: RateLimit;
  private readonly instruments = new Map<InstrumentId, Instrument>();
  private readonly mids = new Map<InstrumentId, Price>();
  private readonly ownOrders = new Set<ClientOrderId>();
  private readonly view: ActionView;
  private readonly run: RunHandle;
  private readonly ticking: Timer;
  /** Fed, and not yet answered or not yet carried out. */
  private batch: readonly Letter[] = [];
  private isBusy = false;
  private batchSentMs = 0;
  private deadline: Timer | undefined;
  private newParameters: RawParameters | undefined;
  private configVersion: string;
  private hasAnswered = false;
  private isFlushing = false;
  private isStopping = false;
  private isOver = false;
  private whenStopped: (() => void) | undefined;
  private conflatedTold = 0;
  private mode: TradingMode | undefined;

  constructor(
    private readonly plan: SessionPlan,
    private readonly settings: HostSettings,
    private readonly ports: SessionPorts,
  ) {
    const { spec, account } = plan;
    this.configVersion = plan.configVersion;
    this.rate = new RateLimit(settings.actionsPerSecondMax);
    this.budget = new RateLimit(settings.ordersPerSecondMax);
    const sender = { strategyId: spec.strategyId, account, strategyVersion: `${spec.type}@${spec.version}` };
    this.desk = new OrderDesk(sender, ports.bus, ports.logger, settings.orderTimeoutMs);
    this.view = {
      instrument: (id) => this.instruments.get(id),
      venue: account.venue,
      requestPrefix: `${spec.strategyId}-${spec.run}-`,
      isOwnOrder: (id) => this.ownOrders.has(id),
    };
    this.run = ports.runner.start(spec, {
      answered: (answer) => this.answered(answer),
      failed: (reason) => this.fail(reason),
    });
    this.ticking = ports.timers.every(TIMER_MS, () => this.offer({ kind: 'timer', at: ports.clock.now() }));
  }

  /** An event for the strategy, with the trace of what caused it. The first is `started`. */
  offer(event: StrategyEvent, trace?: TraceContext): void {
    if (this.isOver || (this.isStopping && event.kind !== 'stopping')) return;
    this.learn(event);
    this.mailbox.put({ event, trace });
    if (this.mailbox.waitingFacts > WAITING_FACTS_MAX) return this.fail('does not keep up with its own orders');
    this.flush();
  }

  /** What its account may do from now on; told when it changes. */
  tradingMode({ mode, reason }: AccountMode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.offer({ kind: 'trading', at: this.ports.clock.now(), mode, reason });
  }

  /** From the next batch on. */
  reconfigure(parameters: RawParameters, configVersion: string): void {
    this.newParameters = parameters;
    this.configVersion = configVersion;
    this.flush();
  }

  /** Lets the strategy cancel a last time; resolves when it has answered, failed, or not answered in time. */
  async stop(reason: string): Promise<void> {
    if (this.isOver) return;
    const stopped = new Promise<void>((resolve) => {
      this.whenStopped = resolve;
    });
    this.isStopping = true;
    this.offer({ kind: 'stopping', at: this.ports.clock.now(), reason });
    await stopped;
    this.end(reason);
  }

  /** At once: nothing more is fed or heard. */
  end(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.ticking.cancel();
    this.deadline?.cancel();
    this.run.end();
    // Fed and never answered: the first thing somebody who looks for the cause wants to see.
    for (const { event } of this.batch) this.plan.log?.event(event, undefined);
    this.plan.log?.end(reason);
    this.whenStopped?.();
  }

  private fail(reason: string): void {
    if (this.isOver) return;
    this.ports.metrics.failures.add({ strategy: this.plan.spec.strategyId });
    this.end(reason);
    this.plan.onFailed(reason);
  }

  private learn(event: StrategyEvent): void {
    if (event.kind === 'order') this.own(event.order.clientOrderId);
    if (event.kind === 'started') for (const { clientOrderId } of event.openOrders) this.own(clientOrderId);
    if (event.kind === 'fill') this.counts.fills += 1;
  }

  private own(id: ClientOrderId): void {
    this.ownOrders.add(id);
    if (this.ownOrders.size <= OWN_ORDERS_MAX) return;
    const [oldest] = this.ownOrders;
    if (oldest !== undefined) this.ownOrders.delete(oldest);
  }

  /** Sends batch after batch as long as the strategy answers at once. */
  private flush(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    try {
      while (!this.isOver && !this.isBusy && !(this.mailbox.isEmpty && this.newParameters === undefined))
        this.feedOne();
    } finally {
      this.isFlushing = false;
    }
  }

  private feedOne(): void {
    if (this.newParameters !== undefined) {
      this.plan.log?.parameters(this.newParameters, this.configVersion);
      this.run.reconfigure(this.newParameters);
      this.newParameters = undefined;
    }
    const batch = this.mailbox.take(BATCH_MAX);
    if (batch.length === 0 || this.isOver) return;
    for (const { event } of batch) this.remember(event);
    this.batch = batch;
    this.isBusy = true;
    this.batchSentMs = this.ports.clock.monotonicMs();
    this.watch(this.hasAnswered ? this.settings.answerDeadlineMs : this.settings.startDeadlineMs);
    this.run.feed(batch.map(({ event }) => event));
  }

  /** What the strategy knows once it has been fed this. */
  private remember(event: StrategyEvent): void {
    if (event.kind === 'started') for (const one of event.instruments) this.instruments.set(one.id, one);
    if (event.kind === 'instrument' && this.instruments.has(event.instrument.id))
      this.instruments.set(event.instrument.id, event.instrument);
    if (event.kind === 'book') this.rememberMid(event.book);
  }

  private rememberMid({ instrumentId, bids, asks }: Book): void {
    const [bid] = bids;
    const [ask] = asks;
    if (bid === undefined || ask === undefined) this.mids.delete(instrumentId);
    else this.mids.set(instrumentId, ((bid.price + ask.price) / 2n) as Price);
  }

  private watch(deadlineMs: number): void {
    this.deadline = this.ports.timers.after(deadlineMs, () => {
      const lateMs = this.ports.clock.monotonicMs() - this.batchSentMs - deadlineMs;
      // Its answer may stand in our own queue behind this timer.
      if (lateMs > OWN_DELAY_MS) return this.watchAgain(deadlineMs);
      this.fail(`did not answer within ${String(deadlineMs)} ms`);
    });
  }

  private watchAgain(deadlineMs: number): void {
    this.batchSentMs = this.ports.clock.monotonicMs();
    this.watch(deadlineMs);
  }

  private answered({ returned, vitals }: BatchAnswer): void {
    if (this.isOver) return;
    const { batch } = this;
    this.deadline?.cancel();
    this.hasAnswered = true;
    this.measure(batch.length);
    this.vitals = vitals;
    if (!Array.isArray(returned) || returned.length !== batch.length)
      return this.fail(`answered ${String(batch.length)} events with something else`);
    if (!this.tookAll(returned)) return;
    this.isBusy = false;
    if (this.isStopping && batch.at(-1)?.event.kind === 'stopping') return this.whenStopped?.();
    this.flush();
  }

  /** False when one of the answers ended the run. */
  private tookAll(returned: readonly unknown[]): boolean {
    for (const answer of returned) {
      const [letter] = this.batch;
      if (letter !== undefined) this.takeOne(letter, answer);
      if (this.isOver) return false;
    }
    return true;
  }

  private measure(events: number): void {
    const { metrics, clock } = this.ports;
    const strategy = this.plan.spec.strategyId;
    metrics.loopSeconds.observe({ strategy }, (clock.monotonicMs() - this.batchSentMs) / 1_000);
    metrics.events.add({ strategy }, events);
    const conflated = this.mailbox.conflated - this.conflatedTold;
    if (conflated > 0) metrics.conflated.add({ strategy }, conflated);
    this.conflatedTold = this.mailbox.conflated;
  }

  private takeOne(letter: Letter, returned: unknown): void {
    let actions: readonly StrategyAction[];
    try {
      actions = actionsOf(returned, this.view);
    } catch (error) {
      // A getter of the strategy's own may throw anything here.
      return this.fail(error instanceof Error && error.name === 'NonsenseAction' ? error.message : thrownBy(error));
    }
    this.plan.log?.event(letter.event, actions);
    this.batch = this.batch.slice(1);
    if (actions.length > 0) this.carryOut(actions, letter);
  }

  private carryOut(actions: readonly StrategyAction[], letter: Letter): void {
    const { clock, tracer } = this.ports;
    if (!this.rate.allows(actions.length, clock.monotonicMs()))
      return this.fail(`more than ${String(this.settings.actionsPerSecondMax)} actions in a second`);
    if (this.desk.outstanding + actions.length > this.settings.outstandingMax)
      return this.fail(`more than ${String(this.settings.outstandingMax)} requests without an answer`);
    const span = tracer.start('strategy.signal', {
      parent: letter.trace,
      attributes: { strategy: this.plan.spec.strategyId, event: letter.event.kind, actions: actions.length },
    });
    for (const action of actions) this.carryOutOne(action, letter, span);
    span.end();
  }

  private carryOutOne(action: StrategyAction, letter: Letter, span: Span): void {
    const trace = span.context.traceparent === '' ? letter.trace : span.context;
    // Requests run beside the feeding; a fault is an outcome of theirs, so one that rejects is our own bug and ends us.
    if (action.kind === 'cancel') return void this.cancel(action, trace);
    if (letter.event.kind === 'stopping') {
      this.ports.logger.warning('order_after_stop', {
        strategy: this.plan.spec.strategyId,
        request: action.orderRequestId,
      });
      return;
    }
    const why = this.whyNot();
    if (why !== undefined) return this.refuse(action, why);
    span.set('signal', action.signal);
    const cause: Cause = {
      trace,
      tickReceivedAt: letter.event.kind === 'book' ? letter.event.book.receivedTimeNs : undefined,
      arrivalMid: this.mids.get(action.instrumentId),
      instrumentVersion: this.instruments.get(action.instrumentId)?.version ?? 0,
    };
    void this.submit(action, cause);
  }

  /** What the host itself refuses: orders beyond the budget, and every order of one who may no longer lead. */
  private whyNot(): Refusal | undefined {
    const { clock, leadership } = this.ports;
    const nowMs = clock.monotonicMs();
    if (leadership !== undefined && nowMs >= (leadership.current()?.deadlineMonotonicMs ?? 0))
      return refusal('not_leader', { service: 'strategy-host' });
    if (this.budget.allows(1, nowMs)) return undefined;
    return refusal('order_rate_above_limit', { limit: String(this.settings.ordersPerSecondMax), window: '1 s' });
  }

  private refuse({ orderRequestId }: Extract<StrategyAction, { kind: 'submit' }>, why: Refusal): void {
    this.counts.refused += 1;
    this.ports.metrics.ordersRefused.add({ strategy: this.plan.spec.strategyId });
    this.offer({ kind: 'refused', at: this.ports.clock.now(), orderRequestId, refusal: why });
  }

  private async submit(action: Extract<StrategyAction, { kind: 'submit' }>, cause: Cause): Promise<void> {
    const { metrics, clock } = this.ports;
    const strategy = this.plan.spec.strategyId;
    const { orderRequestId } = action;
    const sentMs = clock.monotonicMs();
    this.counts.submitted += 1;
    metrics.ordersSubmitted.add({ strategy });
    const outcome = await this.desk.submit(action, cause, this.configVersion);
    if (outcome.kind !== 'unanswered')
      metrics.answerSeconds.observe({ strategy }, (clock.monotonicMs() - sentMs) / 1_000, cause.trace?.traceparent);
    switch (outcome.kind) {
      case 'accepted':
        return this.own(outcome.clientOrderId);
      case 'refused':
        this.counts.refused += 1;
        metrics.ordersRefused.add({ strategy });
        return this.offer({ kind: 'refused', at: clock.now(), orderRequestId, refusal: outcome.refusal });
      case 'unanswered':
        metrics.ordersUnanswered.add({ strategy });
        return this.offer({ kind: 'unanswered', at: clock.now(), orderRequestId });
    }
  }

  private async cancel(
    { clientOrderId, signal }: Extract<StrategyAction, { kind: 'cancel' }>,
    trace: TraceContext | undefined,
  ): Promise<void> {
    const answer = await this.desk.cancel(clientOrderId, signal, trace);
    // Final already: the fact of its end is on its way or was told.
    if (answer?.ok === false && answer.refusal.code !== 'order_final')
      this.ports.logger.warning('cancel_refused', { order: clientOrderId, code: answer.refusal.code });
  }
}
