import { type AccountId, type AccountKind, type Amount, Fault, type TimeNs, type Venue } from '@argosy/domain';
import { type ChainHead, positionsFromBalances, type StrategyPosition } from './booking-state.js';
import { describeChainBreak, GENESIS, sameBytes, truncation, verifyChain } from './chain.js';
import { type LedgerAccount, ledgerAccountKey } from './chart.js';
import { checkBehind, checkBookingRequest } from './check-booking-request.js';
import type { Digest } from './digest.port.js';
import type { Entry } from './entry.js';
import type { LedgerFact } from './fact.js';
import { problemsOfBalances } from './integrity-problems.js';
import { describeLedgerRefusal } from './ledger-refusal.js';
import {
  type AccountTotal,
  type BookingReceipt,
  type BookingRequest,
  type DayTotal,
  type HeldPosition,
  type IntegrityCheck,
  type IntegrityResult,
  type LedgerAccountBooks,
  type LedgerBreak,
  LedgerStore,
  type TradeFilter,
} from './ledger-store.port.js';
import { dayOf } from './pnl.js';
import { prepareBooking } from './prepare-booking.js';

interface Book {
  readonly accountKind: AccountKind;
  readonly venue: Venue;
  head: ChainHead;
  factsSequence: bigint;
  positions: ReadonlyMap<string, StrategyPosition>;
  readonly entries: Entry[];
  postings: number;
  readonly byExternalId: Map<string, Entry>;
  readonly balances: Map<string, AccountTotal>;
  readonly days: Map<string, DayTotal>;
  readonly breaks: LedgerBreak[];
  readonly anchors: ChainHead[];
  /** How far the chain was proven. */
  checkpoint: ChainHead;
}

/** What several stores in memory write into, as several processes write into one database. */
export class MemoryLedgerBooks {
  /** The newest epoch that was claimed. */
  epoch = 0;
  readonly books = new Map<AccountId, Book>();
}

/**
 * The twin of the store in Postgres, for simulation and specs: the same rules, nothing survives the process. A primary and
 * its standby have a store each, over the same books.
 */
export class MemoryLedgerStore extends LedgerStore {
  private readonly books: Map<AccountId, Book>;
  private epoch = 0;

  constructor(
    private readonly digest: Digest,
    private readonly shared = new MemoryLedgerBooks(),
  ) {
    super();
    this.books = shared.books;
  }

  override async claimEpoch(epoch: number): Promise<void> {
    if (epoch < this.shared.epoch) throw stale(epoch);
    this.shared.epoch = epoch;
    this.epoch = epoch;
  }

  override async book(request: BookingRequest): Promise<BookingReceipt> {
    checkBookingRequest(request);
    this.requireEpoch();
    const { accountId, facts, bookedAtNs } = request;
    const book = this.bookOf(request);
    checkBehind(request, book.factsSequence);
    const bySequence = correctedEntries(facts, book.entries);
    const state = { accountId, head: book.head, positions: book.positions };
    const prepared = prepareBooking(
      this.digest,
      state,
      facts,
      { byExternalId: book.byExternalId, bySequence, suspended: suspendedEntries(facts, book) },
      bookedAtNs,
    );
    for (const entry of prepared.entries) post(book, entry);
    book.head = prepared.head;
    book.positions = new Map([...book.positions, ...prepared.moved]);
    book.factsSequence = request.factsSequence > book.factsSequence ? request.factsSequence : book.factsSequence;
    for (const { externalId, refusal } of prepared.refused) {
      const found = {
        accountId,
        externalId,
        code: refusal.code,
        description: describeLedgerRefusal(refusal),
        foundAtNs: bookedAtNs,
      };
      if (!book.breaks.some((known) => sameBreak(known, found))) book.breaks.push(found);
    }
    return { booked: prepared.entries, repeated: prepared.repeated, refused: prepared.refused };
  }

