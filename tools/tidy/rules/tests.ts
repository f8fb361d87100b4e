import { type Finding, isScript, isSpec, type Repository } from '../repository.js';

const NARROWED = /\b(?:it|test|describe)\.(?:only|skip|todo|failing)\b|\b(?:fit|fdescribe|xit|xtest|xdescribe)\(/;
const SLEEPS = /\bsetTimeout\((?:resolve|\(\) => resolve)|(?<![.\w])sleep\(\s*\d/;

/** A narrowed run passes for the whole one. */
export function narrowedTests(repository: Repository): Finding[] {
  return hits(repository, NARROWED, 'narrows or switches off tests');
}

/** A test that sleeps is slow when it passes and wrong when the machine is slow: move the clock, or await the event. */
export function sleepingTests(repository: Repository): Finding[] {
  return hits(
    repository.filter(({ path }) => !path.includes('.int.spec.') && !path.includes('.e2e.spec.')),
    SLEEPS,
    'sleeps; move the virtual clock or await the event',
  );
}

function hits(repository: Repository, found: RegExp, problem: string): Finding[] {
  return repository
    .filter((file) => isScript(file) && isSpec(file) && !file.path.startsWith('tools/tidy/'))
    .filter(({ text }) => found.test(text))
    .map(({ path }) => ({ file: path, problem }));
}
