import { type Finding, type Repository } from '../repository.js';

const ALERT = /^deploy\/alerts\/([A-Z][A-Za-z]+)\.yaml$/;
const RUNBOOK = /^\s*runbook: (\S+)$/m;
const SEVERITY = /severity: (page|warning)\b/;
const METRIC = /\bargosy_[a-z_]+/g;
const CATALOGUE = 'docs/reference/metrics.md';

/**
 * An alert that wakes somebody names the runbook that tells what to do, has a test that shows when it rings, and asks for
 * metrics that exist: one that asks for another never rings, and looks like peace.
 */
export function alertsHaveRunbooks(repository: Repository): Finding[] {
  const texts = new Map(repository.map(({ path, text }) => [path, text]));
  const known = texts.get(CATALOGUE) ?? '';
  return repository.flatMap(({ path, text }) => {
    const name = ALERT.exec(path)?.[1];
    if (name === undefined) return [];
    return problemsOf(name, text, texts, known).map((problem) => ({ file: path, problem }));
  });
}

function problemsOf(name: string, text: string, files: ReadonlyMap<string, string>, known: string): string[] {
  const runbook = RUNBOOK.exec(text)?.[1] ?? 'runbook';
  const test = `deploy/alerts/tests/${name}.yaml`;
  const problems = [runbook, test].filter((file) => !files.has(file)).map((file) => `has no ${file}`);
  if (!text.includes(`alert: ${name}\n`)) problems.push(`does not define the alert '${name}'`);
  if (!SEVERITY.test(text)) problems.push('does not say whether it pages or warns');
  const unknown = [...new Set(text.match(METRIC))].filter((metric) => !known.includes(`\`${metric}\``));
  return [...problems, ...unknown.map((metric) => `asks for ${metric}, which ${CATALOGUE} does not know`)];
}
