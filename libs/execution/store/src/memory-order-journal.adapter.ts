import {
  type AccountId,
  type Amount,
  type ClientOrderId,
  type Fill,
  Fault,
  type FundingPayment,
  type InstrumentId,
  InvariantViolation,
  isFinal,
  type Order,
  signOf,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import {
  type BackstopDay,
  type IntentRecord,
  type JournalAccount,
  type JournalAnchor,
  type JournalBatch,
  type JournalEvent,
  type JournalPresent,
  type JournalState,
  type KillLatch,
  type KillLift,
  isRepeat,
  type OrderFilter,
  OrderJournal,
  RequestsPlacedBefore,
  type SigningAccount,
} from '@argosy/execution-core';

interface Account {
  readonly about: JournalAccount;
  epoch: number;
  anchoredAt: TimeNs | undefined;
  published: bigint;
  readonly opening: Map<InstrumentId, Amount>;
  readonly intents: Map<ClientOrderId, IntentRecord>;
  readonly fills: Map<string, Fill>;
  readonly fundings: Map<string, FundingPayment>;
  /** In the order of their sequence. */
  readonly events: JournalEvent[];
}

/** The twin of the Postgres journal for tests and simulation, under the same contract suite. */
export class MemoryOrderJournal extends OrderJournal {
  private readonly accounts = new Map<AccountId, Account>();
  private readonly allOrders = new Map<ClientOrderId, Order>();
  private latch: KillLatch | undefined;
  private readonly lossDays = new Map<AccountId, BackstopDay>();

  override claimEpoch(about: JournalAccount, epoch: number, _at: TimeNs): Promise<void> {
    const known = this.accounts.get(about.accountId);
    if (known === undefined) {
      this.accounts.set(about.accountId, emptyAccount(about, epoch));
      return Promise.resolve();
    }
    if (known.about.venue !== about.venue || known.about.kind !== about.kind) {
      return Promise.reject(new InvariantViolation(`account ${about.accountId} is another one in the journal`));
    }
    if (known.epoch >= epoch) return Promise.reject(stale({ accountId: about.accountId, epoch }));
    known.epoch = epoch;
    return Promise.resolve();
  }

  override epoch(id: AccountId): Promise<number> {
    return Promise.resolve(this.accounts.get(id)?.epoch ?? 0);
  }

  override present({ accountId: id, signer }: SigningAccount): Promise<JournalPresent> {
    const account = this.accounts.get(id);
    if (account === undefined) return Promise.reject(new InvariantViolation(`account ${id} has no epoch yet`));
    return Promise.resolve(this.presentOf(account, signer));
  }

  override load({ accountId: id, signer }: SigningAccount): Promise<JournalState> {
    const account = this.accounts.get(id);
    if (account === undefined) return Promise.reject(new InvariantViolation(`account ${id} has no epoch yet`));
    const orders = this.ordersOf(account).filter((order) => !order.external && !isRepeat(order));
    return Promise.resolve({
      ...this.presentOf(account, signer),
      requests: new Map(orders.map((order) => [order.orderRequestId, order.clientOrderId])),
      positions: positionsOf(account),
      recentFills: fillsOf(account).map(({ fillId, venueTimeNs }) => ({ fillId, venueTimeNs })),
      fillsFloor: account.anchoredAt ?? timeNs(0n),
      recentFundings: new Set(account.fundings.keys()),
    });
  }

  private ordersOf({ about }: Account): readonly Order[] {
    return [...this.allOrders.values()].filter((order) => order.accountId === about.accountId);
  }

  private presentOf(account: Account, signer: string): JournalPresent {
    const openOrders = this.ordersOf(account).filter((order) => !isFinal(order.state));
    const intents = [...account.intents.values()].filter((intent) => intent.signer === signer);
    return {
      openOrders,
      requestMarks: new Map(
        openOrders.flatMap(({ clientOrderId }) => {
          const intent = account.intents.get(clientOrderId);
          if (intent === undefined) return [];
          const { expiresAt, nonce, signer: signedBy } = intent;
          return [[clientOrderId, { expiresAt, nonce, signer: signedBy }] as const];
        }),
      ),
      lastSequence: account.events.at(-1)?.sequence ?? 0n,
      lastNonce: intents.reduce((highest, { nonce }) => (nonce > highest ? nonce : highest), 0n),
      lastFillAt: fillsOf(account).at(-1)?.venueTimeNs ?? account.anchoredAt,
      lastFundingAt: [...account.fundings.values()].at(-1)?.venueTimeNs ?? account.anchoredAt,
      anchoredAt: account.anchoredAt,
      publishedSequence: account.published,
    };
  }

  override write(batch: JournalBatch): Promise<void> {
    const account = this.accounts.get(batch.accountId);
    if (account?.epoch !== batch.epoch) return Promise.reject(stale(batch));
    const conflict = this.conflictOf(batch, account);
    if (conflict !== undefined) return Promise.reject(conflict);
    for (const intent of batch.intents) account.intents.set(intent.clientOrderId, intent);
    for (const order of batch.orders) this.allOrders.set(order.clientOrderId, order);
    for (const event of batch.events) {
      const at = placeOf(account.events, event.sequence);
      if (account.events[at]?.sequence !== event.sequence) account.events.splice(at, 0, event);
    }
    for (const fill of batch.fills) if (!account.fills.has(fill.fillId)) account.fills.set(fill.fillId, fill);
    for (const payment of batch.fundings)
      if (!account.fundings.has(payment.paymentId)) account.fundings.set(payment.paymentId, payment);
    return Promise.resolve();
  }

  /** What the database's unique keys refuse: a nonce or a request id used for two intents (I-07). */
  private conflictOf(batch: JournalBatch, account: Account): Error | undefined {
    const firsts = new Map<ClientOrderId, ClientOrderId>();
    for (const { clientOrderId, nonce, signer, intent } of batch.intents) {
      for (const other of account.intents.values()) {
        if (other.clientOrderId === clientOrderId) continue;
        if (other.intent.orderRequestId === intent.orderRequestId) firsts.set(clientOrderId, other.clientOrderId);
        else if (other.signer === signer && other.nonce === nonce)
          return new InvariantViolation(`nonce ${String(nonce)} is used twice`);
      }
    }
    return firsts.size === 0 ? undefined : new RequestsPlacedBefore(firsts);
  }

  override anchor({ accountId, epoch, at, positions }: JournalAnchor): Promise<void> {
    const account = this.accounts.get(accountId);
    if (account?.epoch !== epoch || account.anchoredAt !== undefined)
      return Promise.reject(stale({ accountId, epoch }));
    account.anchoredAt = at;
    for (const [instrument, quantity] of positions) account.opening.set(instrument, quantity);
    return Promise.resolve();
  }

  override events(id: AccountId, from: bigint, limit: number): Promise<readonly JournalEvent[]> {
    const events = this.accounts.get(id)?.events ?? [];
    const at = placeOf(events, from);
    return Promise.resolve(events.slice(at, at + limit));
  }

  override markPublished(id: AccountId, sequence: bigint): Promise<void> {
    const account = this.accounts.get(id);
    if (account !== undefined && sequence > account.published) account.published = sequence;
    return Promise.resolve();
  }

  override orders(filter: OrderFilter): Promise<readonly Order[]> {
    const fits = (order: Order): boolean =>
      (filter.accountId === undefined || order.accountId === filter.accountId) &&
      (filter.venue === undefined || order.venue === filter.venue) &&
      (filter.strategyId === undefined || order.strategyId === filter.strategyId) &&
      (filter.instrumentId === undefined || order.instrumentId === filter.instrumentId) &&
      (filter.status === 'any' || (filter.status === 'final') === isFinal(order.state));
    const found = [...this.allOrders.values()].filter(fits).sort((a, b) => Number(b.createdAt - a.createdAt));
    return Promise.resolve(found.slice(0, filter.limit));
  }

  override order(id: ClientOrderId): Promise<Order | undefined> {
    return Promise.resolve(this.allOrders.get(id));
  }

  override lossDay(id: AccountId): Promise<BackstopDay | undefined> {
    return Promise.resolve(this.lossDays.get(id));
  }

  override keepLossDay(id: AccountId, day: BackstopDay): Promise<void> {
    const known = this.lossDays.get(id);
    if (known === undefined || known.last.at <= day.last.at) this.lossDays.set(id, day);
    return Promise.resolve();
  }

  override killLatch(): Promise<KillLatch | undefined> {
    return Promise.resolve(this.latch);
  }

  override latchKill(latch: KillLatch): Promise<KillLatch> {
    this.latch ??= latch;
    return Promise.resolve(this.latch);
  }

  override liftKill({ accountIds, epoch }: KillLift): Promise<void> {
    const deposed = accountIds.find((account) => this.accounts.get(account)?.epoch !== epoch);
    if (deposed !== undefined) return Promise.reject(stale({ accountId: deposed, epoch }));
    this.latch = undefined;
    return Promise.resolve();
  }
}

const emptyAccount = (about: JournalAccount, epoch: number): Account => ({
  about,
  epoch,
  anchoredAt: undefined,
  published: 0n,
  opening: new Map(),
  intents: new Map(),
  fills: new Map(),
  fundings: new Map(),
  events: [],
});

/** Where `sequence` is, or would be: followers read the newest few of many, again and again. */
function placeOf(events: readonly JournalEvent[], sequence: bigint): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = events[middle]?.sequence ?? sequence;
    if (there < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Oldest first. */
const fillsOf = (account: Account): readonly Fill[] =>
  [...account.fills.values()].sort((a, b) => Number(a.venueTimeNs - b.venueTimeNs));

const stale = ({ accountId, epoch }: { readonly accountId: AccountId; readonly epoch: number }): Fault =>
  new Fault('STALE_EPOCH', `account ${accountId}: epoch ${String(epoch)} is no longer current`);

function positionsOf(account: Account): ReadonlyMap<InstrumentId, Amount> {
  const positions = new Map<InstrumentId, Amount>(account.opening);
  for (const { instrumentId, side, quantity } of account.fills.values()) {
    positions.set(instrumentId, ((positions.get(instrumentId) ?? 0n) + signOf(side) * quantity) as Amount);
  }
  return positions;
}
