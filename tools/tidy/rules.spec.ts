import { MAY_IMPORT } from '../lint/boundaries.mjs';
import { type Repository, type Rule } from './repository.js';
import { RULES } from './rules.js';

const rules = new Map(RULES);

/** A repository of files and their texts. */
const files = (texts: Record<string, string>): Repository =>
  Object.entries(texts).map(([path, text]) => ({ path, text, bytes: Buffer.byteLength(text) }));

const MANIFEST = '{ "nx": { "tags": ["type:core", "scope:a"] } }';
const CATALOGUE = 'libs/contracts/src/subjects.ts';

const METRICS = { 'docs/reference/metrics.md': '| `argosy_a` |' };
const ALERT =
  '- alert: OrdersInDoubt\n  expr: argosy_a > 0\n  labels: { severity: page }\n  runbook: docs/runbooks/order-in-doubt.md\n';

/** The rule, what it finds in the first repository, and a second one in which it finds nothing. */
const cases: ReadonlyArray<[string, Record<string, string>, string, Record<string, string>]> = [
  [
    'nothing that has a better replacement',
    { 'libs/a/src/a.ts': 'const x = 1;\nconst now = Date.now();' },
    "line 2 has 'Date.now('; use Clock from @argosy/domain",
    {
      'libs/a/src/a.ts': '// Date.now() would not be replayable.\n',
      'libs/platform/runtime/src/clock.ts': 'Date.now()',
    },
  ],
  [
    'nothing that has a better replacement',
    { 'libs/a/src/a.spec.ts': '// FIXME later' },
    "line 1 has 'FIXME'; use nothing: finish it before it lands",
    { 'libs/a/src/a.ts': '// TODO #12: the second venue.' },
  ],
  [
    'nothing that has a better replacement',
    { 'libs/a/src/a.ts': 'price.toFixed(2)' },
    "line 1 has '.toFixed('; use parse*/format from @argosy/domain: no float touches money",
    { 'bench/src/a.ts': 'ratio.toFixed(2)' },
  ],
  [
    'one type and one scope a project',
    { 'libs/a/package.json': '{ "nx": { "tags": ["type:magic", "scope:a"] } }' },
    `wants exactly one type tag out of ${Object.keys(MAY_IMPORT).join(', ')}`,
    { 'libs/a/package.json': MANIFEST },
  ],
  [
    'one type and one scope a project',
    { 'libs/a/package.json': '{ "nx": { "tags": ["type:core"] } }' },
    'wants exactly one scope tag',
    { 'libs/a/package.json': MANIFEST },
  ],
  [
    'third-party packages in the root manifest only',
    { 'libs/a/package.json': '{ "dependencies": { "pg": "8" } }' },
    'has dependencies of its own; they belong to the root package.json',
    { 'package.json': '{ "dependencies": { "pg": "8" } }', 'libs/a/package.json': '{}' },
  ],
  [
    'a README under 60 lines in every lib',
    { 'libs/a/package.json': MANIFEST, 'libs/a/README.md': 'line\n'.repeat(60) },
    'has 60 lines, wanted under 60',
    { 'libs/a/package.json': MANIFEST, 'libs/a/README.md': 'line\n'.repeat(59) },
  ],
  [
    'a README under 60 lines in every lib',
    { 'libs/a/package.json': MANIFEST },
    'is missing; say what the lib is for',
    { 'apps/a/package.json': MANIFEST },
  ],
  [
    'an index that says what its lib is for',
    { 'libs/a/package.json': MANIFEST, 'libs/a/src/index.ts': "export { a } from './a.js';\n" },
    'opens with a comment of two to five lines: what it is for, what it refuses to do',
    {
      'libs/a/package.json': MANIFEST,
      'libs/a/src/index.ts': '/**\n * What it is for.\n * What it refuses to do.\n */\n',
    },
  ],
  [
    'file names in kebab-case',
    { 'libs/a/src/placeOrder.ts': '' },
    'is not in kebab-case',
    { 'libs/a/src/place-order.service.int.spec.ts': '', 'libs/a/src/l2-book.ts': '' },
  ],
  [
    'no file over 200 kB',
    { 'libs/a/table.json': 'x'.repeat(200_001) },
    'has 200001 bytes, at most 200000',
    { 'libs/a/table.json': 'x'.repeat(200_000), 'package-lock.json': 'x'.repeat(300_000) },
  ],
  [
    'no private key',
    { 'libs/a/src/a.ts': `const privateKey = '0x${'ab'.repeat(32)}';` },
    'holds a private key; keys come from outside',
    {
      'libs/a/src/a.spec.ts':
        "const privateKey = '0x0123456789012345678901234567890123456789012345678901234567890123';",
    },
  ],
  [
    'no private key',
    { 'deploy/key.pem': '-----BEGIN EC PRIVATE KEY-----' },
    'holds a private key; keys come from outside',
    { 'libs/a/src/a.ts': `const orderHash = '0x${'ab'.repeat(32)}';` },
  ],
  [
    'no path outside the project',
    { 'README.md': 'Read ../shared/data first.' },
    'names a path outside the project',
    { 'README.md': 'Read docs/architecture.md.', '.ci/run': 'cd ../shared/data' },
  ],
  [
    'no narrowed tests',
    { 'libs/a/src/a.spec.ts': "it.only('adds', () => undefined);" },
    'narrows or switches off tests',
    { 'libs/a/src/a.spec.ts': "it('adds only', () => undefined);" },
  ],
  [
    'no sleeping tests',
    { 'libs/a/src/a.spec.ts': 'await new Promise((resolve) => setTimeout(resolve, 100));' },
    'sleeps; move the virtual clock or await the event',
    { 'libs/a/src/a.spec.ts': 'await timers.advance(100);' },
  ],
  [
    'every subject in a proto comment',
    { [CATALOGUE]: "halt: () => 'argosy.ctl.trading.halt'", 'proto/a.proto': '// Subject: argosy.ctl.trading.state' },
    `'argosy.ctl.trading.halt' stands in no proto comment ("Subject: ...")`,
    { [CATALOGUE]: '`argosy.md.book.${token(venue)}`', 'proto/a.proto': '// Subject: argosy.md.book.<venue>.<symbol>' },
  ],
  [
    'no subject outside the catalogue',
    { 'libs/a/src/a.ts': "bus.publish('argosy.ctl.trading.halt')" },
    "writes the subject 'argosy.ctl.trading.halt' itself; take it from @argosy/contracts",
    { 'libs/a/src/a.spec.ts': "'argosy.ctl.trading.halt'", [CATALOGUE]: "'argosy.ctl.trading.halt'" },
  ],
  [
    'no source that nothing refers to',
    { 'libs/a/src/index.ts': '', 'libs/a/src/b.ts': '', 'libs/a/src/b.spec.ts': "import { b } from './b.js';" },
    'is referred to by nothing that runs; remove it or use it',
    {
      'libs/a/src/index.ts': "export { b } from './b.js';",
      'libs/a/src/b.ts': "new URL('./worker.js', import.meta.url)",
      'libs/a/src/worker.ts': '',
      'libs/a/src/b.spec.ts': "import { c } from './fixtures/c.js';",
      'libs/a/src/fixtures/c.ts': '',
    },
  ],
  [
    'no page that nothing links',
    { 'docs/how-to/add-a-venue.md': '# Add a venue' },
    'is linked from nowhere',
    { 'docs/how-to/add-a-venue.md': '# Add a venue', 'README.md': '[Add a venue](docs/how-to/add-a-venue.md)' },
  ],
  [
    'a runbook and a test for every alert',
    { 'deploy/alerts/OrdersInDoubt.yaml': ALERT, 'deploy/alerts/tests/OrdersInDoubt.yaml': '', ...METRICS },
    'has no docs/runbooks/order-in-doubt.md',
    {
      'deploy/alerts/OrdersInDoubt.yaml': ALERT,
      'deploy/alerts/tests/OrdersInDoubt.yaml': '',
      'docs/runbooks/order-in-doubt.md': '',
      ...METRICS,
    },
  ],
  [
    'a runbook and a test for every alert',
    {
      'deploy/alerts/OrdersInDoubt.yaml': ALERT.replace('argosy_a', 'argosy_b'),
      'deploy/alerts/tests/OrdersInDoubt.yaml': '',
      'docs/runbooks/order-in-doubt.md': '',
      ...METRICS,
    },
    'asks for argosy_b, which docs/reference/metrics.md does not know',
    { 'deploy/alerts/README.md': 'argosy_b' },
  ],
];

const ruleOf = (sentence: string): Rule => {
  const rule = rules.get(sentence);
  if (rule === undefined) throw new Error(`no rule is called '${sentence}'`);
  return rule;
};

describe('tidy', () => {
  it.each(cases)('%s: finds what is wrong and lets pass what is right', (sentence, wrong, problem, right) => {
    const rule = ruleOf(sentence);
    expect(rule(files(wrong))).toEqual([expect.objectContaining({ problem })]);
    expect(rule(files(right))).toEqual([]);
  });

  it('shows every rule at work', () => {
    expect(new Set(cases.map(([sentence]) => sentence))).toEqual(new Set(rules.keys()));
  });
});
