import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { filesUnder, workspaceFolders } from '../build/sources.mjs';
import { ROOT } from '../bootstrap/bootstrap.mjs';

/** @typedef {{ path: string, tree: ts.SourceFile }} Source */

/** Neither what tests need nor what the protos generate says anything about the fleet. */
const NOT_OURS = /\.spec\.ts$|\.contract\.ts$|\/testing\/|\/gen\//;

/** @param {string} path relative to the checkout */
export const textOf = (path) => readFileSync(join(ROOT, path), 'utf8');

/**
 * The sources of every lib and app, parsed, in the order of their paths.
 * @returns {Source[]}
 */
export function readSources() {
  return workspaceFolders(ROOT)
    .filter((folder) => /^(apps|libs)\//.test(folder))
    .flatMap((folder) => filesUnder(ROOT, `${folder}/src`))
    .filter((path) => path.endsWith('.ts') && !NOT_OURS.test(path))
    .sort()
    .map((path) => parse(path, textOf(path)));
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Source}
 */
export const parse = (path, text) => ({
  path,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true),
});

/**
 * The built file of a source of an app: apps export nothing, and what they are told by is worth a page all the same.
 * @param {string} path
 * @returns {Promise<Record<string, unknown>>}
 */
export async function loadBuilt(path) {
  const built = path.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
  return import(pathToFileURL(join(ROOT, built)).href);
}

/**
 * The words of the comment right above a declaration, as one line.
 * @param {ts.Node} node
 */
export function commentOf(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(comment?.comment) ?? '').replaceAll(/\s+/g, ' ').trim();
}
