import type { LedgerStore } from '@argosy/ledger-core';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import type pg from 'pg';
import { BOOK_STATEMENT } from './booking-statement.js';
import { NodeDigest } from './node-digest.js';
import { PostgresLedgerStore } from './postgres-ledger-store.js';
import { LedgerDatabase } from './testing/ledger-database.js';
import { aBooking, aFillFact, anOpeningFact } from './testing/ledger-facts.js';
import { ledgerStoreContract, type LedgerStoreUnderTest } from './testing/ledger-store.contract.js';
import { suspenseContract } from './testing/suspense.contract.js';

let server: PostgresServer;
let database: LedgerDatabase;
beforeAll(async () => {
  server = await startPostgres();
  database = new LedgerDatabase(server.url);
  await database.migrate();
}, 120_000);
afterAll(async () => {
  await database.stop();
  await server.stop();
});
/** Until somebody's statement stands at a lock. */
async function waiting(statement: string): Promise<void> {
  for (let found = 0; found === 0;) {
    const { rowCount } = await database.owner.query(
      "select from pg_stat_activity where wait_event_type = 'Lock' and query like $1",
      [statement],
    );
    found = rowCount ?? 0;
  }
}
const aStore = (): LedgerStore => new PostgresLedgerStore(database.service(), new NodeDigest());

const inPostgres = async (): Promise<LedgerStoreUnderTest> => ({
  fresh: async () => {
    await database.empty();
    return aStore();
  },
  other: aStore,
  stop: async () => undefined,
});
ledgerStoreContract('PostgresLedgerStore', inPostgres);
suspenseContract('PostgresLedgerStore', inPostgres);

describe('an epoch is claimed', () => {
  it('I-04: after the bookings under way, and no booking slips in behind it', async () => {
    await database.empty();
    const [former, newer] = [aStore(), aStore()];
    await former.claimEpoch(1);
    const underWay = await database.service().connect();
    await underWay.query('begin');
    await underWay.query('select ledger.require_epoch(1)');
    let claimed = false;
    const claim = newer.claimEpoch(2).then(() => (claimed = true));
    await former.accounts();
    expect(claimed).toBe(false);
    await underWay.query('commit');
    underWay.release();
    await claim;
    await expect(former.book(aBooking([aFillFact('late')], 1n))).rejects.toMatchObject({ code: 'STALE_EPOCH' });
  });

  it('I-04: even while the bookings of a busy former leader overlap without a pause', async () => {
    await database.empty();
    const [former, newer] = [aStore(), aStore()];
    await former.claimEpoch(1);
    const underWay = await database.service().connect();
    await underWay.query('begin');
    await underWay.query('select ledger.require_epoch(1)');
    const claim = newer.claimEpoch(2);
    await waiting('%claim_epoch%');
    const late = expect(database.service().query('select ledger.require_epoch(1)')).rejects.toMatchObject({
      code: 'LG007',
    });
    await waiting('%require_epoch(1)%');
    await underWay.query('commit');
    underWay.release();
    await claim;
    await late;
  });

  it.each([
    ['the service may not lower it', 'update ledger.leadership set epoch = 0', 'LG008'],
    ['the service may not remove it', 'delete from ledger.leadership', '42501'],
    ['the service may not add another', 'insert into ledger.leadership values (true, 9)', '42501'],
  ])('I-03: %s', async (_story, sql, code) => {
    await database.empty();
    await aStore().claimEpoch(5);
    await expect(database.service().query(sql)).rejects.toMatchObject({ code });
  });
});

