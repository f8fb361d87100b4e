import { accountEventCodec, type AccountEvent, type TradingState } from '@argosy/contracts';
import {
  type AccountId,
  accountId,
  type Approved,
  approve,
  type Fault,
  type Fill,
  fillId,
  FULL_MODE,
  type Order,
  type OrderIntent,
  type OrderRequestId,
  orderRequestId,
  parseAmount,
  type Result,
  type Refusal,
  timeNs,
  msToNs,
} from '@argosy/domain';
import type { JournalBatch, OrderJournal } from '@argosy/execution-core';
// eslint-disable-next-line @nx/enforce-module-boundaries -- the memory twin stands beside the real store, under its contract.
import { MemoryOrderJournal } from '@argosy/execution-store';
import { type LogData, Logger, type LogLevel, SilentMetrics, SilentTracer } from '@argosy/platform-port';
import {
  A_MOMENT,
  aFill,
  anIntent,
  GrantedLeadership,
  InMemoryBroker,
  InMemoryBus,
  InMemoryDisk,
  ManualTime,
  settled,
} from '@argosy/testing';
import type { VenueOrderReport } from '@argosy/venue-port';
import { AccountTrader } from '../account-trader.js';
import { ApprovalVerifier } from '../approval-verifier.port.js';
import { ExecutionMetrics } from '../execution.metrics.js';
import { ExecutionService } from '../execution.service.js';
import type { ExecutionSettings } from '../execution-settings.js';
import { TradingGate } from '../trading-gate.js';
import { ScriptedVenue } from './scripted-venue.js';

export const SETTINGS: ExecutionSettings = {
  fleetNumber: 1,
  requestValidityMs: 1_000,
  reportsFolder: 'reports',
  dailyLossBackstop: parseAmount('0.03'),
  rateLimitFactor: 1,
  haltStateLimitMs: 3_000,
  doubt: { visibilityLagMs: 2_000, queryIntervalMs: 500, escalateAfterMs: 30_000 },
  sweepIntervalMs: 5_000,
  sweepOverlapMs: 60_000,
  observeIntervalMs: 2_000,
  journalQueueLimit: 100,
  finishedOrdersKept: 10,
};

/** A journal that can be made to hang, to fail, or to lose its answer. */
export class FaultyJournal extends MemoryOrderJournal {
  fault: Fault | undefined;
  hold: Promise<void> | undefined;
  /** No latch is ever answered. */
  hangs = false;
  writes = 0;

  override async write(batch: JournalBatch): Promise<void> {
    this.writes += 1;
    await this.hold;
    this.check();
    return super.write(batch);
  }
  override async latchKill(latch: Parameters<OrderJournal['latchKill']>[0]): ReturnType<OrderJournal['latchKill']> {
    if (this.hangs) await new Promise(() => undefined);
    this.check();
    return super.latchKill(latch);
  }
  override async events(...asked: Parameters<OrderJournal['events']>): ReturnType<OrderJournal['events']> {
    this.check();
    return super.events(...asked);
  }

  private check(): void {
    if (this.fault !== undefined) throw this.fault;
  }
}

export class RecordingLogger extends Logger {
  readonly lines: (readonly [LogLevel, string, LogData])[] = [];
  override log(level: LogLevel, eventType: string, data: LogData = {}): void {
    this.lines.push([level, eventType, data]);
  }
  override child(): Logger {
    return this;
  }
  count(eventType: string): number {
    return this.lines.filter(([, type]) => type === eventType).length;
  }
}

class OneKey extends ApprovalVerifier {
  override verify(_intent: OrderIntent, mac: Uint8Array): boolean {
    return mac[0] === 1;
  }
}

export const MAIN: AccountId = accountId('main');

/** Execution with one account on virtual parts; `restart` is a new process on the same journal, broker and venue. */
export class FleetOfOne {
  readonly time: ManualTime;
  readonly journal: FaultyJournal;
  readonly broker: InMemoryBroker;
  readonly logger = new RecordingLogger();
  readonly disk = new InMemoryDisk();
  venue: ScriptedVenue;
  bus: InMemoryBus;
  gate!: TradingGate;
  trader!: AccountTrader;
  service!: ExecutionService;
  leadership!: GrantedLeadership;
  /** Shared by all processes on this journal: an epoch is granted once. */
  readonly epochs: { last: number };
  readonly lost: string[] = [];
  /** The key of the next process. */
  signer = '0xaa';

  /** `beside`: a second process of the same fleet, on the same journal, broker and clock. */
  constructor(
    private readonly settings: Partial<ExecutionSettings> = {},
    beside?: FleetOfOne,
  ) {
    this.time = beside?.time ?? new ManualTime();
    this.journal = beside?.journal ?? new FaultyJournal();
    this.broker = beside?.broker ?? new InMemoryBroker(this.time.clock, this.time.timers);
    this.epochs = beside?.epochs ?? { last: 0 };
    this.bus = new InMemoryBus(this.broker, 'execution');
    this.venue = new ScriptedVenue(this.time.clock);
    this.assemble();
  }

  /** Everything but leading. */
  async standBy(): Promise<this> {
    const warmed = this.service.warm();
    await settled();
    await warmed;
    return this;
  }

  /** The lease is this process's from now on. */
  async takeOver(): Promise<this> {
    await this.leadership.acquire();
    const started = this.service.start();
    await settled();
    await started;
    this.enable();
    return this;
  }

