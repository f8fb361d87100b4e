import { KNOWN_FAILURES } from './known-failures.mjs';
import { namedTestsIn, proven } from './known-failures-page.mjs';
import { table } from './markdown.mjs';
import { metricsIn } from './metric-specs.mjs';
import { parse } from './sources.mjs';
import { meets, subjectsIn } from './subjects-page.mjs';

const metricsOf = (text: string): unknown =>
  metricsIn(parse('a.ts', text)).map(({ kind, name, help, labels }) => [kind, name, help, labels]);

describe('the catalogue of metrics', () => {
  it.each([
    [
      'written plainly',
      `metrics.counter({ name: 'argosy_a_b_total', help: 'So many.', labels: ['venue'] });`,
      [['counter', 'argosy_a_b_total', 'So many.', ['venue']]],
    ],
    [
      'made by a helper, at each of its calls',
      `const gauge = <L extends string>(name: string, help: string, ...labels: L[]) => metrics.gauge({ name, help, labels });
       gauge('argosy_a_b', 'One.', 'venue', 'side'); gauge('argosy_a_c', 'Two.');`,
      [
        ['gauge', 'argosy_a_b', 'One.', ['venue', 'side']],
        ['gauge', 'argosy_a_c', 'Two.', []],
      ],
    ],
    [
      'named with a part of a name',
      `const counter = (name: string, help: string) => metrics.counter({ name: \`argosy_a_\${name}_total\`, help, labels: [] });
       counter('b', 'So many.');`,
      [['counter', 'argosy_a_b_total', 'So many.', []]],
    ],
    [
      'named after the service it runs in',
      `const prefix = \`argosy_\${parts.service.replaceAll('-', '_')}\`;
       parts.metrics.histogram({ name: \`\${prefix}_b_seconds\`, help: 'So long.', labels: [], buckets: [1] });`,
      [['histogram', 'argosy_<service>_b_seconds', 'So long.', []]],
    ],
    [
      'prescribed, with something added',
      `metrics.histogram({ ...prescribedSpec('http_request_duration_seconds'), buckets: [1] });`,
      [
        [
          'histogram',
          'http_request_duration_seconds',
          'Time from a request over HTTP to its answer.',
          ['method', 'route'],
        ],
      ],
    ],
  ])('has one %s', (_how, text, expected) => {
    expect(metricsOf(text)).toEqual(expected);
  });

  it('refuses to leave one out that it cannot read', () => {
    expect(() => metricsOf(`metrics.counter({ name: names[0], help: 'So many.', labels: [] });`)).toThrow(
      'a.ts: cannot read the metric',
    );
  });
});

describe('the catalogue of subjects', () => {
  it('takes the meaning from above the line that names the subject', () => {
    const proto = `// Cancels one\n// order.\n//\n// Subject: argosy.cmd.x.<venue>\n// More.\nmessage Cancel {\n  string a = 1;\n}\n\n// Not on the wire alone.\nmessage Part {\n}\n`;
    expect(subjectsIn('x.proto', proto)).toEqual([
      { subject: 'argosy.cmd.x.<venue>', message: 'Cancel', file: 'x.proto', meaning: 'Cancels one order.' },
    ]);
  });

  it.each([
    ['argosy.cmd.order.place.>', 'argosy.cmd.order.place.<venue>.<account>', true],
    ['argosy.cmd.order.place.>', 'argosy.cmd.order.place', false],
    ['argosy.cmd.order.place.>', 'argosy.cmd.order.submit.<venue>', false],
    ['argosy.qry.>', 'argosy.qry.order.list', true],
    ['argosy.cmd.trading.kill.risk', 'argosy.cmd.trading.kill.<service>', true],
    ['argosy.qry.order.list', 'argosy.qry.order.list.more', false],
  ])('knows that %s for %s is %s', (pattern, subject, expected) => {
    expect(meets(pattern, subject)).toBe(expected);
  });
});

describe('the catalogue of known failures', () => {
  const failure = (story: string) => ({ story, elsewhere: 'It broke.', here: 'It holds.', keeps: ['I-01'] });

  it('finds tests by their titles, tables among them, and leaves other words alone', () => {
    const spec = `it('known failure: a lost fill', () => undefined);
      it.each(rows)('known failure: two of one%s', () => undefined);
      it('another test', () => note('of no known failure: none'));`;
    expect(namedTestsIn(parse('a.spec.ts', spec))).toEqual([
      { path: 'a.spec.ts', title: 'a lost fill' },
      { path: 'a.spec.ts', title: 'two of one%s' },
    ]);
  });

  it.each([
    ['a lost fill', true],
    ['a lost fill, found by a sweep', true],
    ['a lost fill: the sweep finds it', true],
    ['a lost fill%s', true],
    ['a lost fillip', false],
    ['a lost', false],
  ])('takes %j for the story: %s', (title, expected) => {
    const held = (): unknown => proven([failure('a lost fill')], [{ path: 'a.spec.ts', title }]);
    if (expected) expect(held()).toMatchObject([{ story: 'a lost fill', tests: [{ title }] }]);
    else expect(held).toThrow(`a.spec.ts: no story is '${title}'`);
  });

  it('fails for a story that nothing tests', () => {
    expect(() => proven([failure('a lost fill')], [])).toThrow("no test tells 'a lost fill'");
  });

  it('tells twenty stories, each once', () => {
    expect(new Set(KNOWN_FAILURES.map(({ story }) => story)).size).toBe(20);
  });
});

describe('a table of the catalogue', () => {
  it('keeps what would end a cell inside it', () => {
    expect(table(['a|b'], [['one\ntwo']])).toBe('| a\\|b |\n| --- |\n| one two |');
  });
});
