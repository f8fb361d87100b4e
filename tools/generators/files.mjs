import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GeneratorError } from './names.mjs';

/**
 * A change that is written only when all of it could be made: a generator that stops half-way leaves nothing behind.
 * @typedef {Map<string, string>} Change file to text
 */

/**
 * Puts text before an anchor.
 * @param {string} root
 * @param {Change} change
 * @param {string} file
 * @param {RegExp} anchor matches where the text goes
 * @param {string} text
 */
export function insertBefore(root, change, file, anchor, text) {
  const before = change.get(file) ?? read(root, file);
  const at = before.search(anchor);
  if (at < 0)
    throw new GeneratorError(`${file} has no place that looks like ${String(anchor)}: adapt tools/generators`);
  change.set(file, before.slice(0, at) + text + before.slice(at));
}

/**
 * @param {string} root
 * @param {Change} change
 */
export function refuseToOverwrite(root, change) {
  const there = [...change.keys()].filter((file) => existsSync(join(root, file)));
  if (there.length > 0) throw new GeneratorError(`already there: ${there.join(', ')}`);
}

/**
 * @param {string} root
 * @param {Change} change
 */
export function write(root, change) {
  for (const [file, text] of change) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/**
 * @param {string} root
 * @param {string} file
 */
export function read(root, file) {
  if (!existsSync(join(root, file))) throw new GeneratorError(`${file} is missing: adapt tools/generators`);
  return readFileSync(join(root, file), 'utf8');
}
