import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesUnder } from '../build/sources.mjs';
import { read, refuseToOverwrite, write } from './files.mjs';
import { GeneratorError, namesOf, rename } from './names.mjs';

/** The smallest strategy that trades: a copy of it always fits the interface of today, which a template would not. */
const MODEL = namesOf('momentum');

/**
 * A new strategy lib: a copy of the small directional one under the new name, linked into the workspace and registered
 * wherever its model is.
 * @param {string} root
 * @param {import('./names.mjs').Names} name
 * @returns {{ files: string[], next: string[] }}
 */
export function generateStrategy(root, name) {
  const from = `libs/strategy/${MODEL.kebab}`;
  const to = `libs/strategy/${name.kebab}`;
  if (existsSync(join(root, to))) throw new GeneratorError(`already there: ${to}`);
  const change = new Map(
    filesUnder(root, from).map((file) => [
      file.replace(from, to).replaceAll(MODEL.kebab, name.kebab),
      rename(read(root, file), MODEL, name),
    ]),
  );
  if (change.size === 0) throw new GeneratorError(`${from} is empty: adapt tools/generators`);
  refuseToOverwrite(root, change);
  const registered = registrations(root, name);
  for (const [file, text] of registered) change.set(file, text);
  change.set('package-lock.json', lockWith(root, name, to));
  write(root, change);
  link(root, name, to);
  return {
    files: [...change.keys()],
    next: [
      `write what it decides in ${to}/src, and its README`,
      registered.size > 0
        ? `read the registration in ${[...registered.keys()].join(', ')}`
        : `register it where the strategy host finds its strategies`,
      'give it a configuration file beside those of the other strategies',
    ],
  };
}

/**
 * Repeats, under the new name, each line that imports or lists the model.
 * @param {string} root
 * @param {import('./names.mjs').Names} name
 * @returns {Map<string, string>}
 */
function registrations(root, name) {
  const model = `@argosy/strategy-${MODEL.kebab}`;
  const files = ['apps', 'libs'].flatMap((folder) => filesUnder(root, folder)).filter((file) => isElsewhere(file));
  return new Map(
    files
      .map((file) => /** @type {const} */ ([file, read(root, file)]))
      .filter(([, text]) => text.includes(`'${model}'`))
      .map(([file, text]) => [file, repeatLines(text, name)]),
  );
}

/** @param {string} file */
function isElsewhere(file) {
  return file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith(`libs/strategy/${MODEL.kebab}/`);
}

/**
 * @param {string} text
 * @param {import('./names.mjs').Names} name
 */
export function repeatLines(text, name) {
  const repeated = /^import .*;$|^\s+.*,$/;
  return text
    .split('\n')
    .flatMap((line) => {
      const copy = rename(line, MODEL, name);
      return repeated.test(line) && copy !== line ? [line, copy] : [line];
    })
    .join('\n');
}

/**
 * @param {string} root
 * @param {import('./names.mjs').Names} name
 * @param {string} folder
 */
function lockWith(root, name, folder) {
  /** @type {{ packages: Record<string, object> }} */
  const lock = JSON.parse(read(root, 'package-lock.json'));
  const alias = `@argosy/strategy-${name.kebab}`;
  lock.packages[folder] = { name: alias, version: '0.1.0' };
  lock.packages[`node_modules/${alias}`] = { resolved: folder, link: true };
  // npm keeps this order, and another one would rewrite the whole file.
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/**
 * @param {string} root
 * @param {import('./names.mjs').Names} name
 * @param {string} folder
 */
function link(root, name, folder) {
  const path = join(root, 'node_modules/@argosy', `strategy-${name.kebab}`);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(relative(dirname(path), join(root, folder)), path);
}
