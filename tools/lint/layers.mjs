import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolders } from '../build/sources.mjs';

/**
 * Globs of the sources of every project that has one of the given types, read from the tags in its package.json.
 * @param {string} root absolute path of the checkout
 * @param {readonly string[]} types such as `core`
 * @returns {string[]}
 */
export function sourcesOfTypes(root, types) {
  return workspaceFolders(root)
    .filter((folder) => types.some((type) => tagsOf(join(root, folder)).includes(`type:${type}`)))
    .map((folder) => `${folder}/src/**/*.ts`);
}

/**
 * @param {string} folder absolute path of a project
 * @returns {string[]}
 */
export function tagsOf(folder) {
  /** @type {{ nx?: { tags?: string[] } }} */
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return manifest.nx?.tags ?? [];
}
