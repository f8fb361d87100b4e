import { timeNs } from '@argosy/domain';
import type { IntegrityCheck, LedgerStore } from '@argosy/ledger-core';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import { NodeDigest } from './node-digest.js';
import { PostgresLedgerStore } from './postgres-ledger-store.js';
import { LedgerDatabase } from './testing/ledger-database.js';
import { aBooking, aFillFact, anOpeningFact } from './testing/ledger-facts.js';

let server: PostgresServer;
let database: LedgerDatabase;
let store: LedgerStore;
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

const RECENT: IntegrityCheck = { scope: 'recent', checkpointAtNs: timeNs(1n) };
/** What somebody with every right could do behind our back. */
const tamper = async (sql: string): Promise<void> => {
  const client = await database.owner.connect();
  await client.query("set session_replication_role = 'replica'");
  await client.query(sql);
  client.release(true);
};
const problems = async (check?: IntegrityCheck): Promise<readonly string[]> =>
  (await store.checkIntegrity(check)).problems;

describe('a check that begins at the last checkpoint (I-34, I-47)', () => {
  beforeEach(async () => {
    await database.empty();
    store = aStore();
    await store.book(aBooking([anOpeningFact('1000'), aFillFact('1'), aFillFact('2')], 3n));
    expect(await problems(RECENT)).toEqual([]);
    await store.book(aBooking([aFillFact('3'), aFillFact('4', { side: 'sell', price: '120' })], 5n));
  });

  it('counts the whole books, and stands on its own checkpoint the next time', async () => {
    for (const _twice of [1, 2])
      expect(await store.checkIntegrity(RECENT)).toMatchObject({ problems: [], entries: 5n, chainValid: true });
    const { entries, postings, trialBalance } = await store.checkIntegrity();
    expect(await store.checkIntegrity(RECENT)).toMatchObject({ entries, postings, trialBalance });
    const { rows } = await database.owner.query('select sequence, postings from ledger.checkpoints');
    expect(rows).toEqual([{ sequence: '5', postings: String(postings) }]);
  });

  it.each([
    ['an amount', 'update ledger.postings set amount = amount * 2 where sequence = 4', /entry 4: changed/],
    ['a deleted entry', 'delete from ledger.entries where sequence = 4', /entry 4: missing/],
    ['a cut tail', 'delete from ledger.entries where sequence = 5', /entry 5: truncated/],
    ['a balance', 'update ledger.balances set amount = amount + 1 where account_id = 1', /balance of account 1 .*1001/],
    ['an old day', 'update ledger.day_totals set amount = 1 where account_id = 1', /days of account 1 /],
    ['a position', 'update ledger.positions set cost = 0', /position of strategy 'maker'/],
    [
      'postings of no entry',
      'insert into ledger.postings values (1, 77, 1, 1, 1), (1, 77, 2, 1, -1)',
      /postings of main name entry 77/,
    ],
    ['postings of no book', 'insert into ledger.postings values (7, 1, 1, 1, 1)', /postings name book 7/],
    [
      'the checkpoint',
      "update ledger.checkpoints set hash = decode(repeat('aa', 32), 'hex')",
      /checkpoint of main at entry 3 /,
    ],
    [
      'a sum of it',
      'update ledger.checkpoint_sums set amount = amount + 1 where account_id = 1',
      /balance of account 1 /,
    ],
  ])('finds a change of %s since', async (_story, sql, finding) => {
    await tamper(sql);
    expect((await problems(RECENT)).join('\n')).toMatch(finding);
    // What is not whole is no place to begin at.
    expect((await database.owner.query('select sequence from ledger.checkpoints')).rows).toEqual([{ sequence: '3' }]);
  });

  it('asks nothing of what was proven before; the full check does', async () => {
    await tamper('update ledger.postings set amount = amount * 2 where sequence = 2');
    expect(await problems(RECENT)).toEqual([]);
    expect((await problems()).join('\n')).toMatch(/entry 2: changed/);
    expect((await problems()).join('\n')).toMatch(/its postings sum to/);
  });

  it('leaves no checkpoint for whoever no longer leads, and none that goes back (I-04)', async () => {
    const newer = aStore();
    await newer.claimEpoch(2);
    await expect(store.checkIntegrity(RECENT)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    expect(await problems()).toEqual([]);
    await newer.checkIntegrity(RECENT);
    await newer.checkIntegrity({ scope: 'full', checkpointAtNs: timeNs(2n) });
    const { rows } = await database.owner.query('select sequence, checked_at_ns from ledger.checkpoints');
    expect(rows).toEqual([{ sequence: '5', checked_at_ns: '1' }]);
    await expect(database.service().query('delete from ledger.checkpoints')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a check of many entries', () => {
  it('goes through them page by page, tells how far it is, and finds the one that was changed', async () => {
    await database.empty();
    store = aStore();
    for (let batch = 0; batch < 13; batch += 1) {
      const facts = Array.from({ length: 1_000 }, (_, i) => aFillFact(`${String(batch)}/${String(i)}`));
      await store.book(aBooking(facts, BigInt(batch + 1)));
    }
    const told: (readonly [bigint, bigint])[] = [];
    const onProgress = (read: bigint, total: bigint): unknown => told.push([read, total]);
    expect(await store.checkIntegrity({ scope: 'full', onProgress })).toMatchObject({ problems: [], entries: 13_000n });
    expect(told).toEqual([[10_000n, 13_000n]]);
    await tamper('update ledger.postings set amount = amount * 2 where sequence = 12345 and line = 0');
    const [first, ...others] = await problems();
    expect(first).toMatch(/chain of main broken at entry 12345: changed/);
    expect(others.join('\n')).toMatch(/entry 12345 of main does not balance: hyperliquid_BTC-PERP sums to 1/);
  }, 60_000);
});
