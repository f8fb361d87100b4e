import { NOT_SEEN_HERE } from './expected-coverage.js';

/** What was never once seen is worth more attention than how often the rest was. */
const GROUPS: readonly (readonly [title: string, prefix: RegExp])[] = [
  ['invariants looked at', /^I-\d\d$/],
  ['faults', /^fault /],
  ['crash points', /^crash point /],
  ['order states', /^order /],
  ['venue', /^venue /],
];

/** The coverage table as text: how often each fault class, state and invariant was really exercised. */
export function coverageTable(counts: Readonly<Record<string, number>>, expected: readonly string[]): string {
  const all = { ...Object.fromEntries(expected.map((name) => [name, 0])), ...counts };
  const left = new Map(Object.entries(all));
  const take = (title: string, fits: (name: string) => boolean): string => {
    const rows = [...left].filter(([name]) => fits(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name] of rows) left.delete(name);
    return [
      title,
      ...rows.map(([name, count]) => `  ${name.padEnd(44)} ${count === 0 ? 'NEVER' : String(count)}`),
    ].join('\n');
  };
  const groups = GROUPS.map(([title, prefix]) => take(title, (name) => prefix.test(name)));
  const unseen = ['not counted here', ...NOT_SEEN_HERE.map((line) => `  ${line}`)].join('\n');
  return [...groups, take('other', () => true), unseen].join('\n\n');
}
