import {
  accountEventCodec,
  type AccountEvent,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  type AccountFact,
  approvalText,
  cancelAllOrdersCodec,
  emptyCodec,
  exposurePageCodec,
  exposureRequestCodec,
  killCodec,
  patterns,
  type PlaceOrderMessage,
  placeOrderCodec,
  type OrderSubmission,
  type Position,
  positionsPageCodec,
  positionsRequestCodec,
  type RiskAlert,
  riskAlertCodec,
  stopStrategyCodec,
  subjects,
} from '@argosy/contracts';
import {
  accountId,
  type Amount,
  type Codec,
  type Fault,
  ok,
  type Order,
  type OrderIntent,
  orderRequestId,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Refusal,
  type Result,
  timeNs,
} from '@argosy/domain';
import {
  type Logger,
  type MessageContext,
  type ProcessFacts,
  SilentLogger,
  SilentMetrics,
  SilentTracer,
} from '@argosy/platform-port';
import type { RiskLimits } from '@argosy/risk-core';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the memory twin stands beside the real store, under its contract.
import { MemoryRiskStore } from '@argosy/risk-store';
import {
  A_MOMENT,
  aBook,
  anInstrument,
  anIntent,
  anOrder,
  GrantedLeadership,
  InMemoryBroker,
  InMemoryBus,
  ManualTime,
  settled,
} from '@argosy/testing';
import { ApprovalSigner } from '../approval-signer.port.js';
import { RiskMetrics } from '../risk.metrics.js';
import { RiskService } from '../risk.service.js';
import type { RiskSettings } from '../risk-settings.js';
import { TradingControl } from '../trading-control.js';

export const MAIN = accountId('main');
const INSTRUMENT = anInstrument();
const usd = parseAmount;

const LIMITS: RiskLimits = {
  maxOrderValueUsd: usd('100000'),
  maxGrossExposureUsd: usd('100000'),
  maxNetExposureUsd: usd('100000'),
  maxLeverage: usd('10'),
  maxMarginUse: usd('1'),
  maxOpenOrders: 100,
  priceCollarBps: 500,
  referenceAgeMsMax: 60_000,
  bookAgeMsMax: 60_000,
  equityAgeMsMax: 60_000,
  strategyOrdersPerWindow: 100,
  fleetOrdersPerWindow: 100,
  rateWindowMs: 1_000,
  repeatsPerWindow: 100,
  repeatWindowMs: 1_000,
  loss: {
    hourlyWarning: usd('0.003'),
    hourlyKill: usd('0.005'),
    dailyWarning: usd('0.01'),
    dailyKill: usd('0.02'),
    drawdownWarning: usd('0.02'),
    drawdownReduceOnly: usd('0.05'),
    drawdownSecondWarning: usd('0.07'),
    drawdownKill: usd('0.1'),
  },
  varIntervalMs: 60_000,
  varReturnsMin: 20,
  varReturnsMax: 500,
  runaway: {
    submissionsPerSecond: 100,
    refusalsPerWindow: 100,
    repeatsPerWindow: 100,
    flipsPerWindow: 10,
    windowMs: 10_000,
  },
  stuckOrderAfterMs: 30_000,
  stuckRestingAfterMs: 86_400_000,
  stuckPositionAfterMs: 86_400_000,
  instruments: new Map([
    [
      INSTRUMENT.id,
      { maxOrderQuantity: parseQuantity('10'), maxPositionUsd: usd('100000'), referenceInstrument: INSTRUMENT.id },
    ],
  ]),
};

/** A store that can be away, or slow with one answer. */
export class FaultyStore extends MemoryRiskStore {
  fault: Fault | undefined;
  hold: Promise<void> | undefined;

  private async gate<T>(work: () => Promise<T>): Promise<T> {
    await this.hold;
    if (this.fault !== undefined) throw this.fault;
    return work();
  }
  override tradingState(): ReturnType<MemoryRiskStore['tradingState']> {
    return this.gate(() => super.tradingState());
  }
  override configure(...given: Parameters<MemoryRiskStore['configure']>): ReturnType<MemoryRiskStore['configure']> {
    return this.gate(() => super.configure(...given));
  }
  override kill(...given: Parameters<MemoryRiskStore['kill']>): ReturnType<MemoryRiskStore['kill']> {
    return this.gate(() => super.kill(...given));
  }
  override resume(...given: Parameters<MemoryRiskStore['resume']>): ReturnType<MemoryRiskStore['resume']> {
    return this.gate(() => super.resume(...given));
  }
  override saveLosses(...given: Parameters<MemoryRiskStore['saveLosses']>): Promise<void> {
    return this.gate(() => super.saveLosses(...given));
  }
  override setStrategyLimits(...given: Parameters<MemoryRiskStore['setStrategyLimits']>): Promise<void> {
    return this.gate(() => super.setStrategyLimits(...given));
  }
  override setOverride(...given: Parameters<MemoryRiskStore['setOverride']>): Promise<void> {
    return this.gate(() => super.setOverride(...given));
  }
  override stopStrategy(...given: Parameters<MemoryRiskStore['stopStrategy']>): Promise<void> {
    return this.gate(() => super.stopStrategy(...given));
  }
  override recordDecisions(...given: Parameters<MemoryRiskStore['recordDecisions']>): Promise<void> {
    return this.gate(() => super.recordDecisions(...given));
  }
}

