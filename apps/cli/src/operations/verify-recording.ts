import { isoTime } from '@argosy/domain';
import { NodeDisk } from '@argosy/platform-runtime';
import { type RecordingReport, verifyRecording } from '@argosy/venue-binance';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';

/** Plays an ordered set through the real adapter and counts what it finds. */
export async function verify(shell: Shell, files: readonly string[], output: OutputFormat): Promise<ExitCode> {
  const paths = files.map((file) => resolve(shell.folder, file));
  for (const path of paths) if (!existsSync(path)) throw new CommandError(EXIT.usage, `no such recording: ${path}`);
  const disk = new NodeDisk();
  async function* lines(): AsyncGenerator<string> {
    for (const path of paths) yield* disk.readLines(path);
  }
  const report = await verifyRecording(lines());
  const presenter = new Presenter(shell.terminal, output);
  presenter.show(json(report), () => describe(report, presenter));
  return report.ok ? EXIT.ok : EXIT.failedCheck;
}

const timeOf = (value: RecordingReport['firstTimeNs']): string | null => (value === undefined ? null : isoTime(value));

const json = (report: RecordingReport): Readonly<Record<string, unknown>> => {
  const { firstTimeNs, lastTimeNs, venue, ...rest } = report;
  return { venue: venue ?? null, first: timeOf(firstTimeNs), last: timeOf(lastTimeNs), ...rest };
};

const COUNTED: ReadonlyArray<readonly [string, (report: RecordingReport) => string]> = [
  ['lines', ({ lines, foreignLines }) => `${String(lines)}, ${String(foreignLines)} of them foreign`],
];

function describe(report: RecordingReport, presenter: Presenter): string {
  const { firstTimeNs, lastTimeNs, venue, symbols, problems, ok } = report;
  const numbers = Object.entries(report).filter(
    ([name, value]) => typeof value === 'number' && !['lines', 'foreignLines'].includes(name),
  );
  const facts = presenter.facts([
    ['recording', `${venue ?? 'of no venue we know'}, ${symbols.join(', ')}`],
    ['from', `${timeOf(firstTimeNs) ?? '-'} to ${timeOf(lastTimeNs) ?? '-'}`],
    ...COUNTED.map(([name, text]) => [name, text(report)] as const),
    ...numbers.map(([name, value]) => [spelled(name), String(value)] as const),
  ]);
  const verdict = ok
    ? presenter.paint('good', 'Recording verification: PASSED')
    : presenter.paint('bad', 'Recording verification: FAILED');
  return [facts, ...problems.map((text) => presenter.paint('warn', text)), verdict].join('\n');
}

const spelled = (name: string): string => name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
