import { bootstrap, ROOT } from '../bootstrap/bootstrap.mjs';
import { chosenTests, SERVER_CHECKS, STATIC_CHECKS } from './plan.mjs';
import { runCheck } from './run.mjs';
import { NOTHING, sum } from './tally.mjs';

/**
 * `npm test` runs every check, `npm run check` those that need no servers, `npm test -- PATH...` the chosen specs only.
 * Its last line is the count; its exit code is 0 only when nothing failed.
 */
const patterns = process.argv.slice(2).filter((argument) => argument !== '--without-servers');
const withServers = !process.argv.includes('--without-servers');

/** @param {string} line */
const say = (line) => {
  process.stdout.write(`${line}\n`);
};

process.exitCode = await main();

async function main() {
  try {
    const { node } = await bootstrap();
    return tell(await runStages(stages(), node));
  } catch (error) {
    say(`argosy: ${error instanceof Error ? error.message : String(error)}`);
    say('0 passed, 1 failed');
    return 1;
  }
}

function stages() {
  if (patterns.length > 0) return [[chosenTests(patterns)]];
  return withServers ? [...STATIC_CHECKS, ...SERVER_CHECKS] : STATIC_CHECKS;
}

/**
 * @param {import('./plan.mjs').Check[][]} all
 * @param {string} node
 */
async function runStages(all, node) {
  const outcomes = [];
  for (const stage of all) {
    const done = await Promise.all(stage.map((check) => runCheck(check, { root: ROOT, node, say })));
    for (const outcome of done) show(outcome);
    outcomes.push(...done);
  }
  return outcomes;
}

/** @param {import('./run.mjs').Outcome} outcome */
function show({ name, ok, seconds, output, tally }) {
  if (!ok) say(output.trimEnd());
  const cases = tally.passed > 0 ? `, ${String(tally.passed)} cases passed` : '';
  say(`${ok ? 'ok    ' : 'FAILED'} ${name} (${String(seconds)} s${cases})`);
}

/**
 * @param {import('./run.mjs').Outcome[]} outcomes
 * @returns {number} the exit code
 */
function tell(outcomes) {
  const total = outcomes.map((outcome) => outcome.tally).reduce(sum, NOTHING);
  if (total.notRun.length > 0) {
    say(`\n${String(total.notRun.length)} not run:`);
    for (const one of total.notRun) say(`  ${one}`);
  }
  if (total.failures.length > 0) {
    say(`\n${String(total.failures.length)} failed:`);
    for (const one of total.failures) say(`  ${one}`);
  }
  say(`\n${String(total.passed)} passed, ${String(total.failed)} failed`);
  return total.failed === 0 && outcomes.every((outcome) => outcome.ok) ? 0 : 1;
}
