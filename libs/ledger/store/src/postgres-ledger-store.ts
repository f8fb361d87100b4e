import type { AccountId, TimeNs } from '@argosy/domain';
import {
  type AccountTotal,
  type BookingReceipt,
  type BookingRequest,
  checkBookingRequest,
  type DayTotal,
  type Digest,
  type Entry,
  type HeldPosition,
  type IntegrityCheck,
  type IntegrityResult,
  type LedgerAccountBooks,
  type LedgerBreak,
  LedgerStore,
  type TradeFilter,
} from '@argosy/ledger-core';
import type { Pool } from 'pg';
import { AccountWriter } from './account-writer.js';
import { checkIntegrity } from './check-integrity.js';
import { saveCheckpoint } from './checkpoints.js';
import { ENTRY_COLUMNS, readEntries, type Rows, withPostings } from './entry-reader.js';
import { FENCE, FencedDatabase } from './fenced-database.js';
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

const TOTAL_COLUMNS = 'b.account_id, a.type, a.strategy_id, a.instrument_id, a.asset';

/**
 * The books in Postgres. A booking is one statement: it moves the account's head from where this process last saw it, so a
 * second writer loses by name (`LG001`), reads again and tries again; nothing is locked between round trips.
 */
export class PostgresLedgerStore extends LedgerStore {
  private readonly database: FencedDatabase;
  private readonly rows: Rows;
  private readonly writers = new Map<AccountId, AccountWriter>();

  /** @param pool connections of a role that may do no more than the migrations grant to `ledger`. */
  constructor(
    pool: Pool,
    private readonly digest: Digest,
  ) {
    super();
    this.database = new FencedDatabase(pool);
    this.rows = this.database.rows;
  }

  override async claimEpoch(epoch: number): Promise<void> {
    await this.database.claim(epoch);
    // A former leader booked since we last looked.
    this.writers.clear();
  }

  override async book(request: BookingRequest): Promise<BookingReceipt> {
    checkBookingRequest(request);
    const { accountId } = request;
    const writer = this.writers.get(accountId) ?? new AccountWriter(this.database, this.digest, accountId);
    this.writers.set(accountId, writer);
    return writer.book(request);
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
    await this.database.write(
      `insert into ledger.anchors (book_id, sequence, hash, anchored_at_ns)
         select id, head_sequence, head_hash, $2 from ledger.books where head_sequence > 0 and ${FENCE} on conflict do nothing`,
      [String(atNs)],
    );
  }

  override async checkIntegrity(check: IntegrityCheck = { scope: 'full' }): Promise<IntegrityResult> {
    const { result, proven } = await this.database.snapshot((rows) => checkIntegrity(rows, this.digest, check));
    const { checkpointAtNs } = check;
    if (checkpointAtNs !== undefined) {
      for (const book of proven) await saveCheckpoint(this.database, book, checkpointAtNs);
    }
    return result;
  }
}
