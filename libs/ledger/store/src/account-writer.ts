import { type AccountId, Fault } from '@argosy/domain';
import {
  type Booked,
  type BookingReceipt,
  type BookingRequest,
  type ChainHead,
  checkBehind,
  describeLedgerRefusal,
  type Digest,
  NOTHING_BOOKED,
  positionKey,
  type PreparedBooking,
  prepareBooking,
  type StrategyPosition,
} from '@argosy/ledger-core';
import { nextTurn } from '@argosy/platform-runtime';
import { AccountRows } from './account-rows.js';
import { knownBefore, needsLook } from './booked-before.js';
import { BOOK_STATEMENT, bookingValues } from './booking-statement.js';
import { FENCE, type FencedDatabase } from './fenced-database.js';
import { BOOK_COLUMNS, bookFromRow, type BookRow, positionFromRow, type PositionRow } from './rows.js';
import { constraintOf, sqlState } from './store-fault.js';

/** An account's books as this process last saw them. */
interface Belief {
  readonly bookId: number;
  readonly rows: AccountRows;
  /** The very object that the last booking of this process left. */
  readonly head: ChainHead;
  readonly factsSequence: bigint;
  readonly positions: ReadonlyMap<string, StrategyPosition>;
}

/** A booking whose statement is on its way. */
interface UnderWay {
  readonly prepared: PreparedBooking;
  /** What the books are once it succeeds. */
  readonly after: Belief;
}

/** A booking from when it is handed over until it is answered. */
interface Turn {
  readonly outcome: Promise<BookingReceipt>;
  /** Once the next one may be prepared on it; nothing when that would be in vain. */
  readonly sent: Promise<UnderWay | undefined>;
}
type Announce = (underWay: UnderWay | undefined) => void;

/** Another writer booked first, again and again: something else is wrong. */
const ATTEMPTS_MAX = 8;
const STALE_HEAD = 'LG001';
const UNIQUE_VIOLATION = '23505';

/**
 * Books for one account, in the order in which bookings are handed over. While one is on its way the next is prepared on what
 * it will leave and sent after it, on another connection: its entries are added while the first becomes durable, and the
 * database commits it only behind the first. Two statements at most are on their way. What cannot be prepared so waits.
 */
export class AccountWriter {
  private belief: Belief | undefined;
  private youngest: Turn | undefined;

  constructor(
    private readonly database: FencedDatabase,
    private readonly digest: Digest,
    private readonly accountId: AccountId,
  ) {}

  async book(request: BookingRequest): Promise<BookingReceipt> {
    const { promise: sent, resolve: announce } = Promise.withResolvers<UnderWay | undefined>();
    const before = this.youngest;
    const outcome = before === undefined ? this.alone(request, announce) : this.behind(before, request, announce);
    const turn = { outcome, sent };
    this.youngest = turn;
    try {
      return await outcome;
    } finally {
      announce(undefined);
      if (this.youngest === turn) this.youngest = undefined;
    }
  }

  /** The one before must be in the books first; where it failed, this one may not be booked either. */
  private async behind(before: Turn, request: BookingRequest, announce: Announce): Promise<BookingReceipt> {
    const [first, ahead] = await Promise.allSettled([before.outcome, this.ahead(before, request, announce)]);
    if (first.status === 'rejected' || ahead.status === 'rejected') this.belief = undefined;
    if (first.status === 'rejected') throw first.reason;
    if (ahead.status === 'rejected') {
      if (!isOvertaken(ahead.reason)) throw ahead.reason;
    } else if (ahead.value !== undefined) {
      this.belief = ahead.value.after;
      return receiptOf(ahead.value.prepared);
    }
    return this.alone(request, announce);
  }

  /** Nothing when it has to wait for its turn. */
  private async ahead(before: Turn, request: BookingRequest, announce: Announce): Promise<UnderWay | undefined> {
    const first = await before.sent;
    if (first === undefined || needsLook(request)) return undefined;
    // The statement before it has to leave first.
    await new Promise<void>(nextTurn);
    checkBehind(request, first.after.factsSequence);
    const prepared = this.prepare(request, first.after, NOTHING_BOOKED);
    if (prepared.entries.length === 0 || prepared.refused.length > 0 || haveInCommon(first.prepared, prepared))
      return undefined;
    let failed = false;
    const booking = this.send(request, prepared, first.after, (underWay) => {
      // The one behind is told when the first is in the books: two at most are on their way, and none on one that failed.
      before.outcome.then(
        () => (failed ? undefined : announce(underWay)),
        () => undefined,
      );
    });
    booking.catch(() => (failed = true));
    return booking;
  }