  override async accounts(): Promise<readonly LedgerAccountBooks[]> {
    return [...this.books].map(([accountId, { accountKind, venue, head, factsSequence }]) => ({
      accountId,
      accountKind,
      venue,
      head,
      factsSequence,
    }));
  }

  override async entries(accountId: AccountId, afterSequence: bigint, limit: number): Promise<readonly Entry[]> {
    // Entry n stands at index n - 1.
    return this.books.get(accountId)?.entries.slice(Number(afterSequence), Number(afterSequence) + limit) ?? [];
  }

  override async trades(filter: TradeFilter): Promise<readonly Entry[]> {
    return [...this.books.values()]
      .flatMap(({ entries }) => entries.filter((entry) => isWanted(entry, filter)))
      .sort(newestFirst)
      .slice(0, filter.limit);
  }

  override async positions(accountId?: AccountId): Promise<readonly HeldPosition[]> {
    return this.some(accountId).flatMap(([id, { positions }]) =>
      [...positions.values()].sort(byOwner).map((position) => ({ ...position, accountId: id })),
    );
  }

  override async balances(accountId?: AccountId): Promise<readonly AccountTotal[]> {
    return this.some(accountId).flatMap(([, { balances }]) => [...balances.values()]);
  }

  override async dayTotals(fromDay: number, toDay: number): Promise<readonly DayTotal[]> {
    return this.some().flatMap(([, { days }]) =>
      [...days.values()].filter(({ day }) => day >= fromDay && day <= toDay),
    );
  }

  override async breaks(limit: number): Promise<readonly LedgerBreak[]> {
    return this.some()
      .flatMap(([, { breaks }]) => breaks)
      .slice(-limit)
      .reverse();
  }

  override async anchor(): Promise<void> {
    if (this.books.size > 0) this.requireEpoch();
    for (const [, { anchors, head }] of this.some()) {
      if (head.sequence > (anchors.at(-1)?.sequence ?? 0n)) anchors.push(head);
    }
  }

  override async checkIntegrity({ scope, checkpointAtNs }: IntegrityCheck = FULL): Promise<IntegrityResult> {
    const isFull = scope === 'full';
    const chains = this.some().flatMap(([accountId, book]) =>
      this.chainProblems(accountId, book, isFull ? GENESIS : book.checkpoint),
    );
    const sums = problemsOfBalances(await this.balances());
    const projections = this.some().flatMap(([accountId, book]) => positionProblems(accountId, book));
    const problems = [...chains, ...sums.problems, ...projections];
    if (problems.length === 0 && checkpointAtNs !== undefined) {
      for (const book of this.books.values()) book.checkpoint = book.head;
    }
    const books = [...this.books.values()];
    return {
      problems,
      postings: BigInt(books.reduce((count, book) => count + book.postings, 0)),
      entries: BigInt(books.reduce((count, { entries }) => count + entries.length, 0)),
      trialBalance: sums.trialBalance,
      chainValid: chains.length === 0,
    };
  }

  private requireEpoch(): void {
    if (this.epoch !== this.shared.epoch) throw stale(this.epoch);
  }

  private chainProblems(accountId: AccountId, { entries, head, anchors }: Book, from: ChainHead): string[] {
    const verdict = verifyChain(this.digest, from, entries.slice(Number(from.sequence)));
    if (!verdict.ok) return [describeChainBreak(accountId, verdict.broken)];
    const cut = truncation(head, verdict.head);
    const lost = anchors.filter(({ sequence, hash }) => {
      const entry = entries[Number(sequence) - 1];
      return entry === undefined || !sameBytes(entry.hash, hash);
    });
    return [
      ...(cut === undefined ? [] : [describeChainBreak(accountId, cut)]),
      ...lost.map(({ sequence }) => `anchor of ${accountId} at entry ${String(sequence)} is not in its chain`),
    ];
  }

  private some(accountId?: AccountId): [AccountId, Book][] {
    return [...this.books].filter(([id]) => accountId === undefined || id === accountId);
  }