describe('F-18: a commit whose answer is lost', () => {
  /** Postgres commits, and the connection is gone before it says so. */
  function losingAnswers(pool: pg.Pool, times: number): pg.Pool {
    let left = times;
    const query = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
      const result = await pool.query(config);
      if (config.name !== BOOK_STATEMENT.name || left === 0) return result;
      left -= 1;
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    };
    return { query, connect: () => pool.connect() } as unknown as pg.Pool;
  }

  it('is found by key when the same facts come again, alone or with others: nothing is booked twice (I-37)', async () => {
    await database.empty();
    const store = new PostgresLedgerStore(losingAnswers(database.service(), 2), new NodeDigest());
    const [first, more] = [aBooking([aFillFact('1')], 1n), aBooking([aFillFact('1'), aFillFact('2')], 2n)];
    await expect(store.book(first)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.book(more)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await store.book(more)).toMatchObject({ booked: [], repeated: 2, refused: [] });
    expect(await store.book(first)).toMatchObject({ booked: [], repeated: 1, refused: [] });
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 2n });
    expect((await store.accounts()).map(({ factsSequence }) => factsSequence)).toEqual([2n]);
  });

  it('or that was cancelled on the way leaves nothing half booked', async () => {
    await database.empty();
    const store = aStore();
    await store.book(aBooking([aFillFact('1')], 1n));
    const blocker = await database.service().connect();
    await blocker.query('begin');
    await blocker.query('update ledger.books set facts_sequence = facts_sequence');
    const booking = store.book(aBooking([aFillFact('2'), aFillFact('3')], 3n));
    await cancelled(booking);
    await blocker.query('rollback');
    blocker.release();
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 1n });
    expect(await store.book(aBooking([aFillFact('2'), aFillFact('3')], 3n))).toMatchObject({ repeated: 0 });
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 3n });
  });

  /** Cancels the waiting booking from outside, as an operator or a time limit would. */
  async function cancelled(booking: Promise<unknown>): Promise<void> {
    const failed = expect(booking).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    for (let found = 0; found === 0;) {
      const { rowCount } = await database.owner.query(
        "select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like '%book_batch%'",
      );
      found = rowCount ?? 0;
    }
    await failed;
  }
});

