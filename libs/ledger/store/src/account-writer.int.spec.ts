import type { BookingRequest, LedgerStore } from '@argosy/ledger-core';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import type pg from 'pg';
import { BOOK_STATEMENT } from './booking-statement.js';
import { NodeDigest } from './node-digest.js';
import { PostgresLedgerStore } from './postgres-ledger-store.js';
import { LedgerDatabase } from './testing/ledger-database.js';
import { aBooking, aFillFact, anOpeningFact } from './testing/ledger-facts.js';

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
beforeEach(() => database.empty());
const aStore = (): LedgerStore => new PostgresLedgerStore(database.service(), new NodeDigest());

const WAITING = "from pg_stat_activity where wait_event_type = 'Lock' and query like '%book_batch%'";
/** Until so many bookings stand at a lock. */
async function waiting(bookings: number): Promise<void> {
  for (let found = 0; found < bookings;) found = (await database.owner.query(`select ${WAITING}`)).rowCount ?? 0;
}
/** Somebody holds the head of every account until `then` is over. */
async function whileHeld(then: (release: () => Promise<void>) => Promise<void>): Promise<void> {
  const blocker = await database.service().connect();
  await blocker.query('begin');
  await blocker.query('update ledger.books set facts_sequence = facts_sequence');
  await then(async () => void (await blocker.query('rollback')));
  blocker.release();
}
const behind = (behindSequence: bigint, request: BookingRequest): BookingRequest => ({
  ...request,
  behind: behindSequence,
});
const cursor = async (store: LedgerStore): Promise<bigint | undefined> => (await store.accounts())[0]?.factsSequence;

describe('bookings that are handed over behind one another', () => {
  it('are on their way together, are committed in their order, and the third waits for the first', async () => {
    const store = aStore();
    await store.book(aBooking([aFillFact('1')], 1n));
    const order: number[] = [];
    await whileHeld(async (release) => {
      const bookings = [2, 3, 4].map((n) =>
        store
          .book(behind(BigInt(n) - 1n, aBooking([aFillFact(String(n), { price: String(100 + n) })], BigInt(n))))
          .then(({ booked }) => order.push(Number(booked[0]?.sequence))),
      );
      await waiting(2);
      expect((await database.owner.query(`select ${WAITING}`)).rowCount).toBe(2);
      await release();
      await Promise.all(bookings);
    });
    expect(order).toEqual([2, 3, 4]);
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 4n });
  });

  it('the one behind a booking that fails fails with it: nothing of it is booked and the cursor stays (F-13)', async () => {
    const store = aStore();
    await store.book(aBooking([aFillFact('1')], 1n));
    await whileHeld(async (release) => {
      const first = store.book(aBooking([aFillFact('2')], 2n));
      const second = store.book(behind(2n, aBooking([aFillFact('3')], 3n)));
      const failed = Promise.all([
        expect(first).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' }),
        expect(second).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' }),
      ]);
      await waiting(2);
      // The first is the one that stands at the head itself; the second stands behind the first.
      await database.owner.query(
        "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'transactionid' and query like '%book_batch%'",
      );
      await release();
      await failed;
    });
    expect(await cursor(store)).toBe(1n);
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 1n });
    await store.book(aBooking([aFillFact('2'), aFillFact('3')], 3n));
    expect([await cursor(store), (await store.checkIntegrity()).problems]).toEqual([3n, []]);
  });

  it('and one without any entry does not carry the cursor past the facts that failed before it', async () => {
    const store = aStore();
    await store.book(aBooking([aFillFact('1')], 1n));
    await whileHeld(async (release) => {
      const first = store.book(aBooking([aFillFact('2')], 2n));
      const second = store.book(behind(2n, aBooking([], 9n)));
      const failed = Promise.all([first, second].map((each) => expect(each).rejects.toMatchObject({ name: 'Fault' })));
      await waiting(1);
      await database.owner.query(`select pg_cancel_backend(pid) ${WAITING}`);
      await release();
      await failed;
    });
    expect(await cursor(store)).toBe(1n);
  });

  it('a fact told in both, one told before, and a batch that needs a look into the books are booked once and right', async () => {
    const store = aStore();
    await store.book(aBooking([anOpeningFact('10'), aFillFact('1')], 1n));
    const twice = aFillFact('2', { price: '110' });
    const results = await Promise.all([
      store.book(aBooking([twice], 2n)),
      store.book(behind(2n, aBooking([twice, aFillFact('3', { side: 'sell', quantity: '2' })], 3n))),
      store.book(behind(3n, aBooking([aFillFact('1'), aFillFact('4', { side: 'sell', price: '90' })], 4n))),
      store.book(behind(4n, aBooking([anOpeningFact('10'), aFillFact('5', { side: 'sell', price: '90' })], 5n))),
    ]);
    expect(results.map(({ booked, repeated }) => [booked.length, repeated])).toEqual([
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect((await store.positions()).map(({ quantity, cost }) => [quantity, cost])).toEqual([
      [-2_000_000_000_000n, -180_000_000_000_000n],
    ]);
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 6n });
  });

  it('are prepared anew when another process books between them (I-40)', async () => {
    const [store, other] = [aStore(), aStore()];
    await store.book(aBooking([aFillFact('1')], 1n));
    await other.book(aBooking([aFillFact('theirs', { price: '102' })], 1n));
    const receipts = await Promise.all([
      store.book(aBooking([aFillFact('2')], 2n)),
      store.book(behind(2n, aBooking([aFillFact('3')], 3n))),
    ]);
    expect(receipts.flatMap(({ booked }) => booked.map(({ sequence }) => sequence))).toEqual([3n, 4n]);
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 4n });
  });

  it('are not written at all under an epoch that ended meanwhile (I-04)', async () => {
    const [former, newer] = [aStore(), aStore()];
    await former.claimEpoch(1);
    await former.book(aBooking([aFillFact('1')], 1n));
    await newer.claimEpoch(2);
    const late = [former.book(aBooking([aFillFact('2')], 2n)), former.book(behind(2n, aBooking([aFillFact('3')], 3n)))];
    for (const each of await Promise.allSettled(late))
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'STALE_EPOCH' } });
    expect(await newer.checkIntegrity()).toMatchObject({ problems: [], entries: 1n });
  });

  it('F-18: the answer of the first is lost though both are in the books: both are told again and absorbed', async () => {
    const store = new PostgresLedgerStore(losingOneAnswer(database.service()), new NodeDigest());
    const requests = [aBooking([aFillFact('1')], 1n), behind(1n, aBooking([aFillFact('2')], 2n))];
    const lost = await Promise.allSettled(requests.map((request) => store.book(request)));
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.book(aBooking([aFillFact('1'), aFillFact('2')], 2n))).toMatchObject({ refused: [] });
    expect(await store.checkIntegrity()).toMatchObject({ problems: [], entries: 2n });
  });

  /** Postgres commits, and the connection is gone before it says so, once. */
  function losingOneAnswer(pool: pg.Pool): pg.Pool {
    let lost = false;
    const query = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
      const result = await pool.query(config);
      if (config.name !== BOOK_STATEMENT.name || lost) return result;
      lost = true;
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    };
    return { query, connect: () => pool.connect() } as unknown as pg.Pool;
  }
});