  private async alone(request: BookingRequest, announce: Announce): Promise<BookingReceipt> {
    let booked = await knownBefore(this.database, request);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        return await this.tryBooking(request, booked, announce);
      } catch (error) {
        // Whatever happened, what we believed of this account may be wrong now.
        this.belief = undefined;
        if (!isOvertaken(error)) throw error;
        booked = await knownBefore(this.database, request, true);
      }
    }
    throw new Fault(
      'STORE_UNAVAILABLE',
      `the chain of ${this.accountId} moved under ${String(ATTEMPTS_MAX)} bookings in a row`,
    );
  }

  private async tryBooking(request: BookingRequest, booked: Booked, announce: Announce): Promise<BookingReceipt> {
    const belief = this.belief ?? (await this.load(request));
    checkBehind(request, belief.factsSequence);
    const prepared = this.prepare(request, belief, booked);
    // Breaks first: should the booking fail after them, the repeat finds the same ones and adds none.
    if (prepared.refused.length > 0) await this.writeBreaks(belief.bookId, prepared, request);
    if (prepared.entries.length > 0) this.belief = (await this.send(request, prepared, belief, announce)).after;
    else this.belief = await this.advance(belief, request.factsSequence);
    return receiptOf(prepared);
  }

  private prepare({ accountId, bookedAtNs, facts }: BookingRequest, belief: Belief, booked: Booked): PreparedBooking {
    const { head, positions } = belief;
    return prepareBooking(this.digest, { accountId, head, positions }, facts, booked, bookedAtNs);
  }

  private async send(
    request: BookingRequest,
    prepared: PreparedBooking,
    belief: Belief,
    announce: Announce,
  ): Promise<UnderWay> {
    const { bookId, head: expected, rows } = belief;
    await rows.provideFor(prepared.entries);
    const values = bookingValues(request, prepared, { bookId, expected, idOf: rows.idOf });
    const writing = this.database.writePrepared(BOOK_STATEMENT.name, BOOK_STATEMENT.text, values);
    const underWay = { prepared, after: moved(belief, prepared, request.factsSequence) };
    announce(underWay);
    await writing;
    return underWay;
  }

  private async advance(belief: Belief, factsSequence: bigint): Promise<Belief> {
    if (factsSequence <= belief.factsSequence) return belief;
    await this.database.write(
      `update ledger.books set facts_sequence = greatest(facts_sequence, $3::bigint) where id = $2 and ${FENCE}`,
      [belief.bookId, String(factsSequence)],
    );
    return { ...belief, factsSequence };
  }

  private async load({ accountId, accountKind, venue }: BookingRequest): Promise<Belief> {
    await this.database.write(
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
        rows: new AccountRows(this.database, row.id),
        head,
        factsSequence,
        positions: new Map(
          positions.map(positionFromRow).map((held) => [positionKey(held.strategyId, held.instrumentId), held]),
        ),
      };
    });
  }

  private async writeBreaks(bookId: number, { refused }: PreparedBooking, request: BookingRequest): Promise<void> {
    await this.database.write(
      `insert into ledger.breaks (book_id, external_id, code, description, found_at_ns)
         select $2, w.*, $6 from unnest($3::text[], $4::text[], $5::text[]) as w where ${FENCE} on conflict do nothing`,
      [
        bookId,
        refused.map(({ externalId }) => externalId),
        refused.map(({ refusal }) => refusal.code),
        refused.map(({ refusal }) => describeLedgerRefusal(refusal)),
        String(request.bookedAtNs),
      ],
    );
  }
}

const receiptOf = ({ entries, repeated, refused }: PreparedBooking): BookingReceipt => ({
  booked: entries,
  repeated,
  refused,
});

const moved = (belief: Belief, { head, moved: positions }: PreparedBooking, factsSequence: bigint): Belief => ({
  ...belief,
  head,
  positions: positions.size === 0 ? belief.positions : new Map([...belief.positions, ...positions]),
  factsSequence: factsSequence > belief.factsSequence ? factsSequence : belief.factsSequence,
});

/** Somebody else's booking, or an earlier one of ours that ended otherwise, is where this one was to be. */
function isOvertaken(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state === STALE_HEAD ||
    (state === UNIQUE_VIOLATION && ['entries_external_id', 'entries_pkey'].includes(constraintOf(error)))
  );
}

/** A fact in both would be decided by the unique index, late and by waiting. */
function haveInCommon(first: PreparedBooking, second: PreparedBooking): boolean {
  const ids = new Set(first.entries.map(({ externalId }) => externalId));
  return second.entries.some(({ externalId }) => ids.has(externalId));
}
