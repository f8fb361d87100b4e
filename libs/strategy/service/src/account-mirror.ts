import {
  type AccountEvent,
  accountEventCodec,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  type AccountExposure,
  exposurePageCodec,
  exposureRequestCodec,
  patterns,
  subjects,
} from '@argosy/contracts';
import {
  type AccountId,
  type Amount,
  type ClientOrderId,
  countsInExposure,
  Fault,
  type InstrumentId,
  signOf,
  type Order,
  type StrategyId,
  type Timer,
  type Timers,
  type VenuePosition,
} from '@argosy/domain';
import { type Logger, type MessageBus, SequenceGuard, type Subscription } from '@argosy/platform-port';
import type { StrategyHolding, StrategyStore } from '@argosy/strategy-api';

const PAGE = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
const RETRY_MS = 500;
const CHECKPOINT_MS = 10_000;
const FACT_QUEUE_LIMIT = 100_000;
/** Facts remembered for those whose view of the account is a moment old. */
const RECENT_MAX = 2_000;

interface Followed {
  /** Undefined once everything is known up to the newest fact heard of. */
  waitingFor: string | undefined;
  refilling: Promise<void> | undefined;
  retry: Timer | undefined;
  /** By strategy, then by instrument: signed base units. */
  readonly holdings: Map<StrategyId, Map<InstrumentId, bigint>>;
  isRestored: boolean;
  /** The newest orders as they were told, oldest first. */
  readonly recent: { readonly sequence: bigint; readonly order: Order | undefined }[];
  storedSequence: bigint;
}

export interface MirrorPorts {
  readonly bus: MessageBus;
  readonly store: StrategyStore;
  readonly timers: Timers;
  readonly logger: Logger;
}

/**
 * What each strategy holds, by execution's own facts: every fact of every account once and in order, gaps refilled by
 * asking, and a checkpoint in the store so that a restart does not have to read a whole life. A strategy's holding is the
 * sum of its own fills, exact at one sequence; what others do on the account is not its.
 */
export class AccountMirror {
  private readonly guard: SequenceGuard;
  private readonly accounts = new Map<AccountId, Followed>();
  private timers: Timer[] = [];
  private subscription: Subscription | undefined;
  private isStopped = false;

  constructor(
    accounts: readonly AccountId[],
    private readonly ports: MirrorPorts,
    private readonly onFact: (event: AccountEvent) => void,
  ) {
    this.guard = new SequenceGuard(accounts.length);
    for (const account of accounts) {
      this.accounts.set(account, {
        waitingFor: 'the facts of the account',
        refilling: undefined,
        retry: undefined,
        holdings: new Map(),
        isRestored: false,
        recent: [],
        storedSequence: 0n,
      });
    }
  }

  /** Restores the checkpoints; the accounts become current on their own. Faults: STORE_UNAVAILABLE. */
  async start(): Promise<void> {
    const { bus, timers, store } = this.ports;
    for (const [account, followed] of this.accounts) {
      const checkpoint = await store.checkpoint(account);
      this.guard.resume(account, checkpoint?.sequence ?? 0n);
      followed.storedSequence = checkpoint?.sequence ?? 0n;
      for (const { strategyId, instrumentId, quantity } of checkpoint?.holdings ?? [])
        holdingsOf(followed, strategyId).set(instrumentId, quantity);
      followed.isRestored = true;
    }
    this.subscription = bus.subscribe(
      patterns.everyAccountFact,
      accountEventCodec,
      // A dropped fact is a gap, and gaps are refilled.
      {
        queueLimit: FACT_QUEUE_LIMIT,
        onOverflow: (subject) => this.ports.logger.warning('facts_overflow', { subject }),
      },
      (event) => this.take(event),
    );
    bus.onReconnect(() => this.refillAll());
    this.timers = [timers.every(CHECKPOINT_MS, () => void this.saveCheckpoints())];
    this.refillAll();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.subscription?.close();
    for (const timer of this.timers) timer.cancel();
    for (const { retry } of this.accounts.values()) retry?.cancel();
    await this.saveCheckpoints();
  }

  /** Why an account's facts are not all known, or undefined. */
  waitingFor(account: AccountId): string | undefined {
    const followed = this.accounts.get(account);
    return followed === undefined ? `no such account: ${account}` : followed.waitingFor;
  }

  /** What the strategy holds there now, flat positions left out. */
  holdings(account: AccountId, strategy: StrategyId): readonly VenuePosition[] {
    const held = this.accounts.get(account)?.holdings.get(strategy) ?? new Map<InstrumentId, bigint>();
    return [...held]
      .filter(([, quantity]) => quantity !== 0n)
      .map(([instrumentId, quantity]) => ({ instrumentId, quantity: quantity as Amount }));
  }

  /** Execution's own view of the account, once this mirror has caught up with it; undefined while it does not answer. */
  async snapshot(account: AccountId): Promise<AccountExposure | undefined> {
    try {
      const ask = { accountId: account };
      const timeoutMs = REQUEST_TIMEOUT_MS;
      const answer = await this.ports.bus.request(
        subjects.orderExposure,
        exposureRequestCodec,
        exposurePageCodec,
        ask,
        {
          timeoutMs,
        },
      );
      const exposure = answer.ok ? answer.value[0] : undefined;
      if (exposure === undefined) return undefined;
      if (this.guard.last(account) < exposure.sequence) await this.refill(account);
      return this.guard.last(account) >= exposure.sequence ? exposure : undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return undefined;
    }
  }

