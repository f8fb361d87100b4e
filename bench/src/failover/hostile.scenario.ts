import { Company } from './company.js';
import type { Measured } from './figure-line.js';
import { type Harm, HARMS } from './harms.js';
import { lateRefusals } from './judge.js';
import { OrderStream } from './order-stream.js';
import { pause } from './pause.js';
import { countsOf, type Effort, type Outcome, type Scenario, trialsOf, violationsIn } from './scenario.js';
import { verdict } from './settled.js';

const TRIALS = 100;
const OPEN_ORDERS = 10;
const STREAM = 'stream';
const EVERY_MS = 25;
const LEAD_IN_MS = 300;

/** One harm while orders flow; how long from its beginning until there is a pair again that trades, ms. */
export async function endure(company: Company, { befall }: Harm): Promise<number> {
  const leader = await company.pair();
  await company.rest(OPEN_ORDERS);
  const stream = new OrderStream(company, STREAM, EVERY_MS);
  try {
    await pause(LEAD_IN_MS);
    const sinceMs = performance.now();
    await befall(company, leader);
    await company.pair();
    await company.placed('after');
    return performance.now() - sinceMs;
  } finally {
    await stream.stop();
    await company.tidy(STREAM, 'after');
  }
}

async function run(effort: Effort): Promise<Outcome> {
  const company = await Company.open('hostile');
  try {
    const trials = trialsOf(effort, TRIALS);
    const took: number[] = [];
    for (let trial = 0; trial < trials; trial += 1) {
      const harm = HARMS[trial % HARMS.length]!;
      took.push(await endure(company, harm));
      effort.progress(`trial ${String(trial + 1)} of ${String(trials)}: ${harm.name}, ${took.at(-1)!.toFixed(0)} ms`);
    }
    const found = await verdict(company.stage, company.desk);
    const late = lateRefusals(await company.stage.venue.truth(), company.stage.takeovers);
    const note = `${String(late)} orders of deposed leaders reached the venue after a takeover and were refused there`;
    const recovery: Measured = {
      figure: 'hostile: until a pair trades again',
      unit: 'ms',
      judged: 'max',
      limit: 30_000,
      trials: took,
      note,
    };
    return { figures: [...countsOf('hostile', found, trials), recovery], violations: violationsIn(found) };
  } finally {
    await company.close();
  }
}

/** Pauses, blocked loops, clock jumps, partitions and late arrivals, while orders flow. */
export const hostileScenario: Scenario = { name: 'hostile', run };
