import type { AppendFile } from '@argosy/platform-port';
import { Disk } from '@argosy/platform-port';
import fc from 'fast-check';
import { ConfigError, type ConfigProblem } from './config-problem.js';
import {
  Flag,
  Int,
  LimitText,
  Name,
  Nested,
  NestedList,
  type RawSettings,
  SecretReference,
  Settings,
  TextList,
} from './fields.js';
import { loadConfigFile, loadConfigText } from './load-config-file.js';
import { NumberText } from './raw-value.js';
import { CONFIG_BYTES_MAX } from './strict-text.js';

class MemoryDisk extends Disk {
  constructor(private readonly files: Readonly<Record<string, string | Uint8Array>>) {
    super();
  }
  override exists(path: string): Promise<boolean> {
    return Promise.resolve(path in this.files);
  }
  override readFile(path: string): Promise<Uint8Array> {
    const content = this.files[path] ?? '';
    return Promise.resolve(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }
  override openAppend(): Promise<AppendFile> {
    throw new Error('not needed here');
  }
  override readLines(): AsyncIterable<string> {
    throw new Error('not needed here');
  }
  override writeFile(): Promise<void> {
    throw new Error('not needed here');
  }
  override list(): Promise<readonly string[]> {
    throw new Error('not needed here');
  }
}

class RiskLimits {
  @LimitText() readonly max_position_usd!: string;
  @LimitText() readonly max_order_size_usd!: string;
}
class Endpoint {
  @Name() readonly name!: string;
  @Int({ min: 1, max: 65_535 }) readonly port: number = 443;
}
class StrategyFile {
  @Name() readonly strategy_id!: string;
  @Flag() readonly enabled: boolean = false;
  @TextList({ min: 1, max: 4 }) readonly symbols!: readonly string[];
  @Settings() readonly parameters!: RawSettings;
  @Nested(() => RiskLimits) readonly risk_limits!: RiskLimits;
  @NestedList(() => Endpoint, { max: 2 }) readonly endpoints: readonly Endpoint[] = [];
  @SecretReference() readonly api_key: string = 'env:NONE';
}

const JSON_FILE = `{
  "strategy_id": "my_new_strategy",
  "enabled": false,
  "symbols": ["BTC-USDT"],
  "parameters": { "param1": 10, "param2": 0.5, "deep": { "flag": true } },
  "risk_limits": {
    "max_position_usd": 50000,
    "max_order_size_usd": 12345678901234567890.123456789012
  }
}`;
const YAML_FILE = `strategy_id: my_new_strategy
symbols: [BTC-USDT]
parameters:
  param1: 10
risk_limits:
  max_position_usd: 50000
  max_order_size_usd: "10000"
`;

async function problemsOf(content: string | Uint8Array, path = 'config/s.yaml'): Promise<readonly ConfigProblem[]> {
  try {
    await loadConfigFile(path, StrategyFile, new MemoryDisk({ [path]: content }));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
const codes = async (content: string | Uint8Array, path?: string) =>
  (await problemsOf(content, path)).map(({ code }) => code);

describe('loadConfigFile', () => {
  it('reads a strategy file of the manuals, every number exact (FL-6, I-36)', async () => {
    const file = await loadConfigFile('s.json', StrategyFile, new MemoryDisk({ 's.json': JSON_FILE }));
    expect(file.risk_limits).toEqual({
      max_position_usd: '50000',
      max_order_size_usd: '12345678901234567890.123456789012',
    });
    expect(file.parameters.values).toEqual({
      param1: new NumberText('10'),
      param2: new NumberText('0.5'),
      deep: { flag: true },
    });
    expect(file.endpoints).toEqual([]);
    expect(Object.isFrozen(file.risk_limits)).toBe(true);
  });

  it('reads the same from YAML', async () => {
    const file = await loadConfigFile('s.yaml', StrategyFile, new MemoryDisk({ 's.yaml': YAML_FILE }));
    expect(file.risk_limits.max_order_size_usd).toBe('10000');
    expect(file.symbols).toEqual(['BTC-USDT']);
  });

  it('reports every problem with its line', async () => {
    const text = JSON_FILE.replace('"enabled": false', '"enabled": "no"').replace(
      '"max_position_usd": 50000',
      '"max_positon_usd": 0',
    );
    const found = await problemsOf(text, 's.json');
    expect(found.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      'CONFIG_INVALID_VALUE s.json:3:3 enabled',
      'CONFIG_MISSING_VALUE s.json:6:3 risk_limits.max_position_usd',
      'CONFIG_UNKNOWN_KEY s.json:7:5 risk_limits.max_positon_usd',
    ]);
    expect(found.find(({ code }) => code === 'CONFIG_UNKNOWN_KEY')?.fix).toBe('Did you mean max_position_usd');
  });

  const bomb = ['a: &a [x,x,x,x]', 'b: &b [*a,*a,*a]', 'c: [*b,*b,*b]'].join('\n');
  const cases: ReadonlyArray<[string, string | Uint8Array, string]> = [
    ['an empty file', '  \n', 'CONFIG_FILE_EMPTY'],
    ['only a comment', '# nothing\n', 'CONFIG_FILE_FORMAT'],
    ['a list at the top', '- a\n- b\n', 'CONFIG_FILE_FORMAT'],
    ['two documents', `${YAML_FILE}---\n${YAML_FILE}`, 'CONFIG_FILE_FORMAT'],
    ['a byte-order mark', `\u{FEFF}${YAML_FILE}`, 'CONFIG_FILE_ENCODING'],
    ['bytes that are no UTF-8', new Uint8Array([0x61, 0x3a, 0xff]), 'CONFIG_FILE_ENCODING'],
    ['a NUL', 'strategy_id: a\u0000b\n', 'CONFIG_FILE_ENCODING'],
    ['a file that is too large', new Uint8Array(CONFIG_BYTES_MAX + 1), 'CONFIG_FILE_TOO_LARGE'],
    ['a tab as indentation', YAML_FILE.replace('  param1', '\tparam1'), 'CONFIG_TAB'],
    ['a duplicate key', `${YAML_FILE}strategy_id: other\n`, 'CONFIG_DUPLICATE_KEY'],
    ['an anchors bomb', bomb, 'CONFIG_ALIAS'],
    ['a merge key', `${YAML_FILE}base: &b {x: 1}\n`, 'CONFIG_ALIAS'],
    ['a prototype', `${YAML_FILE}__proto__: {enabled: true}\n`, 'CONFIG_FORBIDDEN_KEY'],
    ['a tag', YAML_FILE.replace('my_new_strategy', '!!js/function x'), 'CONFIG_SYNTAX'],
    ['nesting without end', '['.repeat(100_000), 'CONFIG_TOO_DEEP'],
    ['nesting one too deep', `a: ${'{a: '.repeat(17)}1${'}'.repeat(17)}\n`, 'CONFIG_TOO_DEEP'],
    ['more values than anybody wrote', `a: [${'b,'.repeat(10_001)}]`, 'CONFIG_TOO_MANY_VALUES'],
    ['a norwegian truth', YAML_FILE.replace('param1: 10', 'param1: no'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['an octal or not', YAML_FILE.replace('param1: 10', 'param1: 08'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['an exponent', YAML_FILE.replace('param1: 10', 'param1: 1e3'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['infinity', YAML_FILE.replace('param1: 10', 'param1: .inf'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['a sexagesimal', YAML_FILE.replace('param1: 10', 'param1: 12:30:45'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['a secret in clear', `${YAML_FILE}api_secret: 4f1c9a\n`, 'CONFIG_SECRET_IN_CLEAR'],
    ['a number for a name', YAML_FILE.replace('my_new_strategy', '5'), 'CONFIG_INVALID_VALUE'],
    ['text for a part', YAML_FILE.replace(/risk_limits:[^]*/, 'risk_limits: high\n'), 'CONFIG_INVALID_VALUE'],
    ['a list for a part', YAML_FILE.replace(/risk_limits:[^]*/, 'risk_limits: [1]\n'), 'CONFIG_INVALID_VALUE'],
    ['nothing for a part', YAML_FILE.replace(/risk_limits:[^]*/, 'risk_limits:\n'), 'CONFIG_INVALID_VALUE'],
    ['broken braces', 'a: {b: c\n', 'CONFIG_SYNTAX'],
  ];
  it.each(cases)('refuses %s', async (_what, content, code) => {
    expect(await codes(content)).toContain(code);
  });

  it('says where JSON is broken', async () => {
    const [problem] = await problemsOf('{\n  "strategy_id": "a",\n  "enabled": tru\n}', 's.json');
    expect(problem).toMatchObject({ code: 'CONFIG_SYNTAX' });
    expect(problem?.where).toMatch(/^s\.json(:3:\d+)?$/);
  });
  it('refuses YAML in a JSON file and a name without a known ending', async () => {
    expect(await codes(YAML_FILE, 's.json')).toEqual(['CONFIG_SYNTAX']);
    expect(await codes(YAML_FILE, 's.toml')).toEqual(['CONFIG_FILE_FORMAT']);
  });
  it('says when there is no file', async () => {
    await expect(loadConfigFile('x.json', StrategyFile, new MemoryDisk({}))).rejects.toThrow(
      'CONFIG_FILE_MISSING x.json',
    );
  });
  it('never shows a secret it found in clear', async () => {
    expect(JSON.stringify(await problemsOf(`${YAML_FILE}api_key: hunter2\n`))).not.toContain('hunter2');
  });
  it("takes the manuals' placeholder and references for secrets", async () => {
    expect(await codes(`${YAML_FILE}api_key: env:HYPERLIQUID_KEY\n`)).toEqual([]);
  });

  it('gives a ConfigError or a frozen value for any text at all', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        ' ',
        '\n',
        '\t',
        'a',
        '1',
        '-',
        '&a',
        '*a',
        '!',
        '#',
        'é',
        '\\',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((some) => some.join('')),
        ),
        (text) => {
          try {
            expect(Object.isFrozen(loadConfigText(text, StrategyFile, 'body'))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
