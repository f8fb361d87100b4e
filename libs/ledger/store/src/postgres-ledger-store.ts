import { type AccountId, Fault } from '@argosy/domain';
import {
  type AccountTotal,
  type Booked,
  type BookingReceipt,
  type BookingRequest,
  checkBookingRequest,
  type ChainHead,
  describeLedgerRefusal,
  type DayTotal,
  type Digest,
  type Entry,
  externalIdOf,
  type HeldPosition,
  type IntegrityResult,
  type LedgerAccountBooks,
  type LedgerBreak,
  LedgerStore,
  NOTHING_BOOKED,
  positionKey,
  type PreparedBooking,
  prepareBooking,
  type StrategyPosition,
  type TradeFilter,
} from '@argosy/ledger-core';
import type { TimeNs } from '@argosy/domain';
import { nextTurn } from '@argosy/platform-runtime';
import type { Pool } from 'pg';
import { AccountRows } from './account-rows.js';
import { BOOK_STATEMENT, bookingValues } from './booking-statement.js';
import { checkIntegrity } from './check-integrity.js';
import { ENTRY_COLUMNS, readEntries, type Rows, withPostings } from './entry-reader.js';
import {
  BOOK_COLUMNS,
  bookFromRow,
  type BookRow,
  breakFromRow,
  type BreakRow,
  dayTotalFromRow,
  type EntryRow,
  positionFromRow,
  type PositionRow,
  totalFromRow,
  type TotalRow,
} from './rows.js';
import { SqlDatabase } from './sql-database.js';
import { constraintOf, sqlState } from './store-fault.js';

interface CachedBook {
  readonly bookId: number;
  readonly rows: AccountRows;
  /** The very object that the last booking of this process left. */
  head: ChainHead;
  factsSequence: bigint;
  positions: ReadonlyMap<string, StrategyPosition>;
}

/** A batch that was prepared while the one before it was still on its way. */
interface Early {
  readonly book: CachedBook;
  /** Where the chain ends if the one before succeeds as it was prepared. */
  readonly from: ChainHead;
  readonly prepared: PreparedBooking;
}

/** Another writer booked first, again and again: something else is wrong. */
const ATTEMPTS_MAX = 8;
const STALE_HEAD = 'LG001';
const STALE_EPOCH = 'LG007';
const UNIQUE_VIOLATION = '23505';

/** A condition of every write beside bookings, whose statement begins with it. */
const FENCE = 'ledger.require_epoch($1::bigint)';

const TOTAL_COLUMNS = 'b.account_id, a.type, a.strategy_id, a.instrument_id, a.asset';

/**
 * The books in Postgres. A booking is one statement: it moves the account's head from where this process last saw it, so a
 * second writer loses by name (`LG001`), reads again and tries again; nothing is locked between round trips.
 */
export class PostgresLedgerStore extends LedgerStore {
  private readonly database: SqlDatabase;
  private readonly rows: Rows;
  private readonly books = new Map<AccountId, CachedBook>();
  private readonly queues = new Map<AccountId, Promise<unknown>>();
  /** The booking of each account that is on its way. */
  private readonly under = new Map<AccountId, { readonly book: CachedBook; readonly prepared: PreparedBooking }>();
  private readonly early = new WeakMap<BookingRequest, Early>();
  /** What this process claimed; 0 where nobody leads. */
  private epoch = 0;

  /** @param pool connections of a role that may do no more than the migrations grant to `ledger`. */
  constructor(
    pool: Pool,
    private readonly digest: Digest,
  ) {
    super();
    this.database = new SqlDatabase(pool);
    this.rows = (text, values) => this.database.rows(text, values);
  }

  override async claimEpoch(epoch: number): Promise<void> {
    await this.fenced(epoch, 'select ledger.claim_epoch($1)', []);
    this.epoch = epoch;
    // A former leader booked since we last looked.
    this.books.clear();
  }

  override anticipate(request: BookingRequest): void {
    // The statement before it has to leave first.
    nextTurn(() => this.prepareEarly(request));
  }

