import { Database, Migrator, openPool, sqlState } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import type pg from 'pg';
import { electionSchema } from './election-schema.js';
import { LEASE_TIMES, type LeaseTimes } from './lease-times.js';
import { PostgresElectionRecord } from './postgres-election-record.adapter.js';
import { leasePoolOptions, PostgresLeaseStore } from './postgres-lease-store.adapter.js';
import { leadershipContract } from './testing/leadership.contract.js';
import { Candidate, type LeaseWorld, Watcher } from './testing/lease-world.fixture.js';

const LIMITS = { size: 4, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
/** Half of the usual ones, so that what has to be waited for is waited for half as long. */
const TIMES: LeaseTimes = { ttlMs: 600, heartbeatMs: 100, marginMs: 150, pollMs: 25 };

let server: PostgresServer;
let admin: pg.Pool;
const databases: Database[] = [];

function as(role: string, times = TIMES): Database {
  const service = { url: server.url, user: role, applicationName: `spec-${role}`, ...LIMITS };
  const database = new Database(leasePoolOptions(service, times), { logger: new SilentLogger() });
  databases.push(database);
  return database;
}

const clock = new SystemClock();
const timers = new SystemTimers();

const worldOf = (times: LeaseTimes, database: () => Database): LeaseWorld => ({
  times,
  clock,
  timers,
  store: () => new PostgresLeaseStore(database()),
  pass: (milliseconds) => timers.sleep(milliseconds),
  deleteRow: async (name) => void (await admin.query('delete from election.leases where name = $1', [name])),
  // What a step of the server's clock looks like to everybody: all that it has written lies elsewhere in time.
  jumpStoreClock: async (milliseconds) =>
    void (await admin.query("update election.leases set expires_at = expires_at - $1 * interval '1 millisecond'", [
      milliseconds,
    ])),
});

beforeAll(async () => {
  server = await startPostgres();
  admin = openPool({ url: server.url, user: 'postgres', applicationName: 'spec', ...LIMITS });
  admin.on('error', () => undefined);
  const parts = { logger: new SilentLogger(), timers: new ManualTime().timers, random: new SeededRandom(1) };
  const bare = (schema: string) => ({ schema, rights: 'declared' as const, migrations: [] });
  await new Migrator(admin, parts).migrate([electionSchema, bare('execution'), bare('risk'), bare('market_data')]);
}, 60_000);
afterAll(async () => {
  await Promise.all([admin.end(), ...databases.map((database) => database.stop())]);
  await server.stop();
});

describe('leadership over the store in Postgres', () => {
  let shared: Database;
  beforeAll(() => {
    shared = as('execution');
  });
  leadershipContract(async () => worldOf(TIMES, () => shared));
});

describe('two candidates started at once on Postgres', () => {
  it('never both lead, in fifty groups (F-10, I-03)', async () => {
    const [one, two] = [as('execution'), as('execution')];
    const pairs = Array.from({ length: 50 }, (_, index) =>
      [one, two].map((database, side) => {
        const world = worldOf(TIMES, () => database);
        return new Candidate(world, `${String(index)}-${String(side)}`, [`execution.once${String(index)}`]);
      }),
    );
    const world = worldOf(TIMES, () => one);
    const watchers = pairs.map((pair) => new Watcher(world, pair));
    for (const pair of pairs) for (const candidate of pair) candidate.stand();
    const led = (): number => pairs.filter((pair) => pair.some(({ leads }) => leads)).length;
    for (let passed = 0; passed < 20 * TIMES.ttlMs && led() < pairs.length; passed += 10) {
      await world.pass(10);
      for (const watcher of watchers) watcher.look();
    }
    const everLed = led();
    // One whose lease has run out on a slow machine may still hold it to cancel, and counts as no leader.
    const trading = pairs.map((pair) => pair.filter(({ mayTrade }) => mayTrade).length);
    for (const { timers: own, link } of pairs.flat()) {
      own.kill();
      link.isCut = true;
    }
    expect([everLed, Math.max(...trading)]).toEqual([pairs.length, 1]);
    expect(watchers.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe('a lease that nobody has ever held', () => {
  it('is not taken from the candidate that made its row while another was between its look and its writing (I-03)', async () => {
    const names = ['execution.unborn'];
    const [slow, fast] = [new PostgresLeaseStore(admin), new PostgresLeaseStore(as('execution'))];
    const request = { names, ttlMs: 600, seen: new Map(), epochAbove: 0 };
    // Holds whoever asks for an epoch, which is after its look; the faster one is written by hand, so needs none.
    const holder = await admin.connect();
    await holder.query('begin');
    await holder.query('alter sequence election.epochs cache 1');
    const taking = slow.take({ ...request, holder: 'slow' });
    await isBlocked();
    await admin.query(`insert into election.leases
      (name, epoch, holder, renewals, ttl_ms, expires_at, released, taken_at)
      values ('execution.unborn', 1, 'fast', 0, 60000, clock_timestamp() + interval '1 minute', false, clock_timestamp())`);
    await holder.query('commit');
    holder.release();
    expect(await taking).toBeUndefined();
    expect((await fast.read(names)).get('execution.unborn')).toMatchObject({ holder: 'fast', epoch: 1 });
  });

  async function isBlocked(): Promise<void> {
    const text = "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%election.take%'";
    while ((await admin.query(text)).rowCount === 0) await timers.sleep(5);
  }
});

describe('with the durations of a fleet', () => {
  it('takes over within 1.4 s of the end of a leader and within 250 ms of a release (F-01, F-02)', async () => {
    const [one, two] = [as('execution', LEASE_TIMES), as('execution', LEASE_TIMES)];
    const world = worldOf(LEASE_TIMES, () => one);
    const names = ['execution.timed'];
    const a = new Candidate(world, 'timed-a', names).stand();
    const b = new Candidate(
      worldOf(LEASE_TIMES, () => two),
      'timed-b',
      names,
    );
    const watcher = new Watcher(world, [a, b]);
    await watcher.until(() => a.leads, 5_000);
    b.stand();
    await watcher.pass(500);
    const killedMs = clock.monotonicMs();
    a.timers.kill();
    expect(await watcher.until(() => b.mayTrade, 3_000)).toBe(true);
    const failoverMs = clock.monotonicMs() - killedMs;

    const c = new Candidate(world, 'timed-c', names).stand();
    await watcher.pass(200);
    const releasedMs = clock.monotonicMs();
    await b.leadership.release();
    expect(await new Watcher(world, [b, c]).until(() => c.mayTrade, 2_000)).toBe(true);
    const handOverMs = clock.monotonicMs() - releasedMs;
    c.timers.kill();
    // Printed because the figures are what operators plan with.
    process.stdout.write(`failover ${failoverMs.toFixed(0)} ms, hand-over ${handOverMs.toFixed(0)} ms\n`);
    expect(failoverMs).toBeLessThan(LEASE_TIMES.ttlMs + 200);
    expect(handOverMs).toBeLessThan(250);
    expect(watcher.violations).toEqual([]);
  });
});

describe('the rights on leases', () => {
  const acts: ReadonlyArray<[string, string, string, string]> = [
    ['taking its own', 'risk', "select election.take('{risk}', '{0}', '{0}', 'me', 100, 0)", 'allowed'],
    [
      'taking one of its accounts',
      'execution',
      "select election.take('{execution.x}', '{null}', '{null}', 'me', 100, 0)",
      'allowed',
    ],
    [
      'taking a lease of its name without a row of it',
      'market_data',
      "select election.take('{market-data.x}', '{null}', '{null}', 'me', 100, 0)",
      'allowed',
    ],
    [
      'taking that of another',
      'risk',
      "select election.take('{execution.y}', '{null}', '{null}', 'me', 100, 0)",
      '42501',
    ],
    [
      'making a row for another',
      'market_data',
      "insert into election.leases values ('risk', 9, 'me', 0, 1, now(), false, now())",
      '42501',
    ],
    ['deleting its own', 'risk', "delete from election.leases where name = 'risk'", '42501'],
    ['setting the sequence back', 'risk', "select setval('election.epochs', 1)", '42501'],
    ['lowering an epoch', 'risk', "update election.leases set epoch = 0 where name = 'risk'", 'P0001'],
  ];
  it.each(acts)('%s (as %s)', async (_what, role, text, expected) => {
    const outcome = await as(role)
      .query({ text })
      .then(() => 'allowed', sqlState);
    expect(outcome).toBe(expected);
  });

  it('shows nobody the leases of another, nor renews or releases them', async () => {
    const risk = as('risk');
    await as('execution').query({
      text: "select election.take('{execution.hidden}', '{null}', '{null}', 'him', 100, 0)",
    });
    const store = new PostgresLeaseStore(risk);
    expect(await store.read(['execution.hidden'])).toEqual(new Map());
    const { rows } = await admin.query<{ epoch: string }>(
      "select epoch from election.leases where name = 'execution.hidden'",
    );
    const hold = { names: ['execution.hidden'], holder: 'him', epoch: Number(rows[0]?.epoch) };
    expect(await store.renew(hold, 1_000)).toBe(false);
    await store.release(hold);
    const after = await admin.query("select released from election.leases where name = 'execution.hidden'");
    expect(after.rows).toEqual([{ released: false }]);
  });
});

describe('the time that a question to the store may take', () => {
  it('gives a statement up that waits for a lock, and asks again on another connection (F-19)', async () => {
    const store = new PostgresLeaseStore(as('execution'));
    const names = ['execution.locked'];
    const epoch = await store.take({ names, holder: 'me', ttlMs: 600, seen: new Map(), epochAbove: 0 });
    const blocker = await admin.connect();
    await blocker.query('begin');
    await blocker.query("select from election.leases where name = 'execution.locked' for update");
    const beganMs = clock.monotonicMs();
    const hold = { names, holder: 'me', epoch: epoch ?? 0 };
    await expect(store.renew(hold, 600)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(clock.monotonicMs() - beganMs).toBeLessThan(TIMES.ttlMs);
    await blocker.query('rollback');
    blocker.release();
    expect(await store.renew(hold, 600)).toBe(true);
  });

  it('goes on after the server was away (F-16)', async () => {
    const store = new PostgresLeaseStore(as('execution'));
    const names = ['execution.restarted'];
    const epoch = await store.take({ names, holder: 'me', ttlMs: 600, seen: new Map(), epochAbove: 0 });
    const hold = { names, holder: 'me', epoch: epoch ?? 0 };
    await server.kill();
    await expect(store.renew(hold, 600)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    expect(await store.renew(hold, 600)).toBe(true);
    // The sequence and the taking of a lease survive a crash, so an epoch is never given twice.
    const next = await store.take({
      names: ['execution.later'],
      holder: 'me',
      ttlMs: 600,
      seen: new Map(),
      epochAbove: 0,
    });
    expect(next).toBeGreaterThan(epoch ?? 0);
  });
});

describe('the record of an election in Postgres (HA-1)', () => {
  it('knows who stands by and who stepped down, of its own leases alone', async () => {
    const [risk, execution] = ['risk', 'execution'].map((role) => new PostgresElectionRecord(as(role)));
    expect(await risk!.isStandbyThere('risk', 3_000)).toBe(false);
    await risk!.stoodBy('risk', 'one');
    await risk!.stoodBy('risk', 'two');
    expect(await risk!.isStandbyThere('risk', 3_000)).toBe(true);
    expect(await execution!.isStandbyThere('risk', 3_000)).toBe(false);
    await risk!.steppedDown('risk', 'here', 'memory');
    expect(await risk!.stepDowns('risk', 60_000)).toMatchObject([{ place: 'here' }]);
    expect(await execution!.stepDowns('risk', 60_000)).toEqual([]);
    await expect(execution!.steppedDown('risk', 'there', 'mischief')).rejects.toMatchObject({ code: '42501' });
  });
});