describe('the database itself defends the books', () => {
  let store: LedgerStore;
  beforeEach(async () => {
    await database.empty();
    store = aStore();
    await store.book(
      aBooking(
        [
          anOpeningFact('1000'),
          aFillFact('1', { quantity: '2' }),
          aFillFact('2', { side: 'sell', price: '105' }),
          aFillFact('3'),
        ],
        4n,
      ),
    );
    await store.anchor(1n as never);
  });

  it.each([
    ['the service may not update an entry', "update ledger.entries set kind = 'x'", '42501'],
    ['the service may not delete an entry', 'delete from ledger.entries', '42501'],
    ['the service may not update a posting', 'update ledger.postings set amount = 1', '42501'],
    ['the service may not delete a posting', 'delete from ledger.postings', '42501'],
    ['the service may not truncate', 'truncate ledger.postings', '42501'],
    ['the service may not touch the scales', 'delete from ledger.imbalances', '42501'],
    ['the service may not delete a break', 'delete from ledger.breaks', '42501'],
    ['a single leg does not commit', 'insert into ledger.postings values (1, 1, 90, 1, 1)', 'LG003'],
    [
      'two legs of two currencies do not commit',
      'insert into ledger.postings select 1, 2, 90 + row_number() over (), min(id), sign(0.5 - row_number() over ()) from ledger.accounts group by asset',
      'LG003',
    ],
    [
      'a posting to an account of nobody is refused',
      'insert into ledger.postings values (1, 1, 90, 999, 1), (1, 1, 91, 1, -1)',
      'LG005',
    ],
    [
      'a posting of no entry is refused',
      'insert into ledger.postings values (1, 77, 1, 1, 1), (1, 77, 2, 1, -1)',
      'LG006',
    ],
    [
      'an amount beyond the column is refused',
      'insert into ledger.postings values (1, 1, 90, 1, 1e26), (1, 1, 91, 1, -1e26)',
      '22003',
    ],
  ])('I-33, I-35: %s', async (_story, sql, code) => {
    await expect(database.service().query(sql)).rejects.toMatchObject({ code });
    expect((await store.checkIntegrity()).problems).toEqual([]);
  });

  it.each([
    ['update', 'update ledger.postings set amount = amount + 1'],
    ['delete', 'delete from ledger.entries'],
    ['truncate', 'truncate ledger.postings'],
    ['anchor', 'delete from ledger.anchors'],
  ])('I-35: even the owner is refused: %s', async (_story, sql) => {
    await expect(database.owner.query(sql)).rejects.toMatchObject({ code: 'LG004' });
  });

  it('I-33: the constraint is deferred: an entry may be completed by a later statement of its transaction', async () => {
    const client = await database.service().connect();
    await client.query('begin');
    await client.query('insert into ledger.postings values (1, 1, 90, 1, 5)');
    await client.query('insert into ledger.postings values (1, 1, 91, 1, -5)');
    await client.query('commit');
    client.release();
    expect((await database.owner.query('select count(*) as n from ledger.imbalances')).rows).toEqual([{ n: '0' }]);
    // Balanced, and yet found: the entry was sealed without these legs.
    expect((await store.checkIntegrity()).problems[0]).toContain('chain of main broken at entry 1: changed');
  });

  /** F-52: what somebody with every right could do to the tables behind our back. */
  const tamper = async (sql: string): Promise<readonly string[]> => {
    const client = await database.owner.connect();
    await client.query("set session_replication_role = 'replica'");
    await client.query(sql);
    client.release(true);
    const { problems, chainValid } = await store.checkIntegrity();
    return [String(chainValid), ...problems];
  };

  it.each([
    [
      'a changed amount',
      'update ledger.postings set amount = amount * 2 where sequence = 2',
      'false',
      /chain of main broken at entry 2: changed/,
    ],
    [
      'a changed detail',
      `update ledger.entries set details = details || '{"price":"1"}' where sequence = 3`,
      'false',
      /entry 3: changed/,
    ],
    [
      'a changed account',
      "update ledger.accounts set strategy_id = 'thief' where type = 'cash' and strategy_id = 'maker'",
      'false',
      /entry 2: changed/,
    ],
    [
      'a deleted entry',
      'delete from ledger.entries where sequence = 2; delete from ledger.postings where sequence = 2',
      'false',
      /entry 2: missing/,
    ],
    [
      'a cut tail, head moved back to match',
      'delete from ledger.postings where sequence = 4; delete from ledger.entries where sequence = 4; update ledger.books set head_sequence = 3, head_hash = (select hash from ledger.entries where sequence = 3)',
      'false',
      /anchor of main at entry 4 is not in its chain/,
    ],
    [
      'a cut tail',
      'delete from ledger.postings where sequence = 4; delete from ledger.entries where sequence = 4',
      'false',
      /entry 4: truncated/,
    ],
    [
      'two entries swapped',
      'update ledger.entries set sequence = 90 where sequence = 2; update ledger.entries set sequence = 2 where sequence = 3; update ledger.entries set sequence = 3 where sequence = 90',
      'false',
      /entry 2: not_linked/,
    ],
    [
      'an inserted entry',
      `insert into ledger.entries select book_id, 5, venue, kind, 'fill:new', occurred_at_ns, booked_at_ns, epoch, strategy_id, instrument_id, corrects, details, previous_hash, hash from ledger.entries where sequence = 4`,
      'false',
      /entry 5: not_linked/,
    ],
    [
      'a changed balance',
      'update ledger.balances set amount = amount + 1 where account_id = 1',
      'true',
      /balance of account 1 \(cash USDC\) is 1001, its postings sum to 1000$/m,
    ],
    [
      'a changed day',
      'update ledger.day_totals set amount = amount + 1 where account_id = 1',
      'true',
      /days of account 1 \(cash USDC\): day 20513 is 1001, its postings sum to 1000; its balance is 1000/,
    ],
    [
      'a changed position',
      'update ledger.positions set cost = 0',
      'true',
      /position of strategy 'maker' in hyperliquid_BTC-PERP differs/,
    ],
  ])('I-34, I-47: finds %s', async (_story, sql, chainValid, finding) => {
    const [valid, ...problems] = await tamper(sql);
    expect(valid).toBe(chainValid);
    expect(problems.join('\n')).toMatch(finding);
  });

  it('a server that goes away is a Fault, nothing is half booked, and the books go on afterwards', async () => {
    await server.kill();
    const lost = store.book(aBooking([aFillFact('late')], 5n));

    await expect(lost).rejects.toMatchObject({ name: 'Fault', code: 'STORE_UNAVAILABLE' });
    await server.restart();
    const receipt = await store.book(aBooking([aFillFact('late'), aFillFact('3')], 5n));
    expect([receipt.booked.length, receipt.repeated]).toEqual([1, 1]);
    expect((await store.checkIntegrity()).problems).toEqual([]);
  }, 60_000);
});
