import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { injectedWorld, realWorld, restrictedImports } from './tools/lint/bans.mjs';
import { boundaries, PURE_TYPES } from './tools/lint/boundaries.mjs';
import { sourcesOfTypes } from './tools/lint/layers.mjs';

const root = import.meta.dirname;
/** Specs, and the suites, fakes and fixtures that stand beside a lib for them. */
const SPECS = [
  '**/*.spec.ts',
  '**/*.{contract,fixture,fake}.ts',
  '{apps,libs}/**/src/**/{testing,fixtures,fakes}/**/*.ts',
];
const REAL_WORLD = [
  'libs/platform/runtime/**/*.ts',
  'libs/testing/**/*.ts',
  'apps/fleet-e2e/**/*.ts',
  'tools/**/*.ts',
  'bench/**/*.ts',
  ...SPECS,
];

/** Habits, not gates: lint warns, a person decides. */
const SIZES = {
  'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['warn', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-params': ['warn', { max: 5 }],
  complexity: ['warn', { max: 10 }],
  'max-depth': ['warn', { max: 3 }],
};

/** Where strictTypeChecked is tuned, and why. */
const TUNED = {
  // An async method may implement a port without awaiting anything itself.
  '@typescript-eslint/require-await': 'off',
  // Nest modules are classes that carry a decorator only.
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  '@typescript-eslint/no-confusing-void-expression': [
    'warn',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // Money is a branded bigint, which the rule takes for an object.
  '@typescript-eslint/no-unsafe-unary-minus': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // Reads of arrays in hot loops look unnecessary to the checker in places where a person wants them.
  '@typescript-eslint/no-unnecessary-condition': 'warn',
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  // Hot loops over typed arrays know their bounds; elsewhere a person looks at the warning.
  '@typescript-eslint/no-non-null-assertion': 'warn',
  '@typescript-eslint/no-deprecated': 'warn',
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  // Frameworks declare their options as classes and document them as literals.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
};

/** Specs take fakes and hostile values apart; what they assert is checked by running them. */
const SPEC_RULES = {
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/unbound-method': 'off',
  '@typescript-eslint/no-empty-function': 'off',
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': false }],
  'max-lines': 'off',
  'max-lines-per-function': 'off',
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/coverage/',
      '.argosy/',
      '.nx/',
      'libs/contracts/src/gen/',
      'docs/',
      'charts/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    // One program for the whole repository is several times cheaper than one for each of fifty projects.
    languageOptions: { parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: root } },
    plugins: { '@nx': nx },
    rules: {
      ...TUNED,
      ...SIZES,
      ...injectedWorld({ environment: false }),
      '@nx/enforce-module-boundaries': ['error', boundaries({ specs: false })],
      'no-restricted-imports': restrictedImports({ transport: true }),
    },
  },
  {
    files: sourcesOfTypes(root, ['service', 'adapter', 'contract']),
    rules: { 'no-restricted-imports': restrictedImports({}) },
  },
  { files: sourcesOfTypes(root, PURE_TYPES), rules: { 'no-restricted-imports': restrictedImports({ pure: true }) } },
  {
    files: ['libs/risk/core/src/review*.ts', 'libs/risk/core/src/review/**/*.ts'],
    rules: { 'no-restricted-imports': restrictedImports({ pure: true, approve: true }) },
  },
  {
    files: ['libs/contracts/src/codec/{place-order.codec,order.codec}.ts'],
    rules: { 'no-restricted-imports': restrictedImports({ approve: true }) },
  },
  { files: ['apps/*/src/main.ts'], rules: { ...injectedWorld({ environment: true }), 'no-restricted-globals': 'off' } },
  { files: REAL_WORLD, rules: realWorld() },
  {
    files: SPECS,
    rules: {
      ...SPEC_RULES,
      '@nx/enforce-module-boundaries': ['error', boundaries({ specs: true })],
      'no-restricted-imports': restrictedImports({ transport: true, approve: true }),
    },
  },
  {
    // Our own scripts have to run before anything is installed or built, so they are plain JavaScript.
    files: ['**/*.mjs'],
    extends: [tseslint.configs.eslintRecommended],
    rules: { 'no-unused-vars': 'off', ...SIZES },
  },
);
