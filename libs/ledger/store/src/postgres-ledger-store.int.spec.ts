import type { LedgerStore } from '@argosy/ledger-core';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import { NodeDigest } from './node-digest.js';
import { PostgresLedgerStore } from './postgres-ledger-store.js';
import { LedgerDatabase } from './testing/ledger-database.js';
import { aBooking, aFillFact, anOpeningFact } from './testing/ledger-facts.js';
import { ledgerStoreContract } from './testing/ledger-store.contract.js';

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
const aStore = (): LedgerStore => new PostgresLedgerStore(database.service(), new NodeDigest());

ledgerStoreContract('PostgresLedgerStore', async () => ({
  fresh: async () => {
    await database.empty();
    return aStore();
  },
  other: aStore,
  stop: async () => undefined,
}));

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
      /balance of account 1 \(cash USDC\) is 1001\.0+, its postings sum to 1000\.0+/,
    ],
    [
      'a changed day',
      'update ledger.day_totals set amount = amount + 1 where account_id = 1',
      'true',
      /days of account 1/,
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
