import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { planBuild } from './plan.mjs';

/** Where the last build wrote down what it did; inside the data folder, so that a clean clone starts clean. */
const STAMPS = '.argosy/build.json';

/** @type {import('@swc/core').Options} */
const OPTIONS = {
  swcrc: false,
  configFile: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: true,
  inlineSourcesContent: false,
};

/**
 * Transpiles every workspace package from src to dist, only what changed since the last time. It checks no types:
 * that is `npm run typecheck`, so that starting the fleet never waits for it.
 * @param {string} root absolute path of the checkout
 * @returns {Promise<{ sources: number, compiled: number, removed: number }>}
 * @throws {Error} naming every source that does not parse; what did parse stays built
 */
export async function build(root) {
  const recipe = recipeOf(root);
  const stamps = readStamps(join(root, STAMPS));
  const { items, orphans } = planBuild(root, stamps, recipe);
  const changed = items.filter((item) => item.changed);
  const problems = changed.length === 0 ? [] : await compileAll(root, changed);
  for (const orphan of orphans) rmSync(join(root, orphan), { force: true });
  const failed = new Set(problems.map((problem) => problem.source));
  const files = Object.fromEntries(
    items.filter((item) => !failed.has(item.source)).map((item) => [item.source, item.stamp]),
  );
  writeWhole(join(root, STAMPS), JSON.stringify({ recipe, files }));
  if (problems.length > 0) {
    throw new Error(problems.map((problem) => `${problem.source} does not compile: ${problem.reason}`).join('\n'));
  }
  return { sources: items.length, compiled: changed.length, removed: orphans.length };
}

/**
 * @param {string} root
 * @param {import('./plan.mjs').Item[]} items
 * @returns {Promise<{ source: string, reason: string }[]>}
 */
async function compileAll(root, items) {
  const swc = await import('@swc/core');
  const results = await Promise.all(
    items.map(async (item) => {
      try {
        await compileOne(swc, root, item);
        return [];
      } catch (error) {
        return [{ source: item.source, reason: String(error) }];
      }
    }),
  );
  return results.flat();
}

/**
 * @param {typeof import('@swc/core')} swc
 * @param {string} root
 * @param {import('./plan.mjs').Item} item
 */
async function compileOne(swc, root, { source, outputs: [target, map] }) {
  if (target === undefined) return;
  const output = join(root, target);
  mkdirSync(dirname(output), { recursive: true });
  if (map === undefined) {
    copyFileSync(join(root, source), output);
    return;
  }
  const sourceFileName = relative(dirname(output), join(root, source));
  const result = await swc.transform(readFileSync(join(root, source), 'utf8'), {
    ...OPTIONS,
    filename: join(root, source),
    sourceFileName,
  });
  const mapName = map.slice(map.lastIndexOf('/') + 1);
  writeWhole(join(root, map), result.map ?? '{}');
  writeWhole(output, `${result.code}\n//# sourceMappingURL=${mapName}\n`);
}

/**
 * The compiler's version and the options: when either changes, everything is built anew.
 * @param {string} root
 */
function recipeOf(root) {
  /** @type {{ version: string }} */
  const swc = JSON.parse(readFileSync(join(root, 'node_modules/@swc/core/package.json'), 'utf8'));
  return `${swc.version} ${JSON.stringify(OPTIONS)}`;
}

/**
 * @param {string} path
 * @returns {import('./plan.mjs').Stamps}
 */
function readStamps(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { recipe: '', files: {} };
  }
}

/**
 * Two builds may run at once (a test run beside `npm start`), so nobody may ever read half a file.
 * @param {string} path
 * @param {string} text
 */
function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
