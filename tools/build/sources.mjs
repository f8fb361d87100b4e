import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Folders that never hold sources of ours. */
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', '.argosy', '.nx', '.git']);

/**
 * The folders of every workspace package, as the root package.json lists them.
 * @param {string} root absolute path of the checkout
 * @returns {string[]} paths relative to the root, sorted
 */
export function workspaceFolders(root) {
  /** @type {{ workspaces: string[] }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = manifest.workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return list(join(root, parent))
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`);
  });
  return folders.filter((folder) => isFile(join(root, folder, 'package.json'))).sort();
}

/**
 * Every file under a folder, dependencies and build output excepted.
 * @param {string} root absolute path that results are relative to
 * @param {string} folder path relative to the root
 * @returns {string[]}
 */
export function filesUnder(root, folder) {
  return list(join(root, folder)).flatMap((entry) => {
    if (entry.isDirectory()) {
      return SKIPPED_FOLDERS.has(entry.name) ? [] : filesUnder(root, `${folder}/${entry.name}`);
    }
    return entry.isFile() ? [relative(root, join(root, folder, entry.name)).replaceAll('\\', '/')] : [];
  });
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
