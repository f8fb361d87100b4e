import { isInstalled } from './dependencies.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'libs/domain': { version: '0.1.0' },
    'node_modules/@argosy/domain': { link: true },
    'node_modules/pg': { version: '8.23.1' },
    'node_modules/fsevents': { version: '2.3.3', optional: true },
  },
};
const link = { link: true };

const cases: ReadonlyArray<[string, Parameters<typeof isInstalled>[1], boolean]> = [
  [
    'everything is there',
    { packages: { 'node_modules/@argosy/domain': link, 'node_modules/pg': { version: '8.23.1' } } },
    true,
  ],
  [
    'a package is older',
    { packages: { 'node_modules/@argosy/domain': link, 'node_modules/pg': { version: '8.22.0' } } },
    false,
  ],
  ['a package is missing', { packages: { 'node_modules/@argosy/domain': link } }, false],
  ['a workspace is not linked', { packages: { 'node_modules/pg': { version: '8.23.1' } } }, false],
  ['nothing was installed', {}, false],
];

describe('installed dependencies', () => {
  it.each(cases)('%s', (_story, installed, expected) => {
    expect(isInstalled(wanted, installed)).toBe(expected);
  });
});
