import type { KillReport } from '@argosy/contracts';
import { Company } from './company.js';
import type { Measured } from './figure-line.js';
import { OrderStream } from './order-stream.js';
import { awaited, pause } from './pause.js';
import { whileFrozen } from './postgres-processes.js';
import { type Effort, type Outcome, type Scenario, trialsOf, violationsIn } from './scenario.js';
import { verdict } from './settled.js';

const TRIALS = 100;
const TRIALS_OF_MANY = 10;
const FEW = 10;
const MANY = 500;
const STREAM = 'stream';
const EVERY_MS = 20;
const LEAD_IN_MS = 300;
/** Longer than an order that was about to leave would need. */
const AFTERMATH_MS = 500;
/** How the venue's protocol spells an order. */
const ORDER_TEXT = '"type":"order"';
const NS_PER_MS = 1e6;

interface Killed {
  readonly ackMs: number;
  readonly ordersAfter: number;
  /** Until no order was open; undefined when the report never came whole. */
  readonly accountedMs: number;
  readonly completeMs: number;
  readonly pending: number;
}

/** Whatever arrived together with the answer has been read when this resolves. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

async function kill(company: Company, killId: string, open: number, isFrozen: boolean): Promise<Killed> {
  const { stage, voice } = company;
  const { toVenue } = await company.pair();
  await company.rest(open);
  const stream = new OrderStream(company, STREAM, EVERY_MS);
  await pause(LEAD_IN_MS);
  const ask = async (): Promise<number> => {
    const sinceMs = performance.now();
    await voice.kill(killId);
    return performance.now() - sinceMs;
  };
  const ackMs = isFrozen ? await whileFrozen(stage.admin, ask) : await ask();
  await turn();
  toVenue.watch(ORDER_TEXT);
  await pause(AFTERMATH_MS);
  const ordersAfter = toVenue.seen;
  const report = await awaited('a complete report of the kill', async () => {
    const told = await voice.killReport(killId);
    return told?.complete === true ? told : undefined;
  });
  await stream.stop();
  await awaited('trading may go on', async () => ((await voice.resume()) ? true : undefined));
  company.forgetResting();
  return { ackMs, ordersAfter, ...timesOf(report) };
}

function timesOf(report: KillReport): Pick<Killed, 'accountedMs' | 'completeMs' | 'pending'> {
  const since = (at: bigint): number => Number(at - report.requestedNs) / NS_PER_MS;
  const pending = report.orders.filter(({ outcome }) => outcome === 'pending' || outcome === 'could_not_cancel').length;
  return { accountedMs: since(report.allCancelledNs), completeMs: since(report.secondSweepNs), pending };
}

async function run(effort: Effort): Promise<Outcome> {
  const company = await Company.open('killed');
  try {
    const [few, many] = [
      trialsOf(effort, TRIALS),
      Math.min(trialsOf(effort, TRIALS_OF_MANY), trialsOf(effort, TRIALS)),
    ];
    const all: Killed[] = [];
    for (let trial = 0; trial < few + many; trial += 1) {
      all.push(await kill(company, `bench-kill-${String(trial)}`, trial < few ? FEW : MANY, trial % 2 === 1));
      effort.progress(`trial ${String(trial + 1)} of ${String(few + many)}: ${JSON.stringify(all.at(-1))}`);
    }
    const found = await verdict(company.stage, company.desk);
    const after = all.reduce((sum, each) => sum + each.ordersAfter, 0);
    return {
      figures: figuresOf(all, few),
      violations: [
        ...violationsIn(found),
        ...(after === 0 ? [] : [`${String(after)} orders left after a kill was acknowledged`]),
      ],
    };
  } finally {
    await company.close();
  }
}

function figuresOf(all: readonly Killed[], few: number): readonly Measured[] {
  const many = all.slice(few);
  const line = (
    figure: string,
    unit: string,
    judged: Measured['judged'],
    limit: number,
    trials: number[],
  ): Measured => ({
    figure,
    unit,
    judged,
    limit,
    trials,
  });
  return [
    line(
      'kill acknowledged',
      'ms',
      'p99',
      50,
      all.filter((_, trial) => trial % 2 === 0).map(({ ackMs }) => ackMs),
    ),
    line(
      'kill acknowledged, Postgres frozen',
      'ms',
      'p99',
      50,
      all.filter((_, trial) => trial % 2 === 1).map(({ ackMs }) => ackMs),
    ),
    line(
      'orders that leave after the acknowledgement',
      'orders',
      'sum',
      0,
      all.map(({ ordersAfter }) => ordersAfter),
    ),
    line(
      `${String(MANY)} open orders gone after a kill`,
      'ms',
      'max',
      2_000,
      many.map(({ accountedMs }) => accountedMs),
    ),
    line(
      '  until swept again and reported whole',
      'ms',
      'max',
      6_000,
      many.map(({ completeMs }) => completeMs),
    ),
    line(
      '  orders without an end',
      'orders',
      'sum',
      0,
      all.map(({ pending }) => pending),
    ),
  ];
}

/** A kill while orders flow, every second one with Postgres stopped. */
export const killSwitchScenario: Scenario = { name: 'kill-switch', run };
