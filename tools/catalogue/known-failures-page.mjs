import ts from 'typescript';
import { filesUnder, workspaceFolders } from '../build/sources.mjs';
import { ROOT } from '../bootstrap/bootstrap.mjs';
import { KNOWN_FAILURES } from './known-failures.mjs';
import { code, page } from './markdown.mjs';
import { parse, textOf } from './sources.mjs';

/** @typedef {import('./known-failures.mjs').KnownFailure} KnownFailure */
/** @typedef {import('./sources.mjs').Source} Source */
/** @typedef {{ path: string, title: string }} NamedTest */

const PREFIX = 'known failure: ';

/**
 * The tests of a spec that are named after a known failure, without the words that all of them begin with.
 * @param {Source} spec
 * @returns {NamedTest[]}
 */
export function namedTestsIn({ path, tree }) {
  /** @type {NamedTest[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const title = ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (title !== undefined && ts.isStringLiteralLike(title) && title.text.startsWith(PREFIX)) {
      found.push({ path, title: title.text.slice(PREFIX.length) });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/**
 * Each story with its tests. A title is the story, or the story and what is particular about this test: after a comma, after a
 * colon, or what a table of cases puts in the place of its `%`.
 * @param {readonly KnownFailure[]} failures
 * @param {readonly NamedTest[]} tests
 * @returns {(KnownFailure & { readonly tests: readonly NamedTest[] })[]}
 * @throws Error that names every story without a test and every test without a story.
 */
export function proven(failures, tests) {
  const told = failures.map((failure) => ({
    ...failure,
    tests: tests.filter(({ title }) => tells(title, failure.story)),
  }));
  const untested = told.filter((failure) => failure.tests.length === 0).map(({ story }) => `no test tells '${story}'`);
  const strays = tests
    .filter(({ title }) => !failures.some(({ story }) => tells(title, story)))
    .map(({ path, title }) => `${path}: no story is '${title}'`);
  const problems = [...untested, ...strays];
  if (problems.length > 0) throw new Error(`known failures:\n${problems.join('\n')}`);
  return told;
}

/**
 * @param {string} title
 * @param {string} story
 */
const tells = (title, story) => title.startsWith(story) && /^$|^[,:%]/.test(title.slice(story.length));

export async function knownFailuresPage() {
  const tests = workspaceFolders(ROOT)
    .filter((folder) => /^(apps|libs)\//.test(folder))
    .flatMap((folder) => filesUnder(ROOT, `${folder}/src`))
    .filter((path) => path.endsWith('.spec.ts'))
    .sort()
    .map((path) => ({ path, text: textOf(path) }))
    .filter(({ text }) => text.includes(PREFIX))
    .flatMap(({ path, text }) => namedTestsIn(parse(path, text)));
  const stories = proven(KNOWN_FAILURES, tests);
  return page('Known failures', [
    'What went wrong in other trading systems, as their reports tell it, and what happens here. Every story is held by the ' +
      `tests below it: each has a title that begins ${code('known failure:')} and the words of the heading. A story without ` +
      'a test, or a test without a story, fails `npm run check`.',
    ...stories.flatMap(({ story, elsewhere, here, keeps, tests: named }) => [
      `## ${story.charAt(0).toUpperCase()}${story.slice(1)}`,
      `**Elsewhere.** ${elsewhere}`,
      `**Here.** ${here}`,
      `Keeps ${keeps.join(', ')}. Held by ${linksTo(named).join(', ')}.`,
    ]),
  ]);
}

/** @param {readonly NamedTest[]} tests */
function linksTo(tests) {
  const paths = [...new Set(tests.map(({ path }) => path))];
  return paths.map((path) => {
    const count = tests.filter((test) => test.path === path).length;
    return `[${path}](../../${path})${count === 1 ? '' : ` (${String(count)} tests)`}`;
  });
}