  private bookOf({ accountId, accountKind, venue }: BookingRequest): Book {
    const book = this.books.get(accountId) ?? {
      accountKind,
      venue,
      head: GENESIS,
      factsSequence: 0n,
      positions: new Map(),
      entries: [],
      postings: 0,
      byExternalId: new Map(),
      balances: new Map(),
      days: new Map(),
      breaks: [],
      anchors: [],
      checkpoint: GENESIS,
    };
    this.books.set(accountId, book);
    return book;
  }
}

const FULL: IntegrityCheck = { scope: 'full' };

const stale = (epoch: number): Fault => new Fault('STALE_EPOCH', `ledger: epoch ${String(epoch)} is no longer current`);

function correctedEntries(facts: readonly LedgerFact[], entries: readonly Entry[]): Map<bigint, Entry> {
  const found = new Map<bigint, Entry>();
  for (const fact of facts) {
    const entry = fact.kind === 'correction' ? entries[Number(fact.corrects) - 1] : undefined;
    if (entry !== undefined) found.set(entry.sequence, entry);
  }
  return found;
}

const suspendedEntries = (facts: readonly LedgerFact[], { byExternalId, entries }: Book): Entry[] =>
  facts.some(({ kind }) => kind === 'suspense' || kind === 'explained')
    ? entries.filter(({ kind, sequence }) => kind === 'suspense' && !byExternalId.has(`correction:${String(sequence)}`))
    : [];

function post(book: Book, entry: Entry): void {
  book.entries.push(entry);
  book.postings += entry.postings.length;
  book.byExternalId.set(entry.externalId, entry);
  const day = dayOf(entry.occurredAtNs);
  for (const { account, amount } of entry.postings) {
    const key = ledgerAccountKey(account);
    const total = { accountId: entry.accountId, account };
    book.balances.set(key, { ...total, amount: plus(book.balances.get(key), amount) });
    const dayKey = `${String(day)}/${key}`;
    book.days.set(dayKey, { ...total, day, amount: plus(book.days.get(dayKey), amount) });
  }
}

const plus = (row: { readonly amount: Amount } | undefined, amount: Amount): Amount =>
  ((row?.amount ?? 0n) + (amount as bigint)) as Amount;

const isWanted = (entry: Entry, { accountId, strategyId, instrumentId, sinceNs }: TradeFilter): boolean =>
  entry.kind === 'fill' &&
  (accountId === undefined || entry.accountId === accountId) &&
  (strategyId === undefined || entry.strategyId === strategyId) &&
  (instrumentId === undefined || entry.instrumentId === instrumentId) &&
  (sinceNs === undefined || entry.occurredAtNs >= sinceNs);

const newestFirst = (a: Entry, b: Entry): number =>
  compare(b.bookedAtNs, a.bookedAtNs) || compare(b.sequence, a.sequence) || (a.accountId < b.accountId ? -1 : 1);
const compare = (a: bigint | TimeNs, b: bigint | TimeNs): number => (a < b ? -1 : a > b ? 1 : 0);

const byOwner = (a: StrategyPosition, b: StrategyPosition): number =>
  inOrder(a.strategyId, b.strategyId) || inOrder(a.instrumentId, b.instrumentId);
const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sameBreak = (a: LedgerBreak, b: LedgerBreak): boolean =>
  a.externalId === b.externalId && a.code === b.code && a.description === b.description;

function positionProblems(accountId: AccountId, { positions, balances }: Book): string[] {
  const rows = [...balances.values()].map(({ account, amount }: { account: LedgerAccount; amount: Amount }) => ({
    ...account,
    amount,
  }));
  return [...positionsFromBalances(rows)].flatMap(([key, { quantity, cost }]) => {
    const held = positions.get(key);
    return held?.quantity === quantity && held.cost === cost
      ? []
      : [`position ${key} of ${accountId} differs from its postings`];
  });
}