  override async book(request: BookingRequest): Promise<BookingReceipt> {
    checkBookingRequest(request);
    // One booking an account at a time in this process: a second would only lose the race for the head.
    const before = this.queues.get(request.accountId) ?? Promise.resolve();
    const turn = before.then(
      () => this.bookNow(request),
      () => this.bookNow(request),
    );
    this.queues.set(request.accountId, turn);
    try {
      return await turn;
    } finally {
      if (this.queues.get(request.accountId) === turn) this.queues.delete(request.accountId);
    }
  }

  override async accounts(): Promise<readonly LedgerAccountBooks[]> {
    return (await this.rows<BookRow>(`select ${BOOK_COLUMNS} from ledger.books order by id`)).map(bookFromRow);
  }

  override async entries(accountId: AccountId, afterSequence: bigint, limit: number): Promise<readonly Entry[]> {
    return readEntries(this.rows, accountId, afterSequence, limit);
  }

  override async trades({
    accountId,
    strategyId,
    instrumentId,
    sinceNs,
    limit,
  }: TradeFilter): Promise<readonly Entry[]> {
    const found = await this.rows<EntryRow>(
      `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
        where e.kind = 'fill' and ($1::text is null or b.account_id = $1) and ($2::text is null or e.strategy_id = $2)
          and ($3::text is null or e.instrument_id = $3) and ($4::bigint is null or e.occurred_at_ns >= $4)
        order by e.booked_at_ns desc, e.sequence desc, b.account_id limit $5`,
      [
        accountId ?? null,
        strategyId ?? null,
        instrumentId ?? null,
        sinceNs === undefined ? null : String(sinceNs),
        limit,
      ],
    );
    return withPostings(this.rows, found);
  }

  override async positions(accountId?: AccountId): Promise<readonly HeldPosition[]> {
    const found = await this.rows<PositionRow>(
      `select b.account_id, p.strategy_id, p.instrument_id, p.quantity, p.cost, p.opened_at_ns from ledger.positions p
         join ledger.books b on b.id = p.book_id where $1::text is null or b.account_id = $1
        order by b.id, p.strategy_id, p.instrument_id`,
      [accountId ?? null],
    );
    return found.map(positionFromRow);
  }

  override async balances(accountId?: AccountId): Promise<readonly AccountTotal[]> {
    const found = await this.rows<TotalRow>(
      `select ${TOTAL_COLUMNS}, l.amount from ledger.balances l join ledger.accounts a on a.id = l.account_id
         join ledger.books b on b.id = a.book_id where $1::text is null or b.account_id = $1 order by a.id`,
      [accountId ?? null],
    );
    return found.map(totalFromRow);
  }

  override async dayTotals(fromDay: number, toDay: number): Promise<readonly DayTotal[]> {
    const found = await this.rows<TotalRow & { readonly day: number }>(
      `select ${TOTAL_COLUMNS}, d.day, d.amount from ledger.day_totals d join ledger.accounts a on a.id = d.account_id
         join ledger.books b on b.id = a.book_id where d.day between $1 and $2 order by d.day, a.id`,
      [fromDay, toDay],
    );
    return found.map(dayTotalFromRow);
  }

  override async breaks(limit: number): Promise<readonly LedgerBreak[]> {
    const found = await this.rows<BreakRow>(
      `select b.account_id, k.external_id, k.code, k.description, k.found_at_ns from ledger.breaks k
         join ledger.books b on b.id = k.book_id order by k.id desc limit $1`,
      [limit],
    );
    return found.map(breakFromRow);
  }

  override async anchor(atNs: TimeNs): Promise<void> {
    await this.fenced(
      this.epoch,
      `insert into ledger.anchors (book_id, sequence, hash, anchored_at_ns)
         select id, head_sequence, head_hash, $2 from ledger.books where head_sequence > 0 and ${FENCE} on conflict do nothing`,
      [String(atNs)],
    );
  }

