import { type Finding, type Repository } from '../repository.js';

const ALERT = /^deploy\/alerts\/([A-Z][A-Za-z]+)\.yaml$/;

/** An alert that wakes somebody has a runbook that tells what to do and a test that shows when it rings. */
export function alertsHaveRunbooks(repository: Repository): Finding[] {
  const paths = new Set(repository.map(({ path }) => path));
  return repository.flatMap(({ path, text }) => {
    const name = ALERT.exec(path)?.[1];
    if (name === undefined) return [];
    const wanted = [`docs/runbooks/${name}.md`, `deploy/alerts/${name}.test.yaml`];
    const problems = wanted.filter((file) => !paths.has(file)).map((file) => `has no ${file}`);
    if (!text.includes(`alert: ${name}\n`)) problems.push(`does not define the alert '${name}'`);
    return problems.map((problem) => ({ file: path, problem }));
  });
}
