import { epochOf } from './bench-account.js';
import { Company } from './company.js';
import { awaited, pause } from './pause.js';
import { type Effort, type Outcome, type Scenario, trialsOf, violationsIn } from './scenario.js';
import { OrderStream } from './order-stream.js';
import { verdict } from './settled.js';
import type { Candidate } from './stage.js';
import { bare, type TruthEntry } from './venue-control.js';

const TRIALS = 100;
const OPEN_ORDERS = 50;
const STREAM = 'stream';
const EVERY_MS = 20;
const LEAD_IN_MS = 400;

interface HandOver {
  readonly gapMs: number;
  /** From the signal to the moments that the logs name, ms. */
  readonly releasedMs: number;
  readonly takenMs: number;
  readonly reconciledMs: number;
  readonly inDoubt: number;
}

const isAccepted = ({ kind, outcome }: TruthEntry): boolean => kind === 'order' && outcome !== 'refused';
const epochIn = ({ cloid }: TruthEntry): number => epochOf(bare(cloid ?? '0x0'));

/** Between the last order of the old epoch and the first of the new one, as the venue accepted them. */
function gapIn(truth: readonly TruthEntry[], epoch: number): number | undefined {
  const orders = truth.filter(isAccepted);
  const last = orders.findLast((entry) => epochIn(entry) <= epoch);
  const first = orders.find((entry) => epochIn(entry) > epoch);
  return last === undefined || first === undefined ? undefined : first.atMs - last.atMs;
}

async function handOver(company: Company): Promise<HandOver> {
  const { stage } = company;
  const leader = await company.pair();
  await company.rest(OPEN_ORDERS);
  const epoch = Number(leader.process.last('lease_taken')?.data['epoch']);
  const stream = new OrderStream(company, STREAM, EVERY_MS);
  await pause(LEAD_IN_MS);
  const signalledMs = Date.now();
  leader.process.signal('SIGTERM');
  const gapMs = await awaited('the venue accepts an order of the next leader', async () =>
    gapIn(await stage.venue.truth(), epoch),
  );
  await stream.stop();
  await leader.process.exited();
  const moves = stage.candidates.flatMap(({ process }) => process.events('state_transition'));
  const inDoubt = moves.filter(({ data }) => data['to_state'] === 'in_doubt').length;
  const since = async (who: Candidate, event: string): Promise<number> =>
    (await awaited(`the log of ${event}`, () => who.process.last(event))).atMs - signalledMs;
  const next = stage.other(leader);
  const [takenMs, reconciledMs] = [await since(next, 'lease_taken'), await since(next, 'reconciled')];
  const releasedMs = await since(leader, 'lease_released');
  leader.process.start();
  await company.tidy(STREAM);
  return { gapMs, releasedMs, takenMs, reconciledMs, inDoubt };
}

async function run(effort: Effort): Promise<Outcome> {
  const company = await Company.open('handover');
  try {
    const trials = trialsOf(effort, TRIALS);
    const all: HandOver[] = [];
    for (let trial = 0; trial < trials; trial += 1) {
      all.push(await handOver(company));
      effort.progress(`trial ${String(trial + 1)} of ${String(trials)}: ${JSON.stringify(all.at(-1))}`);
    }
    const note = 'between the last order of the old and the first of the new leader, as the venue accepted them';
    return {
      figures: [
        {
          figure: 'planned hand-over',
          unit: 'ms',
          judged: 'max',
          limit: 250,
          trials: all.map((each) => each.gapMs),
          note,
        },
        {
          figure: 'planned hand-over: in doubt',
          unit: 'orders',
          judged: 'sum',
          limit: 0,
          trials: all.map((each) => each.inDoubt),
        },
      ],
      violations: violationsIn(await verdict(company.stage, company.desk)),
    };
  } finally {
    await company.close();
  }
}

/** `SIGTERM` of the leader while orders flow. */
export const handOverScenario: Scenario = { name: 'hand-over', run };
