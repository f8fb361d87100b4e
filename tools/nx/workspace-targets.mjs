import { dirname } from 'node:path';

/**
 * Gives every workspace package the same targets, so that `nx run-many -t typecheck` and `nx affected -t test`
 * work without a script repeated in fifty package.json files.
 */
export const createNodes = [
  '{apps,bench,libs,tools}/**/tsconfig.json',
  /** @param {readonly string[]} files */
  (files) => files.map((file) => [file, { projects: { [dirname(file)]: { targets: targetsOf(dirname(file)) } } }]),
];
export const createNodesV2 = createNodes;

/** @param {string} root */
function targetsOf(root) {
  return {
    typecheck: target(`tsc --noEmit -p ${root}/tsconfig.json`, ['default', '^production']),
    lint: target(`eslint ${root}`, ['default', '^production']),
    test: target(`npm run -s jest -- ${root}`, ['default', '^production']),
  };
}

/**
 * @param {string} command
 * @param {string[]} inputs
 */
function target(command, inputs) {
  return { executor: 'nx:run-commands', cache: true, inputs, options: { command, cwd: '{workspaceRoot}' } };
}
