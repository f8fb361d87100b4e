import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, workspaceFolders } from './sources.mjs';

/**
 * What is known of one source after it was built.
 * @typedef {{ mtimeMs: number, size: number, hash: string, outputs: string[] }} Built
 * @typedef {{ recipe: string, files: Record<string, Built> }} Stamps
 * @typedef {{ source: string, outputs: string[], stamp: Built, changed: boolean }} Item
 */

/** Tests and prose are no part of what runs. */
const LEFT_OUT = /\.spec\.ts$|\.d\.ts$|\.md$|\.gitkeep$/;

/**
 * Decides what to build: a source whose time and size are known is not read, one whose content is unchanged is not
 * compiled, and an output whose source is gone is to be removed.
 * @param {string} root
 * @param {Stamps} stamps what the last build recorded
 * @param {string} recipe identifies compiler and options; another recipe makes everything stale
 * @returns {{ items: Item[], orphans: string[] }}
 */
export function planBuild(root, stamps, recipe) {
  const known = stamps.recipe === recipe ? stamps.files : {};
  const items = workspaceFolders(root)
    .flatMap((folder) => filesUnder(root, `${folder}/src`))
    .filter((file) => !LEFT_OUT.test(file))
    .map((source) => planOne(root, source, known[source]));
  const wanted = new Set(items.flatMap((item) => item.outputs));
  const orphans = Object.values(stamps.files)
    .flatMap((built) => built.outputs)
    .filter((output) => !wanted.has(output));
  return { items, orphans };
}

/**
 * @param {string} root
 * @param {string} source
 * @param {Built | undefined} known
 * @returns {Item}
 */
function planOne(root, source, known) {
  const { mtimeMs, size } = statSync(join(root, source));
  const outputs = outputsOf(source);
  const whole = known !== undefined && outputs.every((output) => exists(join(root, output)));
  if (whole && known.mtimeMs === mtimeMs && known.size === size) {
    return { source, outputs, stamp: known, changed: false };
  }
  const hash = createHash('sha256')
    .update(readFileSync(join(root, source)))
    .digest('hex');
  return { source, outputs, stamp: { mtimeMs, size, hash, outputs }, changed: !whole || known.hash !== hash };
}

/**
 * `libs/x/src/a.ts` becomes `libs/x/dist/a.js` and its map; anything else is copied under its own name.
 * @param {string} source
 * @returns {string[]}
 */
export function outputsOf(source) {
  const target = source.replace('/src/', '/dist/');
  if (!source.endsWith('.ts')) return [target];
  const script = target.replace(/\.ts$/, '.js');
  return [script, `${script}.map`];
}

/** @param {string} path */
function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
