import { Company } from './company.js';
import type { Measured } from './figure-line.js';
import { OrderStream } from './order-stream.js';
import { pause } from './pause.js';
import { countsOf, type Effort, type Outcome, type Scenario, trialsOf, violationsIn } from './scenario.js';
import { verdict } from './settled.js';

const TRIALS = 20;
const OPEN_ORDERS = 50;
const STREAM = 'stream';
const EVERY_MS = 50;
const LEAD_IN_MS = 300;
const DOWN_MS = 1_000;

type Server = 'postgres' | 'nats';

/** From the server's return to the first accepted order, ms. */
async function outlive(company: Company, server: Server): Promise<number> {
  await company.pair();
  await company.rest(OPEN_ORDERS);
  const stream = new OrderStream(company, STREAM, EVERY_MS);
  await pause(LEAD_IN_MS);
  await company.stage[server].kill();
  await pause(DOWN_MS);
  await company.stage[server].restart();
  const backMs = Date.now();
  const { atMs } = await company.placed('after');
  await stream.stop();
  await company.pair();
  await company.tidy(STREAM, 'after');
  return Math.max(0, atMs - backMs);
}

async function run(effort: Effort): Promise<Outcome> {
  const company = await Company.open('servers');
  try {
    const trials = trialsOf(effort, TRIALS);
    const took: Record<Server, number[]> = { postgres: [], nats: [] };
    for (let trial = 0; trial < trials; trial += 1) {
      for (const server of ['postgres', 'nats'] as const) {
        took[server].push(await outlive(company, server));
        effort.progress(`trial ${String(trial + 1)} of ${String(trials)}: ${server} ${String(took[server].at(-1))} ms`);
      }
    }
    const found = await verdict(company.stage, company.desk);
    const line = (figure: string, trialsOfIt: readonly number[]): Measured => ({
      figure,
      unit: 'ms',
      judged: 'max',
      limit: 5_000,
      trials: trialsOfIt,
      note: `killed, ${String(DOWN_MS)} ms later started again; from its return to the first accepted order`,
    });
    return {
      figures: [
        line('orders resume after Postgres returns', took.postgres),
        line('orders resume after NATS returns', took.nats),
        ...countsOf('servers killed', found, 2 * trials),
      ],
      violations: violationsIn(found),
    };
  } finally {
    await company.close();
  }
}

/** Postgres and NATS killed as a power cut would, while orders flow. */
export const serversScenario: Scenario = { name: 'servers', run };
