import {
  type AccountId,
  type Amount,
  type ClientOrderId,
  clientOrderId,
  Fault,
  fillId,
  format,
  type InstrumentId,
  instrumentId,
  InvariantViolation,
  type Order,
  orderRequestId,
  parseAmount,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import {
  type BackstopDay,
  type BackstopPoint,
  type JournalAccount,
  type JournalAnchor,
  type JournalBatch,
  type JournalEvent,
  type JournalPresent,
  type JournalState,
  type KillLatch,
  type KillLift,
  type OrderFilter,
  OrderJournal,
  type RequestMark,
  type SigningAccount,
} from '@argosy/execution-core';
import { type Database, sqlState } from '@argosy/platform-database';
import {
  ACCOUNT,
  ACCOUNT_MARKS,
  CLAIM_EPOCH,
  EVENTS_FROM,
  KEEP_LOSS_DAY,
  OPEN_ORDERS,
  POSITIONS,
  RECENT_FILLS,
  RECENT_FUNDINGS,
  RECENT_REQUESTS,
} from './journal-sql.js';
import { writeBatch } from './journal-write.js';
import { optional, orderFromRow, type Row, text } from './order-row.js';

/** Recent facts loaded at start; older ones lie behind the fills floor or are found by key. */
const RECENT_LIMIT = 20_000;

/** The order journal in Postgres. Integrity errors are our own bugs; everything else the store says is STORE_UNAVAILABLE. */
export class PostgresOrderJournal extends OrderJournal {
  constructor(
    private readonly sql: Pick<Database, 'query' | 'transaction'>,
    private readonly judge: (error: unknown) => unknown = refusedByTheDatabase,
  ) {
    super();
  }

  override async claimEpoch(account: JournalAccount, epoch: number, at: TimeNs): Promise<void> {
    const { accountId, venue, kind } = account;
    const [known] = await this.run(ACCOUNT, [accountId]);
    if (known !== undefined && (text(known, 'venue') !== venue || text(known, 'kind') !== kind)) {
      throw new InvariantViolation(
        `account ${accountId} is ${text(known, 'kind')} at ${text(known, 'venue')} in the journal, ${kind} at ${venue} in the configuration`,
      );
    }
    const [claimed] = await this.run(CLAIM_EPOCH, [accountId, venue, kind, epoch, String(at)]);
    if (claimed !== undefined) return;
    throw new Fault('STALE_EPOCH', `account ${accountId} has had epoch ${String(epoch)} or a later one`);
  }

  override async epoch(account: AccountId): Promise<number> {
    const [row] = await this.run(ACCOUNT, [account]);
    return row === undefined ? 0 : Number(text(row, 'epoch'));
  }

  override async present({ accountId: account, signer }: SigningAccount): Promise<JournalPresent> {
    const [[marks], open] = await Promise.all([
      this.run(ACCOUNT_MARKS, [account, signer]),
      this.run(OPEN_ORDERS, [account]),
    ]);
    if (marks === undefined) throw new InvariantViolation(`account ${account} has no epoch yet`);
    const anchoredAt = time(marks, 'anchored_ns');
    return {
      openOrders: open.map(orderFromRow),
      requestMarks: new Map(open.flatMap(requestMarkOf)),
      lastSequence: BigInt(text(marks, 'last_sequence')),
      lastNonce: BigInt(text(marks, 'last_nonce')),
      lastFillAt: time(marks, 'last_fill_ns') ?? anchoredAt,
      lastFundingAt: time(marks, 'last_funding_ns') ?? anchoredAt,
      anchoredAt,
      publishedSequence: BigInt(optional(marks, 'published_sequence') ?? '0'),
    };
  }

  /** One snapshot: a leader may be writing while its standby loads, and a fill must not be seen half. */
  override async load(signing: SigningAccount): Promise<JournalState> {
    return this.sql.transaction(async (sql) => {
      const within = { query: sql.query.bind(sql), transaction: noTransaction };
      // What goes wrong in here is judged by the transaction, which may try again.
      const snapshot = new PostgresOrderJournal(within, (error) => error);
      return snapshot.loadOnce(signing);
    }, 'repeatable read');
  }

  private async loadOnce(signing: SigningAccount): Promise<JournalState> {
    const { accountId: account } = signing;
    const present = await this.present(signing);
    const fills = (await this.run(RECENT_FILLS, [account, RECENT_LIMIT])).toReversed();
    const fundings = await this.run(RECENT_FUNDINGS, [account, RECENT_LIMIT]);
    return {
      ...present,
      requests: await this.requests(account),
      positions: await this.positions(account),
      recentFills: fills.map((row) => ({
        fillId: fillId(text(row, 'fill_id')),
        venueTimeNs: timeNs(BigInt(text(row, 'venue_time_ns'))),
      })),
      fillsFloor: floorOf(fills, present.anchoredAt),
      recentFundings: new Set(fundings.map((row) => text(row, 'payment_id'))),
    };
  }

  private async requests(account: AccountId): Promise<JournalState['requests']> {
    const rows = await this.run(RECENT_REQUESTS, [account, RECENT_LIMIT]);
    return new Map(
      rows.map((row) => [orderRequestId(text(row, 'order_request_id')), clientOrderId(text(row, 'client_order_id'))]),
    );
  }

  private async positions(account: AccountId): Promise<ReadonlyMap<InstrumentId, Amount>> {
    const rows = await this.run(POSITIONS, [account]);
    return new Map(rows.map((row) => [instrumentId(text(row, 'instrument_id')), parseAmount(text(row, 'quantity'))]));
  }

  override async write(batch: JournalBatch): Promise<void> {
    try {
      await writeBatch(this.sql, batch);
    } catch (error) {
      throw this.judge(error);
    }
  }

  override async anchor({ accountId, epoch, at, positions }: JournalAnchor): Promise<void> {
    const instruments = [...positions.keys()];
    const quantities = [...positions.values()].map((quantity) => format(quantity));
    const [row] = await this.run(
      `WITH anchored AS (
         UPDATE execution.accounts SET anchored_ns = $3 WHERE account_id = $1 AND epoch = $2 AND anchored_ns IS NULL RETURNING 1
       ), opening AS (
         INSERT INTO execution.opening_positions (account_id, instrument_id, quantity)
         SELECT $1, given.instrument_id, given.quantity
         FROM anchored, unnest($4::text[], $5::numeric[]) AS given (instrument_id, quantity)
       ) SELECT count(*) AS held FROM anchored`,
      [accountId, epoch, String(at), instruments, quantities],
    );
    if (row === undefined || text(row, 'held') !== '1') {
      throw new Fault('STALE_EPOCH', `account ${accountId} could not be anchored at epoch ${String(epoch)}`);
    }
  }

  override async events(account: AccountId, from: bigint, limit: number): Promise<readonly JournalEvent[]> {
    const rows = await this.run(EVENTS_FROM, [account, String(from), limit]);
    return rows.map((row) => ({
      sequence: BigInt(text(row, 'sequence')),
      eventId: text(row, 'event_id'),
      subject: text(row, 'subject'),
      payload: bytes(row, 'payload'),
      traceparent: text(row, 'traceparent'),
    }));
  }

  override async markPublished(account: AccountId, sequence: bigint): Promise<void> {
    await this.run(
      `INSERT INTO execution.publications (account_id, published_sequence) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET published_sequence = greatest(execution.publications.published_sequence, excluded.published_sequence)`,
      [account, String(sequence)],
    );
  }

  override async orders(filter: OrderFilter): Promise<readonly Order[]> {
    const rows = await this.run(
      `SELECT * FROM execution.orders
       WHERE ($1::text IS NULL OR account_id = $1) AND ($2::text IS NULL OR venue = $2)
         AND ($3::text IS NULL OR strategy_id = $3) AND ($4::text IS NULL OR instrument_id = $4)
         AND ($5 = 'any' OR ($5 = 'final') = (state IN ('filled', 'cancelled', 'expired', 'rejected')))
       ORDER BY created_ns DESC LIMIT $6`,
      [
        filter.accountId ?? null,
        filter.venue ?? null,
        filter.strategyId ?? null,
        filter.instrumentId ?? null,
        filter.status,
        filter.limit,
      ],
    );
    return rows.map(orderFromRow);
  }

  override async order(id: ClientOrderId): Promise<Order | undefined> {
    const [row] = await this.run('SELECT * FROM execution.orders WHERE client_order_id = $1', [id]);
    return row === undefined ? undefined : orderFromRow(row);
  }

  override async lossDay(account: AccountId): Promise<BackstopDay | undefined> {
    const [row] = await this.run('SELECT * FROM execution.loss_days WHERE account_id = $1', [account]);
    if (row === undefined) return undefined;
    const point = (name: 'start' | 'last'): BackstopPoint => ({
      at: timeNs(BigInt(text(row, `${name}_ns`))),
      equity: parseAmount(text(row, `${name}_equity`)),
      netTransfers: parseAmount(text(row, `${name}_transfers`)),
    });
    return { day: BigInt(text(row, 'day')), start: point('start'), last: point('last') };
  }

  override async keepLossDay(account: AccountId, { day, start, last }: BackstopDay): Promise<void> {
    const values = ({ at, equity, netTransfers }: BackstopPoint): string[] => [
      String(at),
      format(equity),
      format(netTransfers),
    ];
    await this.run(KEEP_LOSS_DAY, [account, String(day), ...values(start), ...values(last)]);
  }

  override async killLatch(): Promise<KillLatch | undefined> {
    const [row] = await this.run('SELECT * FROM execution.kill_latches WHERE lifted_ns IS NULL', []);
    return row === undefined ? undefined : latchFromRow(row);
  }

  override async latchKill(latch: KillLatch): Promise<KillLatch> {
    await this.run(
      `INSERT INTO execution.kill_latches (kill_id, actor, reason, at_ns) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [latch.killId, latch.actor, latch.reason, String(latch.at)],
    );
    return (await this.killLatch()) ?? latch;
  }

  override async liftKill({ actor, reason, at, accountIds, epoch }: KillLift): Promise<void> {
    const [row] = await this.run(
      `WITH current AS (
         SELECT account_id FROM execution.accounts WHERE account_id = ANY ($4) AND epoch = $5 FOR SHARE
       ), held AS (
         SELECT 1 WHERE (SELECT count(*) FROM current) = cardinality($4::text[])
       ), lifted AS (
         UPDATE execution.kill_latches SET lifted_by = $1, lifted_reason = $2, lifted_ns = $3
         FROM held WHERE lifted_ns IS NULL
       ) SELECT count(*) AS held FROM held`,
      [actor, reason, String(at), accountIds, epoch],
    );
    if (row === undefined || text(row, 'held') !== '1')
      throw new Fault('STALE_EPOCH', `a kill can only be lifted by who leads: epoch ${String(epoch)} is not current`);
  }

  private async run(text: string, values: unknown[]): Promise<readonly Row[]> {
    try {
      const result = await this.sql.query({ text, values });
      return result.rows;
    } catch (error) {
      throw this.judge(error);
    }
  }
}

/** Integrity errors are our own bugs: what we tried to write breaks one of our rules. */
const refusedByTheDatabase = (error: unknown): unknown =>
  error instanceof Fault
    ? error
    : new InvariantViolation(`the order journal refused a statement: ${sqlState(error)}`, { cause: error });

const noTransaction = (): Promise<never> => {
  throw new InvariantViolation('a snapshot of the journal begins no transaction of its own');
};

function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw new InvariantViolation(`column ${column} holds ${typeof value}`);
}

function time(row: Row, column: string): TimeNs | undefined {
  const value = optional(row, column);
  return value === undefined ? undefined : timeNs(BigInt(value));
}

function requestMarkOf(row: Row): ReadonlyArray<readonly [ClientOrderId, RequestMark]> {
  const expiresAt = time(row, 'expires_ns');
  if (expiresAt === undefined) return [];
  const mark = { expiresAt, nonce: BigInt(text(row, 'nonce')), signer: text(row, 'signer') };
  return [[clientOrderId(text(row, 'client_order_id')), mark]];
}

/** With more fills than were loaded, everything before the oldest loaded one is booked. */
function floorOf(fills: readonly Row[], anchored: TimeNs | undefined): TimeNs {
  const oldest = fills.length === RECENT_LIMIT ? fills[0] : undefined;
  if (oldest !== undefined) return timeNs(BigInt(text(oldest, 'venue_time_ns')) - 1n);
  return anchored ?? timeNs(0n);
}

const latchFromRow = (row: Row): KillLatch => ({
  killId: text(row, 'kill_id'),
  actor: text(row, 'actor'),
  reason: text(row, 'reason'),
  at: timeNs(BigInt(text(row, 'at_ns'))),
});
