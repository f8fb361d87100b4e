import { accountId, fillId, parseQuantity, timeNs } from '@argosy/domain';
import { Database, Migrator, openPool } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { A_MOMENT, aFill, ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import { executionSchema } from './migrations.js';
import { aLeavingOrder, anEvent, aRecord, orderJournalContract } from './order-journal.contract.js';
import { PostgresOrderJournal } from './postgres-order-journal.adapter.js';

const LIMITS = { size: 4, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
const TABLES = [
  'accounts',
  'publications',
  'opening_positions',
  'intents',
  'orders',
  'fills',
  'fundings',
  'account_events',
  'loss_days',
  'kill_latches',
];

describe('the order journal in Postgres', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await startPostgres();
    const admin = openPool({ url: server.url, user: 'postgres', applicationName: 'spec', ...LIMITS });
    const timers = new ManualTime().timers;
    await new Migrator(admin, { logger: new SilentLogger(), timers, random: new SeededRandom(1) }).migrate([
      executionSchema,
    ]);
    await admin.end();
    database = new Database(
      { url: server.url, user: 'execution', applicationName: 'spec', ...LIMITS },
      { logger: new SilentLogger() },
    );
  }, 60_000);

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  orderJournalContract(async () => {
    await database.query({ text: `DELETE FROM execution.kill_latches` });
    for (const table of TABLES.toReversed()) await database.query({ text: `DELETE FROM execution.${table}` });
    return new PostgresOrderJournal(database);
  });

  it('takes an order and its moves as plain parameters, and what is there already or comes together as arrays', async () => {
    const used: string[] = [];
    const journal = new PostgresOrderJournal({
      query: (statement) => {
        used.push(statement.name ?? 'query');
        return database.query(statement);
      },
      transaction: database.transaction.bind(database),
    });
    await journal.claimEpoch({ accountId: accountId('main'), venue: 'hyperliquid', kind: 'live' }, 9, A_MOMENT);
    used.length = 0;
    const about = { accountId: accountId('main'), epoch: 9, fills: [], fundings: [] };
    const sent = aLeavingOrder(901, { epoch: 9 });
    const leaving = { ...about, intents: [aRecord(901, { epoch: 9 })], orders: [sent], events: [anEvent(901)] };
    const moved = { ...about, intents: [], orders: [{ ...sent, state: 'working' as const }], events: [anEvent(902)] };
    for (const batch of [leaving, leaving, moved, moved]) await journal.write(batch);
    await journal.write({ ...moved, orders: [...moved.orders, aLeavingOrder(902)], events: [] });
    expect(used).toEqual([
      'write_intent',
      'write_intent',
      'write_orders',
      'write_move',
      'write_move',
      'query',
      'write_orders',
    ]);
  });

  it('says STORE_UNAVAILABLE when the server is gone, and goes on when it is back', async () => {
    const journal = new PostgresOrderJournal(database);
    await server.kill();
    await expect(journal.killLatch()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    await expect(journal.killLatch()).resolves.toBeUndefined();
  }, 30_000);

  it('loads one moment while a leader writes: no fill is seen half, and none without its event', async () => {
    const journal = new PostgresOrderJournal(database);
    const [account, signer] = [accountId('snapshot'), '0xaa'];
    await journal.claimEpoch({ accountId: account, venue: 'hyperliquid', kind: 'live' }, 1, A_MOMENT);
    await journal.anchor({ accountId: account, epoch: 1, at: timeNs(1n), positions: new Map() });
    let stop = false;
    const writing = (async () => {
      for (let sequence = 1n; !stop; sequence += 1n) {
        const fill = aFill({
          accountId: account,
          fillId: fillId(`s${String(sequence)}`),
          quantity: parseQuantity('1'),
        });
        const event = {
          sequence,
          eventId: `snapshot-${String(sequence)}`,
          subject: 's',
          payload: new Uint8Array(),
          traceparent: '',
        };
        await journal.write({
          accountId: account,
          epoch: 1,
          intents: [],
          orders: [],
          fills: [fill],
          fundings: [],
          events: [event],
        });
      }
    })();
    for (let loads = 0; loads < 25; loads += 1) {
      const { positions, recentFills, lastSequence } = await journal.load({ accountId: account, signer });
      const held = [...positions.values()].reduce((sum, each) => sum + each, 0n) / 1_000_000_000_000n;
      expect([held, BigInt(recentFills.length)]).toEqual([lastSequence, lastSequence]);
    }
    stop = true;
    await writing;
  }, 30_000);
});
