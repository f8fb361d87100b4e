import { subjects } from '@argosy/contracts';
import { clientOrderId, orderRequestId, timeNs } from '@argosy/domain';
import type { JournalBatch } from '@argosy/execution-core';
import { executionSchema, PostgresOrderJournal } from '@argosy/execution-store';
import { Database } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { anIntent, anOrder } from '@argosy/testing';
import pg from 'pg';
import { quantile } from '../harness/statistics.js';
import { startDurablePostgres } from '../servers/durable-postgres.js';
import { ACCOUNT } from './bench-account.js';
import type { Effort, Outcome, Scenario } from './scenario.js';

const ROUNDS = 20;
const ROUNDS_QUICK = 5;
const COMMITS = 400;
const WARM_UP = 300;
const EPOCH = 1;
const PAYLOAD_BYTES = 300;
const SUBJECT = subjects.accountFact('order_changed', 'hyperliquid', ACCOUNT, 'maker-1');
const CREATE_TABLE = `create table public.bare_commits (
  id text primary key, account text not null, strategy text not null, side text not null,
  price numeric(38,12) not null, quantity numeric(38,12) not null, payload bytea not null)`;
const INSERT = {
  name: 'bare-commit',
  text: 'insert into public.bare_commits values ($1, $2, $3, $4, $5, $6, $7)',
};

/** What must be durable before an order leaves: its intent, its state, the fact that will be published. */
function batch(sequence: number): JournalBatch {
  const id = clientOrderId(`0001000100000001${sequence.toString(16).padStart(16, '0')}`);
  const request = orderRequestId(`journal-${String(sequence)}`);
  const now = timeNs(BigInt(Date.now()) * 1_000_000n);
  return {
    accountId: ACCOUNT,
    epoch: EPOCH,
    intents: [
      {
        clientOrderId: id,
        intent: anIntent({ orderRequestId: request }),
        nonce: BigInt(sequence),
        signer: 'bench',
        epoch: EPOCH,
        expiresAt: now,
        traceparent: '',
      },
    ],
    orders: [anOrder({ clientOrderId: id, orderRequestId: request, state: 'sent', createdAt: now, updatedAt: now })],
    fills: [],
    fundings: [],
    events: [
      {
        sequence: BigInt(sequence),
        eventId: `main-${String(sequence)}`,
        subject: SUBJECT,
        payload: new Uint8Array(PAYLOAD_BYTES),
        traceparent: '',
      },
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

async function run({ quick, progress }: Effort): Promise<Outcome> {
  const postgres = await startDurablePostgres([executionSchema]);
  const bare = new pg.Client({ connectionString: postgres.adminUrl });
  await bare.connect();
  await bare.query(CREATE_TABLE);
  const database = new Database(
    {
      url: postgres.url,
      user: 'execution',
      password: undefined,
      applicationName: 'failover-journal',
      size: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
    },
    { logger: new SilentLogger() },
  );
  const journal = new PostgresOrderJournal(database);
  await journal.claimEpoch({ accountId: ACCOUNT, venue: 'hyperliquid', kind: 'live' }, EPOCH, timeNs(1n));
  let sequence = 0;
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  const ours = (): Promise<number> => timed(() => journal.write(batch((sequence += 1))));
  const floor = (): Promise<number> =>
    timed(() =>
      bare.query({ ...INSERT, values: [`c-${String(sequence)}`, ACCOUNT, 'maker-1', 'buy', '60000', '0.5', payload] }),
    );
  for (let each = 0; each < WARM_UP; each += 1) {
    await ours();
    await floor();
  }
  const ratios: number[] = [];
  const p99s: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  for (let round = 0; round < (quick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    const [us, them] = [new Float64Array(COMMITS), new Float64Array(COMMITS)];
    // One and one: a flush of the disk or a neighbour that wakes up costs both alike.
    for (let each = 0; each < COMMITS; each += 1) {
      us[each] = await ours();
      them[each] = await floor();
    }
    p99s.ours.push(quantile(us, 0.99));
    p99s.floor.push(quantile(them, 0.99));
    ratios.push(p99s.ours.at(-1)! / p99s.floor.at(-1)!);
    progress(
      `round ${String(round + 1)}: p99 ${p99s.ours.at(-1)!.toFixed(2)} ms, bare ${p99s.floor.at(-1)!.toFixed(2)} ms`,
    );
  }
  await database.stop();
  await bare.end();
  await postgres.stop();
  const middle = (values: readonly number[]): string => quantile(Float64Array.from(values), 0.5).toFixed(2);
  return {
    figures: [
      {
        figure: 'intent journal p99 / bare durable commit p99',
        unit: 'times',
        judged: 'p50',
        limit: 3,
        trials: ratios,
        note: `p99 of ${String(COMMITS)} commits a round, medians ${middle(p99s.ours)} ms and ${middle(p99s.floor)} ms`,
      },
    ],
    violations: [],
  };
}

/** An intent made durable beside one bare insert, on one server that syncs. */
export const journalScenario: Scenario = { name: 'journal', run };
