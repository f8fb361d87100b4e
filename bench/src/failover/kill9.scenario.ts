import { Company } from './company.js';
import type { Measured } from './figure-line.js';
import { awaited } from './pause.js';
import { countsOf, type Effort, type Outcome, type Scenario, trialsOf, violationsIn } from './scenario.js';
import { verdict } from './settled.js';

const TRIALS = 200;
const OPEN_ORDERS = 50;
const IN_DOUBT = 3;
/** Less than execution waits until it believes that an order is not there. */
const UNSEEN_MS = 1_500;
const PROBER = 'prober';
const DOUBTER = 'doubter';

/** From the signal, ms. */
export interface Failover {
  readonly leaseMs: number;
  readonly cancelMs: number;
  readonly reconciledMs: number;
  readonly orderMs: number;
}

/** Accepted by the venue, which answers none of them, says nothing of them and, every second time, does not list them. */
async function leaveInDoubt(company: Company, isUnseen: boolean): Promise<void> {
  const { stage } = company;
  await stage.venue.putRule('silent', {
    fault: 'accept_then_timeout',
    target: { channel: 'order' },
    count: IN_DOUBT,
  });
  await stage.venue.putRule('deaf', { fault: 'drop', target: { lane: 'private' } });
  if (isUnseen)
    await stage.venue.putRule('unseen', { fault: 'not_found', target: { lane: 'read' }, settings: { ms: UNSEEN_MS } });
  await Promise.all(Array.from({ length: IN_DOUBT }, () => company.placed(DOUBTER)));
}

/** One leader dies with 50 orders open and 3 in doubt; how long until the venue accepts from the next. */
export async function failOver(company: Company, trial: number): Promise<Failover> {
  const { stage } = company;
  const leader = await company.pair();
  const standby = stage.other(leader);
  await company.rest(OPEN_ORDERS);
  await leaveInDoubt(company, trial % 2 === 1);
  const doomed = company.giveUpOne();
  const killedMs = Date.now();
  leader.process.signal('SIGKILL');
  const [order, cancelledMs] = await Promise.all([
    company.placed(PROBER),
    company.cancelled(doomed.clientOrderId),
    stage.venue.removeRule('deaf'),
  ]);
  const lease = await awaited('the log of the takeover', () => standby.process.last('lease_taken'));
  const reconciled = await awaited('the log of the reconciliation', () => standby.process.last('reconciled'));
  leader.process.start();
  await stage.venue.clearRules();
  await company.tidy(DOUBTER, PROBER);
  return {
    leaseMs: lease.atMs - killedMs,
    cancelMs: cancelledMs - killedMs,
    reconciledMs: reconciled.atMs - killedMs,
    orderMs: order.atMs - killedMs,
  };
}

function figuresOf(all: readonly Failover[]): readonly Measured[] {
  const ms = (figure: string, judged: Measured['judged'], limit: number, of: (each: Failover) => number): Measured => ({
    figure,
    unit: 'ms',
    judged,
    limit,
    trials: all.map(of),
  });
  return [
    ms('failover to first order, p50', 'p50', 1_400, ({ orderMs }) => orderMs),
    ms('failover to first order, max', 'max', 2_000, ({ orderMs }) => orderMs),
    ms('failover to first cancel, max', 'max', 2_000, ({ cancelMs }) => cancelMs),
    ms('  of it until the lease is taken', 'max', 1_300, ({ leaseMs }) => leaseMs),
    ms('  of it until reconciled', 'max', 2_000, ({ reconciledMs }) => reconciledMs),
  ];
}

async function run(effort: Effort): Promise<Outcome> {
  const company = await Company.open('kill9');
  try {
    const trials = trialsOf(effort, TRIALS);
    const all: Failover[] = [];
    for (let trial = 0; trial < trials; trial += 1) {
      const failover = await failOver(company, trial);
      all.push(failover);
      effort.progress(`trial ${String(trial + 1)} of ${String(trials)}: ${JSON.stringify(failover)}`);
    }
    const found = await verdict(company.stage, company.desk);
    return {
      figures: [...figuresOf(all), ...countsOf('kill -9', found, trials)],
      violations: violationsIn(found),
    };
  } finally {
    await company.close();
  }
}

/** `kill -9` of the leader with 50 orders open and 3 in doubt. */
export const kill9Scenario: Scenario = { name: 'kill-9', run };
