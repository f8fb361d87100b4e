'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');

const inDependency = (folder) => folder.split(path.sep).includes('node_modules');

/**
 * Two differences between our sources and what Jest expects, and only for our own files:
 * imports end in `.js` as Node wants them though the file is `.ts`, and a workspace package is taken from its
 * sources (export condition `source`), so that no spec ever runs against a stale build.
 */
function resolve(request, options) {
  if (/^\.{1,2}\//.test(request) && request.endsWith('.js') && !inDependency(options.basedir)) {
    const source = path.resolve(options.basedir, request.replace(/\.js$/, '.ts'));
    if (existsSync(source)) return source;
  }
  if (request.startsWith('@argosy/')) {
    return options.defaultResolver(request, { ...options, conditions: ['source', ...(options.conditions ?? [])] });
  }
  return options.defaultResolver(request, options);
}

module.exports = resolve;