  override async checkIntegrity(): Promise<IntegrityResult> {
    return this.database.snapshot((rows) => checkIntegrity(rows, this.digest));
  }

  /** A write that is refused by name unless the epoch, its first parameter, is the newest that was claimed (I-04). */
  private async fenced(epoch: number, text: string, values: readonly unknown[]): Promise<void> {
    await refusingStale(epoch, this.rows(text, [epoch, ...values]));
  }

  /** Only facts that need no look into the books: everything else waits for its turn. */
  private prepareEarly(request: BookingRequest): void {
    const { accountId, bookedAtNs, facts } = request;
    const under = this.under.get(accountId);
    if (under === undefined || facts.some(({ kind }) => kind === 'opening' || kind === 'correction')) return;
    const { book, prepared: before } = under;
    const state = { accountId, head: before.head, positions: withMoved(book.positions, before) };
    const prepared = prepareBooking(this.digest, state, facts, NOTHING_BOOKED, bookedAtNs);
    this.early.set(request, { book, from: before.head, prepared });
  }

  private async bookNow(request: BookingRequest): Promise<BookingReceipt> {
    let booked = await this.knownBefore(request);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        return await this.tryBooking(request, booked);
      } catch (error) {
        // Whatever happened, what we believed of this account may be wrong now.
        this.books.delete(request.accountId);
        const repeats = sqlState(error) === UNIQUE_VIOLATION && constraintOf(error) === 'entries_external_id';
        if (!repeats && sqlState(error) !== STALE_HEAD) throw error;
        booked = { ...booked, byExternalId: await this.alreadyBooked(request) };
      }
    }
    throw new Fault(
      'STORE_UNAVAILABLE',
      `the chain of ${request.accountId} moved under ${String(ATTEMPTS_MAX)} bookings in a row`,
    );
  }

  private async tryBooking(request: BookingRequest, booked: Booked): Promise<BookingReceipt> {
    const book = this.books.get(request.accountId) ?? (await this.load(request));
    const prepared = this.preparedEarly(request, book, booked) ?? this.prepare(request, book, booked);
    // Breaks first: should the booking fail after them, the repeat finds the same ones and adds none.
    if (prepared.refused.length > 0) await this.writeBreaks(book.bookId, prepared, request.bookedAtNs);
    if (prepared.entries.length > 0) await this.write(request, prepared, book);
    else if (request.factsSequence > book.factsSequence) await this.advance(book, request.factsSequence);
    this.remember(request, prepared, book);
    return { booked: prepared.entries, repeated: prepared.repeated, refused: prepared.refused };
  }

  private prepare(request: BookingRequest, { head, positions }: CachedBook, booked: Booked): PreparedBooking {
    const { accountId, bookedAtNs, facts } = request;
    return prepareBooking(this.digest, { accountId, head, positions }, facts, booked, bookedAtNs);
  }

  /** What was prepared early holds only if the booking before it ended exactly as expected, and nothing more is known. */
  private preparedEarly(request: BookingRequest, book: CachedBook, booked: Booked): PreparedBooking | undefined {
    const early = this.early.get(request);
    const holds = early?.book === book && early.from === book.head && booked.byExternalId.size === 0;
    return holds ? early.prepared : undefined;
  }

  private async write(request: BookingRequest, prepared: PreparedBooking, book: CachedBook): Promise<void> {
    await book.rows.provideFor(prepared.entries);
    const { epoch } = this;
    const { idOf } = book.rows;
    const values = bookingValues(request, prepared, { bookId: book.bookId, epoch, expected: book.head, idOf });
    const writing = refusingStale(epoch, this.database.prepared(BOOK_STATEMENT.name, BOOK_STATEMENT.text, values));
    this.under.set(request.accountId, { book, prepared });
    await writing.finally(() => this.under.delete(request.accountId));
  }

  private async advance(book: CachedBook, factsSequence: bigint): Promise<void> {
    await this.fenced(
      this.epoch,
      `update ledger.books set facts_sequence = greatest(facts_sequence, $3::bigint) where id = $2 and ${FENCE}`,
      [book.bookId, String(factsSequence)],
    );
  }

  private remember({ accountId, factsSequence }: BookingRequest, prepared: PreparedBooking, book: CachedBook): void {
    book.head = prepared.head;
    book.positions = withMoved(book.positions, prepared);
    if (factsSequence > book.factsSequence) book.factsSequence = factsSequence;
    this.books.set(accountId, book);
  }

  private async load({ accountId, accountKind, venue }: BookingRequest): Promise<CachedBook> {
    await this.fenced(
      this.epoch,
      `insert into ledger.books (account_id, venue, account_kind) select $2, $3, $4 where ${FENCE} on conflict do nothing`,
      [accountId, venue, accountKind],
    );
    return this.database.snapshot(async (rows) => {
      const [row] = await rows<BookRow>(`select ${BOOK_COLUMNS} from ledger.books where account_id = $1`, [accountId]);
      if (row === undefined) throw new Fault('STORE_UNAVAILABLE', `the book of ${accountId} vanished`);
      const positions = await rows<PositionRow>(
        `select $2::text as account_id, strategy_id, instrument_id, quantity, cost, opened_at_ns from ledger.positions where book_id = $1`,
        [row.id, accountId],
      );
      const { head, factsSequence } = bookFromRow(row);
      return {
        bookId: row.id,
        rows: new AccountRows(this.database, row.id, (text, values) => this.fenced(this.epoch, text, values)),
        head,
        factsSequence,
        positions: new Map(
          positions.map(positionFromRow).map((held) => [positionKey(held.strategyId, held.instrumentId), held]),
        ),
      };
    });
  }

  private async alreadyBooked({ accountId, facts }: BookingRequest): Promise<Map<string, Entry>> {
    const found = await this.rows<EntryRow>(
      `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
        where b.account_id = $1 and e.external_id = any ($2::text[])`,
      [accountId, facts.map(externalIdOf)],
    );
    const entries = await withPostings(this.rows, found);
    return new Map(entries.map((entry) => [entry.externalId, entry]));
  }

  /**
   * What a batch must know before it is prepared: entries it takes back, and whether an opening was booked. Both are rare;
   * whether fills and payments repeat is left to the unique index, which must decide it anyhow.
   */
  private async knownBefore(request: BookingRequest): Promise<Booked> {
    const { accountId, facts } = request;
    const bySequence = new Map<bigint, Entry>();
    for (const fact of facts) {
      if (fact.kind !== 'correction' || fact.corrects < 1n) continue;
      const [entry] = await readEntries(this.rows, accountId, fact.corrects - 1n, 1);
      if (entry?.sequence === fact.corrects) bySequence.set(entry.sequence, entry);
    }
    const opens = facts.some(({ kind }) => kind === 'opening');
    return { ...NOTHING_BOOKED, bySequence, ...(opens ? { byExternalId: await this.alreadyBooked(request) } : {}) };
  }

  private async writeBreaks(bookId: number, { refused }: PreparedBooking, foundAtNs: TimeNs): Promise<void> {
    await this.fenced(
      this.epoch,
      `insert into ledger.breaks (book_id, external_id, code, description, found_at_ns)
         select $2, w.*, $6 from unnest($3::text[], $4::text[], $5::text[]) as w where ${FENCE} on conflict do nothing`,
      [
        bookId,
        refused.map(({ externalId }) => externalId),
        refused.map(({ refusal }) => refusal.code),
        refused.map(({ refusal }) => describeLedgerRefusal(refusal)),
        String(foundAtNs),
      ],
    );
  }
}

const withMoved = (held: CachedBook['positions'], { moved }: PreparedBooking): CachedBook['positions'] =>
  moved.size === 0 ? held : new Map([...held, ...moved]);

async function refusingStale(epoch: number, write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (sqlState(error) !== STALE_EPOCH) throw error;
    throw new Fault('STALE_EPOCH', `ledger: epoch ${String(epoch)} is no longer current`, { cause: error });
  }
}
