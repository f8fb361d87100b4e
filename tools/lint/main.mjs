import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Lints the whole repository, or the paths given. The boundary rule reads Nx's cached project graph and says nothing
 * when there is none or when it is old, so the graph is always computed first.
 */
const root = join(import.meta.dirname, '../..');
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const paths = given.filter((argument) => !argument.startsWith('-'));

const graph = node('nx/dist/bin/nx.js', ['show', 'projects'], ['ignore', 'ignore', 'inherit']);
process.exitCode =
  graph === 0
    ? node(
        'eslint/bin/eslint.js',
        ['--cache', '--cache-location', '.argosy/eslint/', ...options, ...(paths.length > 0 ? paths : ['.'])],
        'inherit',
      )
    : graph;

/**
 * @param {string} script path inside node_modules
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
function node(script, args, stdio) {
  const env = { ...process.env, NX_DAEMON: 'false', TSESTREE_SINGLE_RUN: 'true' };
  return (
    spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root, stdio, env }).status ?? 1
  );
}
