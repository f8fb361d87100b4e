/**
 * A check is a program that ends with 0 when all is well. A phase of Jest also leaves a report, whose cases are counted.
 * Checks of one stage run side by side, stages one after another.
 * @typedef {{ name: string, args: string[], report?: string }} Check
 */

const NEEDS_SERVERS = String.raw`\.int\.spec\.ts$`;
const NEEDS_A_FLEET = String.raw`\.e2e\.spec\.ts$`;

/** @type {Check[][]} */
export const STATIC_CHECKS = [
  [
    script('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
    script('generated is fresh, protos are well kept', ['tools/proto/main.mjs', '--check']),
    script('reference is fresh', ['tools/catalogue/main.mjs', '--check']),
  ],
  [
    script('lint', ['tools/lint/main.mjs', '--quiet']),
    script('types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']),
    script('nothing unused', ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints']),
  ],
  [jest('tidy', ['tools/tidy'])],
  // Two workers: the fleet-minutes of the simulation take as long as everything else, and stand in two files.
  [
    jest('unit', [
      '--maxWorkers',
      '2',
      '--testPathIgnorePatterns',
      '/node_modules/',
      '/tools/tidy/',
      NEEDS_SERVERS,
      NEEDS_A_FLEET,
    ]),
  ],
];

/** Real servers share two cores badly: few workers, and the whole fleet alone. */
/** @type {Check[][]} */
export const SERVER_CHECKS = [
  [jest('integration', ['--testPathPatterns', NEEDS_SERVERS, '--maxWorkers', '2'])],
  [jest('whole fleet', ['--testPathPatterns', NEEDS_A_FLEET, '--maxWorkers', '1'])],
];

/**
 * @param {readonly string[]} patterns which files, and any option of Jest
 * @returns {Check}
 */
export function chosenTests(patterns) {
  return jest('chosen tests', [...patterns]);
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Check}
 */
function script(name, args) {
  return { name, args };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Check}
 */
function jest(name, args) {
  const report = `.argosy/checks/${name.replaceAll(' ', '-')}.json`;
  const options = ['--passWithNoTests', '--json', '--outputFile', report];
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return { name, report, args: [...node, 'node_modules/jest/bin/jest.js', ...options, ...args] };
}
