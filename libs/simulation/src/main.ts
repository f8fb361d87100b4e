import { SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { writeFile } from 'node:fs/promises';
import { readCommandLine, type SimRequest, UsageError } from './cli/command-line.js';
import { coverageTable } from './cli/coverage-table.js';
import { EXPECTED_COVERAGE } from './cli/expected-coverage.js';
import { runMutants } from './cli/run-mutants.js';
import { onWorkers } from './cli/seed-workers.js';
import { type Meter, Tally } from './cli/tally.js';
import { MUTANTS } from './mutants/mutants.js';
import { runSeed, type SeedReport } from './run-seed.js';
import { faultText, shrink } from './shrink.js';

const PROGRESS_MS = 2_000;
const SHRUNK_MAX = 5;

const clock = new SystemClock();
const timers = new SystemTimers();
const meter: Meter = {
  wallMs: () => clock.monotonicMs(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const tell = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const request = readCommandLine(process.argv.slice(2));
  if (request.mutants) return mutants(request);
  if (request.seeds === 1) return one(request);
  return many(request);
}

async function one(request: SimRequest): Promise<void> {
  const { first: seed, plan, logFile, json } = request;
  const tally = new Tally(meter);
  const report = await runSeed({ seed, keepLog: logFile !== undefined, ...(plan === undefined ? {} : { plan }) });
  tally.add(report);
  if (logFile !== undefined) await writeFile(logFile, `${report.log.join('\n')}\n`);
  if (json) {
    const { log: _log, ...rest } = report;
    tell(JSON.stringify(rest));
  } else {
    tell(`seed ${String(seed)}: ${String(report.events)} events, log ${report.digest}`);
    for (const fault of report.plan) tell(`  ${faultText(fault)}`);
    tell(`\n${coverageTable(report.coverage, [])}\n`);
  }
  await failures(tally.failed, json);
  if (!json) tell(tally.line);
}

async function many(request: SimRequest): Promise<void> {
  const { first, seeds, workers, json } = request;
  const tally = new Tally(meter);
  let next = first;
  const progress = timers.every(PROGRESS_MS, () => say(`sim: ${tally.line}`));
  await onWorkers(
    Math.min(workers, seeds),
    () => (next < first + seeds ? { seed: next++ } : undefined),
    (report) => {
      tally.add(report);
      if (report.violations.length > 0) say(`sim: seed ${String(report.seed)}: ${headline(report)}`);
    },
  );
  progress.cancel();
  tally.failed.sort((a, b) => a.seed - b.seed);
  const { minutesPerMinute, eventsPerSecond, cpuMs, coverage, failed, minutes } = tally;
  const line = tally.line;
  if (json) {
    const violations = failed.map(({ seed, plan, violations: found }) => ({ seed, plan, violations: found }));
    const rates = { minutesPerMinute, eventsPerSecond, cpuMs };
    tell(JSON.stringify({ fleetMinutes: minutes, ...rates, failed: violations, coverage }));
  } else {
    tell(`${coverageTable(coverage, EXPECTED_COVERAGE)}\n`);
  }
  await failures(failed, json);
  if (!json) tell(line);
}

const headline = ({ violations: [first] }: SeedReport): string =>
  first === undefined ? '' : `${first.invariant} ${first.message.split('\n')[0] ?? ''}`;

/** What broke, with how little it still breaks, and how to see it again. */
async function failures(failed: readonly SeedReport[], json: boolean): Promise<void> {
  if (failed.length === 0) return;
  process.exitCode = 1;
  if (json) return;
  for (const report of failed.slice(0, SHRUNK_MAX)) {
    const small = await shrink(report);
    tell(`seed ${String(report.seed)}: ${headline(report)}`);
    for (const { invariant, message, atUs } of small.violations.slice(0, 5))
      tell(`  ${String(atUs / 1e6)} s  ${invariant}  ${message}`);
    tell('  it takes:');
    for (const fault of small.plan) tell(`    ${faultText(fault)}`);
    tell(`  again: npm run sim -- --seed ${String(report.seed)} --log sim.log`);
    tell(`  less:  npm run sim -- --seed ${String(report.seed)} --faults '${JSON.stringify(small.plan)}'\n`);
  }
  if (failed.length > SHRUNK_MAX)
    tell(
      `and also seeds ${failed
        .slice(SHRUNK_MAX)
        .map(({ seed }) => String(seed))
        .join(', ')}\n`,
    );
}

async function mutants({ mutant, first, workers, json }: SimRequest): Promise<void> {
  const names = MUTANTS.map(({ name }) => name).filter((name) => mutant === undefined || name === mutant);
  if (names.length === 0)
    throw new UsageError(`no mutant '${mutant ?? ''}'; there are ${MUTANTS.map(({ name }) => name).join(', ')}`);
  const results = await runMutants(names, { first, workers }, ({ mutant: name, caughtBy, seeds }) => {
    const outcome =
      caughtBy === undefined
        ? `NOT CAUGHT in ${String(seeds)} seeds`
        : `caught by ${caughtBy.invariant} in seed ${String(caughtBy.seed)}: ${caughtBy.message.split('\n')[0] ?? ''}`;
    say(`sim: ${name.padEnd(32)} ${outcome}`);
  });
  const missed = results.filter(({ caughtBy }) => caughtBy === undefined);
  if (json) tell(JSON.stringify({ mutants: results }));
  else tell(`${String(results.length - missed.length)} of ${String(results.length)} mutants caught`);
  if (missed.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`sim: ${error.message}\n`);
  process.exitCode = 64;
}
