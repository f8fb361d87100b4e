import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Company } from './company.js';
import { OrderStream } from './order-stream.js';
import { pause } from './pause.js';
import type { Effort, Outcome, Scenario } from './scenario.js';
import { violationsIn } from './scenario.js';
import { verdict } from './settled.js';

const STREAM = 'stream';
const EVERY_MS = 200;
/** Open orders of a stream are cleared so often, ms. */
const CLEAR_MS = 20_000;
const PER_CORE = 2;
const MINUTE_MS = 60_000;

/** Twice as many programs as cores that do nothing but count. */
function burners(): readonly ChildProcess[] {
  const all = Array.from({ length: PER_CORE * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }),
  );
  process.once('exit', () => all.forEach((each) => each.kill('SIGKILL')));
  return all;
}

async function run({ loadedMinutes, progress }: Effort): Promise<Outcome> {
  const company = await Company.open('loaded');
  const load = burners();
  try {
    await company.pair();
    const before = company.stage.takeovers.length;
    const stream = new OrderStream(company, STREAM, EVERY_MS);
    const untilMs = performance.now() + loadedMinutes * MINUTE_MS;
    while (performance.now() < untilMs) {
      await pause(Math.min(CLEAR_MS, untilMs - performance.now()));
      await company.desk.cancelAll(STREAM);
      progress(`${((untilMs - performance.now()) / MINUTE_MS).toFixed(1)} minutes left`);
    }
    await stream.stop();
    for (const each of load) each.kill('SIGKILL');
    const found = await verdict(company.stage, company.desk);
    const figure = `false failovers in ${String(loadedMinutes)} loaded minutes`;
    const trials = [company.stage.takeovers.length - before];
    return {
      figures: [{ figure, unit: 'takeovers', judged: 'sum', limit: 0, trials }],
      violations: violationsIn(found),
    };
  } finally {
    for (const each of load) each.kill('SIGKILL');
    await company.close();
  }
}

/** Nobody dies; the machine is merely busy. */
export const loadedScenario: Scenario = { name: 'loaded', run };
