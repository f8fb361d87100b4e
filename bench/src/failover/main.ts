/** `npm run bench:failover`: two real execution processes on real sockets, and what happens to them. */
import { loadavg } from 'node:os';
import { readCommandLine, type Request } from './command-line.js';
import { type FigureLine, figureLine, figureTable } from './figure-line.js';
import { SCENARIOS } from './scenarios.js';
import { echoLogs } from './service-process.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');

interface Tally {
  readonly lines: FigureLine[];
  readonly violations: string[];
  readonly failed: string[];
}

/** Every scenario asked for; one that fails is told and does not silence the others. */
async function runAll(request: Request): Promise<Tally> {
  const { only, quick, trials, loadedMinutes } = request;
  const tally: Tally = { lines: [], violations: [], failed: [] };
  for (const scenario of SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const { name } = scenario;
    say(`failover: ${name} (load ${load()})`);
    const progress = (text: string): void => say(`  ${name}: ${text}`);
    try {
      const { figures, violations } = await scenario.run({ quick, trials, loadedMinutes, progress });
      tally.lines.push(...figures.map((figure) => figureLine(figure, load())));
      tally.violations.push(...violations.map((text) => `${name}: ${text}`));
    } catch (error) {
      tally.failed.push(name);
      say(`failover: ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return tally;
}

async function main(): Promise<void> {
  const request = readCommandLine(
    process.argv.slice(2),
    SCENARIOS.map(({ name }) => name),
  );
  if (request.verbose) echoLogs();
  const { lines, violations, failed } = await runAll(request);
  const people = request.json ? process.stderr : process.stdout;
  people.write(`${figureTable(lines, people.isTTY)}\nload at the end: ${load()}\n`);
  for (const text of violations) say(`VIOLATION ${text}`);
  // An aim that a busy machine missed is a figure to look at; an order that nobody should have accepted is a failure.
  if (violations.length + failed.length > 0) process.exitCode = 1;
  if (request.json) process.stdout.write(`${JSON.stringify(lines)}\n`);
}

// What was started ends with this process, also when a person has seen enough.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  await main();
} catch (error) {
  say(`failover: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
// Connections that a killed server left behind must not keep the harness alive.
process.stdout.write('', () => process.exit());
