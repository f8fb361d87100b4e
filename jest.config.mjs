/**
 * Specs are compiled by swc to CommonJS, so that `it.each` tables, fake ports and decorators behave as in plain
 * Node; third-party packages that are ESM only (Nest 12 among them) are loaded by `require` of ESM, which Jest has
 * from Node 24.9 with `--experimental-vm-modules`.
 */
export default {
  testEnvironment: 'node',
  rootDir: '.',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/bench'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.argosy/'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.argosy/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  extensionsToTreatAsEsm: [],
  resolver: '<rootDir>/tools/jest/resolver.cjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
};
