import { Fault } from '@argosy/domain';
import { type MessageBus, SilentLogger } from '@argosy/platform-port';
import { ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import pg from 'pg';
import { Database } from './database.js';
import { expand } from './migration.js';
import { Migrator } from './migrator.js';
import { appendToOutbox, outboxMigration, type OutboxMessage, pruneOutbox, waitingInOutbox } from './outbox.js';
import { OutboxPublisher } from './outbox-publisher.js';

let server: PostgresServer;
let database: Database;
const SCHEMA = 'shop';

beforeAll(async () => {
  server = await startPostgres();
  const admin = new pg.Pool({ connectionString: server.url, max: 1 });
  const migrator = new Migrator(admin, {
    logger: new SilentLogger(),
    timers: new ManualTime().timers,
    random: new SeededRandom(1),
  });
  await migrator.migrate([
    {
      schema: SCHEMA,
      rights: 'rows',
      migrations: [outboxMigration(SCHEMA), expand('shop-1', ['create table shop.sales (id text primary key)'])],
    },
  ]);
  await admin.end();
  database = new Database(
    {
      url: server.url,
      user: SCHEMA,
      applicationName: 'shop',
      size: 6,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 5_000,
    },
    { logger: new SilentLogger() },
  );
});
afterAll(async () => {
  await database.stop();
  await server.stop();
});
beforeEach(async () => {
  await database.query({ text: 'delete from shop.outbox' });
  await database.query({ text: 'delete from shop.outbox_streams' });
  await database.query({ text: 'delete from shop.sales' });
});

const message = (stream: string, eventId: string): OutboxMessage => ({
  stream,
  eventId,
  subject: `argosy.evt.sale.made.${stream}`,
  payload: Buffer.from(eventId),
  traceparent: '',
});
const append = (...messages: OutboxMessage[]) => database.transaction((sql) => appendToOutbox(sql, SCHEMA, messages));

class FlakyBus {
  readonly sent: string[] = [];
  failOn = new Set<string>();
  async publishDurable(
    _subject: string,
    _codec: unknown,
    _payload: unknown,
    { eventId }: { eventId: string },
  ): Promise<void> {
    if (this.failOn.delete(eventId)) throw new Fault('SERVICE_UNAVAILABLE', 'bus is away');
    this.sent.push(eventId);
  }
}

function aPublisher() {
  const time = new ManualTime();
  const bus = new FlakyBus();
  const publisher = new OutboxPublisher(
    database,
    SCHEMA,
    bus as unknown as MessageBus,
    time.timers,
    new SilentLogger(),
  );
  return { time, bus, publisher };
}

/** Lets a publisher that waits for the database come to rest. */
async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await database.query({ text: 'select 1' });
}

describe('outbox', () => {
  it('holds a message exactly when its row is committed (I-44)', async () => {
    const failing = database.transaction(async (sql) => {
      await sql.query({ text: "insert into shop.sales values ('s1')" });
      await appendToOutbox(sql, SCHEMA, [message('a', 'e1')]);
      throw new Error('the shop burns');
    });
    await expect(failing).rejects.toThrow('the shop burns');
    expect(await waitingInOutbox(database, SCHEMA, 10)).toEqual([]);
    await append(message('a', 'e1'));
    expect(await waitingInOutbox(database, SCHEMA, 10)).toMatchObject([{ stream: 'a', sequence: 1n, eventId: 'e1' }]);
  });

  it('numbers each stream without gaps, also after what was rolled back (I-42)', async () => {
    expect(await append(message('a', 'e1'), message('a', 'e2'))).toEqual([1n, 2n]);
    await database
      .transaction(async (sql) => {
        await appendToOutbox(sql, SCHEMA, [message('a', 'lost')]);
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(await append(message('b', 'x1'))).toEqual([1n]);
    expect(await append(message('a', 'e3'))).toEqual([3n]);
  });

  it('never shows a later sequence before an earlier one has committed', async () => {
    let letFirstCommit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letFirstCommit = resolve));
    let appended: () => void = () => undefined;
    const firstAppended = new Promise<void>((resolve) => (appended = resolve));
    const first = database.transaction(async (sql) => {
      await appendToOutbox(sql, SCHEMA, [message('a', 'slow')]);
      appended();
      await held;
    });
    await firstAppended;
    const second = append(message('a', 'fast'));
    await database.query({ text: 'select pg_sleep(0.05)' });
    expect(await waitingInOutbox(database, SCHEMA, 10)).toEqual([]);
    letFirstCommit();
    await Promise.all([first, second]);
    expect((await waitingInOutbox(database, SCHEMA, 10)).map(({ eventId }) => eventId)).toEqual(['slow', 'fast']);
  });

  it('refuses the same event twice', async () => {
    await append(message('a', 'e1'));
    await expect(append(message('a', 'e1'))).rejects.toMatchObject({ code: '23505' });
  });

  it('prunes what was published, and only that', async () => {
    await append(message('a', 'e1'), message('a', 'e2'));
    await database.query({
      text: "update shop.outbox set published_at = now() - interval '2 days' where event_id = 'e1'",
    });
    expect(await pruneOutbox(database, SCHEMA, 86_400_000, 100)).toBe(1);
    expect((await waitingInOutbox(database, SCHEMA, 10)).map(({ eventId }) => eventId)).toEqual(['e2']);
  });
});

describe('OutboxPublisher', () => {
  it('sends in order when woken, and marks what is sent', async () => {
    const { bus, publisher } = aPublisher();
    await append(message('a', 'e1'), message('a', 'e2'));
    publisher.start();
    await until(() => bus.sent.length === 2);
    await append(message('a', 'e3'));
    publisher.wake();
    await until(() => bus.sent.length === 3);
    await publisher.stop();
    expect(bus.sent).toEqual(['e1', 'e2', 'e3']);
    expect(await waitingInOutbox(database, SCHEMA, 10)).toEqual([]);
  });

  it('never lets a message overtake one of its stream that could not be sent', async () => {
    const { bus, publisher, time } = aPublisher();
    bus.failOn.add('a1');
    await append(message('a', 'a1'), message('a', 'a2'));
    await append(message('b', 'b1'));
    publisher.start();
    await until(() => bus.sent.length === 1 && time.pending === 1);
    expect(bus.sent).toEqual(['b1']);
    time.advance(5_000);
    await until(() => bus.sent.length === 3);
    await publisher.stop();
    expect(bus.sent).toEqual(['b1', 'a1', 'a2']);
  });

  it('finds what a process left that died between commit and publishing (I-45)', async () => {
    await append(message('a', 'e1'));
    const { bus, publisher, time } = aPublisher();
    publisher.start();
    await until(() => bus.sent.length === 1 && time.pending === 1);
    await append(message('a', 'e2'));
    time.advance(1_000);
    await until(() => bus.sent.length === 2);
    await publisher.stop();
    expect(bus.sent).toEqual(['e1', 'e2']);
  });

  it('sends a batch that is larger than one page', async () => {
    const { bus, publisher } = aPublisher();
    await append(...Array.from({ length: 600 }, (_, i) => message('a', `e${String(i)}`)));
    publisher.start();
    await until(() => bus.sent.length === 600);
    await publisher.stop();
    expect(bus.sent).toEqual(Array.from({ length: 600 }, (_, i) => `e${String(i)}`));
  });
});
