import { strategyConfigJson, strategyValidationReport } from '@argosy/strategy-api';
import { InMemoryDisk } from '@argosy/testing';
import { StrategyFiles } from './strategy-files.adapter.js';

const FOLDER = 'etc/strategies';
const WHOLE = `{
  "strategy_id": "my_new_strategy",
  "name": "My New Strategy",
  "type": "custom",
  "enabled": false,
  "exchanges": ["binance", "hyperliquid"],
  "symbols": ["BTC-USDT"],
  "parameters": { "param1": 10, "param2": 0.5, "quiet": true, "word": "slow" },
  "risk_limits": { "max_position_usd": 50000, "max_order_size_usd": 10000 }
}`;

async function files(content: Readonly<Record<string, string>> = {}): Promise<StrategyFiles> {
  const disk = new InMemoryDisk();
  for (const [name, text] of Object.entries(content)) await disk.writeFile(name, new TextEncoder().encode(text));
  return new StrategyFiles(FOLDER, disk);
}
const reportOf = (read: { readonly ok: boolean; readonly problems?: readonly never[] }): string =>
  read.ok ? strategyValidationReport([]) : strategyValidationReport(read.problems ?? []);

describe('strategy files (ST-1)', () => {
  it('reads the form of the manuals, numbers as their text', async () => {
    const read = await (await files({ [`${FOLDER}/my.json`]: WHOLE })).readFile('my.json');
    expect(read).toEqual({
      ok: true,
      value: {
        strategyId: 'my_new_strategy',
        name: 'My New Strategy',
        type: 'custom',
        enabled: false,
        exchanges: ['binance', 'hyperliquid'],
        symbols: ['BTC-USDT'],
        parameters: { param1: '10', param2: '0.5', quiet: true, word: 'slow' },
        riskLimits: { maxPositionUsd: '50000', maxOrderSizeUsd: '10000' },
        paperTrading: false,
      },
    });
    expect(reportOf(read as never)).toBe('Strategy validation: PASSED');
  });

  it('what it writes it reads again, the same', async () => {
    const reader = await files();
    const first = reader.readText(WHOLE);
    if (!first.ok) throw new Error('unreadable');
    const whole = { ...first.value, account: 'main', paperAccount: 'paper', paperTrading: true };
    const written = strategyConfigJson(whole);
    expect(reader.readText(written)).toEqual({ ok: true, value: whole });
    expect(JSON.parse(written)).toMatchObject({ parameters: { param1: 10, param2: 0.5, quiet: true, word: 'slow' } });
  });

  it.each(['my.json', 'config/strategies/my.json', `${FOLDER}/my.json`])('finds %s in its folder', async (path) => {
    expect((await (await files({ [`${FOLDER}/my.json`]: WHOLE })).readFile(path)).ok).toBe(true);
  });

  it.each([
    '../my.json',
    '/etc/passwd',
    'config/strategies/../../secret.json',
    'a//b.json',
    '.hidden.json',
    'a\u{0}.json',
    '',
  ])('does not leave its folder for %j', async (path) => {
    const read = await (await files({ 'my.json': WHOLE, 'secret.json': WHOLE })).readFile(path);
    expect(read).toMatchObject({ ok: false, problems: [{ code: 'CONFIG_FILE_MISSING' }] });
  });

  const hostile: readonly [story: string, text: string, code: string][] = [
    ['an unknown key', WHOLE.replace('"type"', '"tpye"'), 'CONFIG_UNKNOWN_KEY'],
    ['a limit of zero', WHOLE.replace('50000', '0'), 'CONFIG_INVALID_VALUE'],
    ['a limit without bounds', WHOLE.replace('50000', '"Infinity"'), 'CONFIG_INVALID_VALUE'],
    ['an absent limit', WHOLE.replace('"max_position_usd": 50000, ', ''), 'CONFIG_MISSING_VALUE'],
    [
      'a duplicate key',
      WHOLE.replace('"enabled": false,', '"enabled": false, "enabled": true,'),
      'CONFIG_DUPLICATE_KEY',
    ],
    ['a number with an exponent', WHOLE.replace('10,', '1e3,'), 'CONFIG_AMBIGUOUS_VALUE'],
    ['a parameter that is a list', WHOLE.replace('10,', '[10],'), 'CONFIG_INVALID_VALUE'],
    ['a prototype', WHOLE.replace('"param1"', '"__proto__"'), 'CONFIG_FORBIDDEN_KEY'],
    ['a symbol with a wildcard', WHOLE.replace('BTC-USDT', 'BTC-*'), 'CONFIG_INVALID_VALUE'],
    ['half a file', WHOLE.slice(0, 100), 'CONFIG_SYNTAX'],
    ['nothing', '', 'CONFIG_FILE_EMPTY'],
  ];
  it.each(hostile)('refuses %s by its code', async (_story, text, code) => {
    const read = (await files()).readText(text);
    expect(read).toMatchObject({ ok: false });
    expect(reportOf(read as never)).toContain(code);
    expect(reportOf(read as never)).toContain('Strategy validation: FAILED');
  });

  it('tells every problem at once', async () => {
    const text = WHOLE.replace('"type"', '"tpye"').replace('50000', '-1').replace('["BTC-USDT"]', '[]');
    const read = (await files()).readText(text);
    expect(!read.ok && read.problems.length).toBeGreaterThanOrEqual(4);
  });

  it('reads only what a patch names, and no other keys', async () => {
    const reader = await files();
    expect(reader.readPatch('{"parameters":{"spread_bps":15,"order_size":0.2}}')).toEqual({
      ok: true,
      value: { parameters: { spread_bps: '15', order_size: '0.2' } },
    });
    expect(reader.readPatch('{"paper_trading":false,"risk_limits":{"max_position_usd":7}}')).toEqual({
      ok: true,
      value: { paperTrading: false, riskLimits: { maxPositionUsd: '7' } },
    });
    expect(reader.readPatch('{"strategy_id":"other"}')).toMatchObject({
      ok: false,
      problems: [{ code: 'CONFIG_UNKNOWN_KEY' }],
    });
    expect(reader.readPatch('{"symbols":["ETH-PERP"]}').ok).toBe(false);
  });

  it('lists its files, and nothing when there is no folder', async () => {
    const reader = await files({ [`${FOLDER}/b.json`]: WHOLE, [`${FOLDER}/a.yaml`]: '', [`${FOLDER}/note.txt`]: '' });
    expect(await reader.list()).toEqual(['a.yaml', 'b.json']);
    expect(await (await files()).list()).toEqual([]);
  });
});