/** A MAC that anybody can make, over the text that the real one is made over. */
export const fakeMac = (intent: OrderIntent): Uint8Array => new TextEncoder().encode(`mac:${approvalText(intent)}`);
class FakeSigner extends ApprovalSigner {
  override sign(intent: OrderIntent): Uint8Array {
    return fakeMac(intent);
  }
}

const FACTS: ProcessFacts = { version: '0', pid: 1, memoryBytes: () => 1, conditions: () => [] };

/** Risk between a strategy and an execution that says what the spec wants. */
export class RiskFixture {
  readonly leadership: GrantedLeadership;
  readonly time = new ManualTime();
  readonly bus = new InMemoryBus(new InMemoryBroker(this.time.clock, this.time.timers), 'risk');
  readonly world = this.bus.peer('execution');
  readonly control: TradingControl;
  readonly service: RiskService;
  readonly placed: { readonly message: PlaceOrderMessage; readonly context: MessageContext }[] = [];
  /** What execution's journal holds, what its account looks like. */
  readonly journal: AccountEvent[] = [];
  openOrders: readonly Order[] = [];
  position = 0n as Amount;
  sequence: bigint | undefined;
  epoch = 1;
  answering = true;
  /** Who answers for the account, when it is not who leads it. */
  snapshotEpoch: number | undefined;
  snapshots = 0;
  refills = 0;

  /** What risk told others to do by itself, in words. */
  readonly told: string[] = [];
  readonly alerts: RiskAlert[] = [];
  /** What the ledger says is held; undefined: it does not answer. */
  ledger: readonly Position[] | undefined;

  constructor(
    settings: Partial<RiskSettings> = {},
    limits: Partial<RiskLimits> = {},
    /** Given to a second one, it is a restart. */
    readonly store = new FaultyStore(),
  ) {
    const { clock, timers } = this.time;
    const logger: Logger = new SilentLogger();
    this.leadership = new GrantedLeadership(async () => (await this.store.epoch()) + 1, 'risk-1');
    this.control = new TradingControl(this.store, this.bus, clock, timers, logger);
    this.service = new RiskService(
      {
        limits: { ...LIMITS, ...limits },
        accounts: new Map([[MAIN, { venue: 'hyperliquid', kind: 'live' }]]),
        approvalValidityMs: 1_000,
        approvalGraceMs: 1_000,
        decisionQueueLimit: 50,
        ...settings,
      },
      {
        ...{ bus: this.bus, store: this.store, signer: new FakeSigner(), clock, timers, logger, facts: FACTS },
        leadership: this.leadership,
        tracer: new SilentTracer(),
        metrics: new RiskMetrics(new SilentMetrics()),
      },
      this.control,
    );
    this.execution();
    this.others();
  }

  private execution(): void {
    const answer = { queueLimit: 100 };
    this.world.subscribe(patterns.everyPlacement, placeOrderCodec, answer, (message, context) => {
      this.placed.push({ message, context });
    });
    this.world.subscribe(subjects.orderExposure, exposureRequestCodec, answer, (_ask, { replyTo }) => {
      if (!this.answering || replyTo === undefined) return;
      this.snapshots += 1;
      this.world.reply(replyTo, exposurePageCodec, ok([this.exposure()]));
    });
    this.world.subscribe(subjects.orderEvents, accountEventsRequestCodec, answer, ({ fromSequence }, { replyTo }) => {
      if (!this.answering || replyTo === undefined) return;
      this.refills += 1;
      const events = this.journal.filter(({ sequence }) => sequence >= fromSequence);
      this.world.reply(replyTo, accountEventsPageCodec, ok({ events, lastSequence: BigInt(this.journal.length) }));
    });
  }