  /**
   * The open orders of an account now: as execution saw them, and what has been heard since. Undefined when more has
   * happened since than is remembered.
   */
  ordersNow({ accountId, sequence, openOrders }: AccountExposure): readonly Order[] | undefined {
    const recent = this.accounts.get(accountId)?.recent ?? [];
    const since = recent.filter((one) => one.sequence > sequence);
    if (BigInt(since.length) !== this.guard.last(accountId) - sequence) return undefined;
    const orders = new Map<ClientOrderId, Order>(openOrders.map((order) => [order.clientOrderId, order]));
    for (const { order } of since) if (order !== undefined) orders.set(order.clientOrderId, order);
    return [...orders.values()].filter(({ state }) => countsInExposure(state));
  }

  private take(event: AccountEvent): void {
    const followed = this.accounts.get(event.accountId);
    if (followed?.isRestored !== true || this.isStopped) return;
    const place = this.guard.offer(event.accountId, event.sequence);
    if (place.kind === 'in_order') this.apply(event, followed);
    // The event itself comes back with the refill: execution's journal has it, or it would not have been told.
    else if (place.kind === 'gap') void this.refill(event.accountId);
  }

  private apply(event: AccountEvent, followed: Followed): void {
    if (event.fact.kind === 'order_filled') {
      const { strategyId, instrumentId, side, quantity } = event.fact.fill;
      if (strategyId !== undefined) {
        const held = holdingsOf(followed, strategyId);
        held.set(instrumentId, (held.get(instrumentId) ?? 0n) + signOf(side) * quantity);
      }
    }
    const { fact } = event;
    followed.recent.push({ sequence: event.sequence, order: 'order' in fact ? fact.order : undefined });
    if (followed.recent.length > RECENT_MAX) followed.recent.shift();
    this.onFact(event);
  }

  private refillAll(): void {
    for (const account of this.accounts.keys()) void this.refill(account);
  }

  /** One at a time an account; resolves when it has ended, well or not. */
  private refill(account: AccountId): Promise<void> {
    const followed = this.accounts.get(account);
    if (followed === undefined || this.isStopped) return Promise.resolve();
    followed.refilling ??= this.refillOnce(account, followed).finally(() => {
      followed.refilling = undefined;
    });
    return followed.refilling;
  }

  private async refillOnce(account: AccountId, followed: Followed): Promise<void> {
    followed.retry?.cancel();
    const trouble = await this.readAll(account, followed);
    if (this.isStopped) return;
    if (trouble === undefined) {
      if (followed.waitingFor !== undefined)
        this.ports.logger.info('account_followed', { account, sequence: String(this.guard.last(account)) });
      followed.waitingFor = undefined;
      return;
    }
    followed.waitingFor = trouble;
    followed.retry = this.ports.timers.after(RETRY_MS, () => void this.refill(account));
  }

  /** Undefined when everything execution has is known here; else why not. */
  private async readAll(account: AccountId, followed: Followed): Promise<string | undefined> {
    try {
      for (;;) {
        const before = this.guard.last(account);
        const answer = await this.ports.bus.request(
          subjects.orderEvents,
          accountEventsRequestCodec,
          accountEventsPageCodec,
          { accountId: account, fromSequence: before + 1n, limit: PAGE },
          { timeoutMs: REQUEST_TIMEOUT_MS },
        );
        if (!answer.ok) return `execution: ${answer.refusal.code}`;
        const { events, lastSequence } = answer.value;
        for (const event of events)
          if (this.guard.offer(account, event.sequence).kind === 'in_order') this.apply(event, followed);
        const now = this.guard.last(account);
        if (now >= lastSequence)
          return lastSequence < before ? this.wentBack(account, lastSequence, before) : undefined;
        if (now === before) return `execution has not stored its facts after ${String(now)} yet`;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return `execution does not answer: ${error.message}`;
    }
  }

  /** A restored backup, or another store: what is known here is of another history, and nobody may trade on it. */
  private wentBack(account: AccountId, theirs: bigint, ours: bigint): string {
    this.ports.logger.critical('account_history_differs', { account, theirs: String(theirs), ours: String(ours) });
    return `execution's facts end at ${String(theirs)}, ours at ${String(ours)}: another history`;
  }

  private async saveCheckpoints(): Promise<void> {
    for (const [account, followed] of this.accounts) {
      const sequence = this.guard.last(account);
      if (!followed.isRestored || sequence <= followed.storedSequence) continue;
      try {
        await this.ports.store.saveCheckpoint({ accountId: account, sequence, holdings: allHoldings(followed) });
        followed.storedSequence = sequence;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.ports.logger.warning('checkpoint_failed', { account, reason: error.message });
      }
    }
  }
}

function holdingsOf(followed: Followed, strategy: StrategyId): Map<InstrumentId, bigint> {
  const held = followed.holdings.get(strategy) ?? new Map<InstrumentId, bigint>();
  followed.holdings.set(strategy, held);
  return held;
}

const allHoldings = ({ holdings }: Followed): readonly StrategyHolding[] =>
  [...holdings].flatMap(([strategyId, held]) =>
    [...held]
      .filter(([, quantity]) => quantity !== 0n)
      .map(([instrumentId, quantity]) => ({ strategyId, instrumentId, quantity: quantity as Amount })),
  );
