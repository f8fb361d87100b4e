import type { Presenter } from '../terminal/presenter.js';
import type { Tone } from '../terminal/terminal.js';
import type { ChaosReport } from './chaos-report.js';
import type { Scenario } from './scenario.js';
import type { Outcome } from './verdict.js';

const MARKS: Readonly<Record<Outcome, readonly [Tone, string]>> = {
  held: ['good', '✓ held'],
  violated: ['bad', '✗ violated'],
  idle: ['dim', '· idle'],
};

/** The report as people read it. */
export function showChaos(report: ChaosReport, presenter: Presenter): string {
  const table = presenter.table(
    report.checks,
    [
      { title: 'what', of: ({ what }) => what },
      { title: '', of: ({ outcome }) => MARKS[outcome][1], tone: ({ outcome }) => MARKS[outcome][0] },
      { title: 'ms', of: ({ ms }) => (ms === null ? '' : String(ms)), align: 'right' },
      { title: 'of', of: ({ ids }) => ids.join(' ') },
      { title: 'found', of: ({ detail }) => detail },
    ],
    'nothing was looked at',
  );
  const violated = report.checks.filter(({ outcome }) => outcome === 'violated').length;
  return [
    presenter.paint('strong', `chaos ${report.run} on ${report.fleet}${report.standbys ? ', with standbys' : ''}`),
    table,
    report.ok
      ? presenter.paint('good', 'Everything held.')
      : presenter.paint('bad', `${String(violated)} of ${String(report.checks.length)} did not hold.`),
    `again: ${report.again}`,
  ].join('\n');
}

export interface ListedScenario {
  readonly name: string;
  readonly story: string;
  readonly faults: readonly string[];
  readonly settings: Readonly<
    Record<string, { readonly usual: number; readonly least: number; readonly most: number }>
  >;
}

export const listed = ({ name, story, faults, settings }: Scenario): ListedScenario => ({
  name,
  story,
  faults,
  settings: Object.fromEntries(
    Object.entries(settings).map(([key, { usual, least, most }]) => [key, { usual, least, most }]),
  ),
});

export const showList = (all: readonly ListedScenario[], presenter: Presenter): string =>
  presenter.table(
    all,
    [
      { title: 'name', of: ({ name }) => name },
      { title: 'of', of: ({ faults }) => faults.join(' ') },
      {
        title: 'settings',
        of: ({ settings }) =>
          Object.entries(settings)
            .map(([name, { usual }]) => `${name}=${String(usual)}`)
            .join(' '),
      },
      { title: 'what it does', of: ({ story }) => story },
    ],
    'there is none',
  );