  private assemble(): void {
    const { clock, timers } = this.time;
    const settings = { ...SETTINGS, ...this.settings };
    this.gate = new TradingGate(clock, settings.haltStateLimitMs);
    const account = { accountId: MAIN, venue: 'hyperliquid', kind: 'live', number: 7, signer: this.signer } as const;
    this.leadership = new GrantedLeadership(() => (this.epochs.last += 1));
    const { leadership } = this;
    const metrics = new ExecutionMetrics(new SilentMetrics());
    const { disk } = this;
    const shared = { disk, clock, timers, journal: this.journal, bus: this.bus, logger: this.logger, metrics };
    const { venue } = this;
    const ports = { ...shared, venue, leadership, verifier: new OneKey(), tracer: new SilentTracer() };
    this.trader = new AccountTrader(account, settings, ports, this.gate, (reason) => {
      leadership.lose({ kind: 'newer_epoch', reason });
      this.lost.push(reason);
    });
    this.service = new ExecutionService(
      [this.trader],
      this.gate,
      leadership,
      this.journal,
      clock,
      timers,
      this.logger,
      {
        version: '0',
        pid: 1,
        memoryBytes: () => 1,
        cpuMs: () => 0,
        conditions: () => [],
        leadership: () => {
          const lease = leadership.current();
          return { role: lease === undefined ? 'standby' : 'primary', epoch: lease?.epoch ?? 0 };
        },
      },
    );
  }

  async start(): Promise<this> {
    await this.startOnly();
    this.enable();
    return this;
  }

  async startOnly(): Promise<void> {
    const started = this.service.warm().then(async () => {
      await this.leadership.acquire();
      await this.service.start();
    });
    await settled();
    await started;
  }

  /** The process is gone with everything that was only in memory. */
  async restart(): Promise<this> {
    this.crash();
    return this.start();
  }

  crash(): void {
    const { listed, fills, status, state, transfers } = this.venue;
    this.venue.handlers = undefined;
    this.venue = Object.assign(new ScriptedVenue(this.time.clock), {
      listed,
      fills,
      status,
      state,
      transfers,
    });
    this.bus.disconnect();
    this.bus = new InMemoryBus(this.broker, 'execution');
    this.assemble();
  }

  enable(changes: Partial<TradingState> = {}): void {
    this.service.tradingStated({
      version: 2n,
      tradingEnabled: true,
      newSignalsEnabled: true,
      mode: FULL_MODE,
      accounts: new Map(),
      statedAt: this.time.clock.now(),
      riskEpoch: 1,
      ...changes,
    });
  }

  /** Lets time pass with risk's word renewed each second. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 1_000) {
      await this.time.advanceAsync(Math.min(left, 1_000));
      this.enable();
    }
  }

  intent(request: string, changes: Partial<OrderIntent> = {}): Approved<OrderIntent> {
    const approvalExpiresAt = timeNs(this.time.clock.now() + msToNs(1_000));
    return approve(anIntent({ orderRequestId: orderRequestId(request), approvalExpiresAt, ...changes }));
  }

  place(request: string, changes: Partial<OrderIntent> = {}, mac = 1): ReturnType<ExecutionService['place']> {
    const message = { intent: this.intent(request, changes), mac: new Uint8Array([mac]) };
    return this.service.place(message, { subject: 'place', redeliveries: 0 });
  }

  /** Places and waits until everything that follows at once has happened. */
  async placed(request: string, changes: Partial<OrderIntent> = {}): Promise<Order> {
    const answer = await this.place(request, changes);
    await settled();
    if (!answer.ok) throw new Error(`${request} was refused: ${answer.refusal.code}`);
    return this.order(request);
  }

  order(request: string): Order {
    const found = this.find(orderRequestId(request));
    if (found === undefined) throw new Error(`no order of ${request}`);
    return found;
  }

  private find(request: OrderRequestId): Order | undefined {
    const { trader } = this;
    const last = this.events().findLast(
      ({ fact }) => fact.kind === 'order_changed' && fact.order.orderRequestId === request,
    );
    const id = last?.fact.kind === 'order_changed' ? last.fact.order.clientOrderId : undefined;
    return id === undefined ? trader.open().find((order) => order.orderRequestId === request) : trader.order(id);
  }

  /** What reached the stream, once each, in the order of publishing. */
  events(): readonly AccountEvent[] {
    const messages = this.broker.streams.get('ACCOUNT_EVENTS')?.messages ?? [];
    return messages.map(({ bytes }) => accountEventCodec.decode(bytes));
  }

  /** The venue reports an order of ours. */
  report(order: Order, changes: Partial<VenueOrderReport>): VenueOrderReport {
    return {
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId ?? this.venue.lastId(),
      instrumentId: order.instrumentId,
      side: order.side,
      limitPrice: order.limitPrice,
      quantity: order.quantity,
      remaining: order.quantity,
      status: 'working',
      reason: 'open',
      reduceOnly: order.reduceOnly,
      venueTimeNs: this.time.clock.now(),
      ...changes,
    };
  }

  fillOf(order: Order, id: string, quantity: Fill['quantity'], changes: Partial<Fill> = {}): Fill {
    return aFill({
      fillId: fillId(id),
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId ?? this.venue.lastId(),
      side: order.side,
      quantity,
      venueTimeNs: timeNs(A_MOMENT + 1_000_000n),
      ...changes,
    });
  }
}

export const codeOf = (answer: Result<unknown, Refusal>): string => (answer.ok ? 'ok' : answer.refusal.code);
