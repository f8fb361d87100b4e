import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readCommandLine, type Request } from './command-line.js';
import { FIGURES } from './figures.js';
import type { Comparison } from './harness/figure.js';
import { type ReportLine, reportLine, table } from './harness/report.js';

/** The slowest figure takes some minutes on a busy machine; one that hangs must not hang the bench. */
const FIGURE_TIME_MS_MAX = 15 * 60_000;
const RUN_FIGURE = fileURLToPath(new URL('./run-figure.js', import.meta.url));

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');

function measure(name: string, { rounds, quick }: Request): Promise<readonly Comparison[]> {
  say(`bench: ${name} (load ${load()})`);
  const child = fork(RUN_FIGURE, [JSON.stringify([name, { rounds, quick }])], {
    stdio: ['ignore', 2, 2, 'ipc'],
    timeout: FIGURE_TIME_MS_MAX,
  });
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  return new Promise((resolve, reject) => {
    let comparisons: readonly Comparison[] | undefined;
    child.once('message', (message) => (comparisons = message as readonly Comparison[]));
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', stop);
      if (comparisons !== undefined) resolve(comparisons);
      else reject(new Error(`figure ${name} ended without a result (exit code ${String(code)})`));
    });
  });
}

/** Every figure asked for; one that fails is told and does not silence the others. */
async function measureAll(request: Request): Promise<{ lines: ReportLine[]; failed: string[] }> {
  const names = FIGURES.filter(({ name, onDemand }) =>
    request.only.length === 0 ? onDemand !== true : request.only.includes(name),
  ).map(({ name }) => name);
  const lines: ReportLine[] = [];
  const failed: string[] = [];
  for (const name of names) {
    try {
      lines.push(...(await measure(name, request)).map(reportLine));
    } catch (error) {
      failed.push(name);
      say(`bench: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { lines, failed };
}

async function main(): Promise<void> {
  const request = readCommandLine(
    process.argv.slice(2),
    FIGURES.map(({ name }) => name),
  );
  const { lines, failed } = await measureAll(request);
  const people = request.json ? process.stderr : process.stdout;
  people.write(`${table(lines, people.isTTY)}\nload at the end: ${load()}\n`);
  // An aim that a busy machine missed is a figure to look at, not a failure of the run; a figure without numbers is.
  if (failed.length > 0) process.exitCode = 1;
  if (request.json) process.stdout.write(`${JSON.stringify(lines)}\n`);
}

try {
  await main();
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