  private others(): void {
    const hear = <T>(subject: string, codec: Codec<T>, words: (message: T) => string): void => {
      this.world.subscribe(subject, codec, { queueLimit: 100 }, (message, { replyTo }) => {
        if (!this.answering || replyTo === undefined) return;
        this.told.push(words(message));
        this.world.reply(replyTo, emptyCodec, ok({}));
      });
    };
    hear(subjects.strategyStop, stopStrategyCodec, ({ strategyId, cancelOrders, force }) =>
      ['stop', strategyId || 'all', cancelOrders ? 'cancelling' : '', force ? 'by force' : ''].join(' '),
    );
    hear(subjects.orderCancelAll('all'), cancelAllOrdersCodec, ({ strategyId }) => `cancel ${strategyId}`);
    hear(subjects.tradingKill('execution'), killCodec, ({ actor }) => `kill by ${actor}`);
    this.world.subscribe(subjects.ledgerPositions, positionsRequestCodec, { queueLimit: 10 }, (_ask, { replyTo }) => {
      if (this.ledger === undefined || replyTo === undefined) return;
      this.world.reply(replyTo, positionsPageCodec, ok({ positions: [...this.ledger] }));
    });
    this.world.subscribe(
      subjects.riskAlert,
      riskAlertCodec,
      { queueLimit: 100 },
      (alert) => void this.alerts.push(alert),
    );
  }

  /** The venue's word on the account, `seconds` after the first; `unstated`: without its transfers. */
  async observe(equity: string, seconds: number, netTransfers = '0'): Promise<void> {
    await this.fact({
      kind: 'observed',
      observation: {
        ...this.exposure().observed,
        equity: usd(equity),
        ...(netTransfers === 'unstated' ? {} : { netTransfers: usd(netTransfers) }),
        venueTimeNs: timeNs(A_MOMENT + BigInt(seconds) * 1_000_000_000n),
      },
    });
  }

  private exposure() {
    return {
      accountId: MAIN,
      venue: 'hyperliquid',
      sequence: this.sequence ?? BigInt(this.journal.length),
      openOrders: this.openOrders,
      observed: {
        accountKind: 'live',
        equity: usd('100000'),
        cash: usd('100000'),
        rawCash: usd('100000'),
        marginUsed: 0n as Amount,
        asset: 'USDC',
        positions: [{ instrumentId: INSTRUMENT.id, quantity: this.position }],
        venueTimeNs: A_MOMENT,
        reconciled: true,
      },
      ready: true,
      epoch: this.snapshotEpoch ?? this.epoch,
    } as const;
  }

  async start(): Promise<this> {
    await this.service.start();
    await settled();
    this.seeMarket();
    await this.service.setStrategyLimits({
      strategyId: 'maker-1',
      maxPositionUsd: '1000000',
      maxOrderSizeUsd: '1000000',
    });
    await this.control.configure({ actor: 'ann', reason: 'go', tradingEnabled: true, newSignalsEnabled: undefined });
    return this;
  }

  seeMarket(): void {
    const { market } = this.service;
    market.sawInstrument(INSTRUMENT);
    market.sawBook(aBook());
    const price = parsePrice('60000');
    market.sawState({ instrumentId: INSTRUMENT.id, oraclePrice: price, markPrice: price } as never);
  }

  submission(request: string, changes: Partial<OrderSubmission> = {}): OrderSubmission {
    const { accountKind: _kind, riskEpoch: _epoch, approvalExpiresAt: _expiry, ...rest } = anIntent();
    return { ...rest, orderRequestId: orderRequestId(request), ...changes };
  }

  submit(
    request: string,
    changes: Partial<OrderSubmission> = {},
    replyTo = 'inbox',
  ): Result<unknown, Refusal> | undefined {
    return this.service.submit(this.submission(request, changes), { subject: 's', redeliveries: 0, replyTo });
  }

  /** `undefined` reads as approved here. */
  verdict(request: string, changes: Partial<OrderSubmission> = {}): string {
    const answer = this.submit(request, changes);
    return answer === undefined ? 'approved' : answer.ok ? 'answered' : answer.refusal.code;
  }

  /** Execution's next fact; `lost` keeps it from being heard. */
  async fact(fact: AccountFact, { lost = false } = {}): Promise<void> {
    const sequence = BigInt(this.journal.length + 1);
    const event: AccountEvent = {
      eventId: `main-${String(this.epoch)}-${String(sequence)}`,
      accountId: MAIN,
      venue: 'hyperliquid',
      sequence,
      epoch: this.epoch,
      occurredAt: A_MOMENT,
      traceparent: '',
      fact,
    };
    this.journal.push(event);
    if (lost) return;
    const subject = subjects.accountFact(fact.kind, 'hyperliquid', MAIN, 'maker-1');
    await this.world.publishDurable(subject, accountEventCodec, event, { eventId: event.eventId });
    await settled();
  }

  changed(request: string, state: Order['state'], changes: Partial<Order> = {}): AccountFact {
    const order = anOrder({ orderRequestId: orderRequestId(request), state, ...changes });
    return { kind: 'order_changed', order, event: 'venue_accepted', fromState: 'sent' };
  }
}
