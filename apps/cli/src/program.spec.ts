import { runProgram } from './program.js';
import { fakeShell, fakeTerminal } from './testing/fake-shell.js';

const run = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
  const terminal = fakeTerminal();
  const code = await runProgram(argv, terminal, async () => fakeShell());
  return { code, ...terminal.said };
};

describe('the command line', () => {
  const rejected: ReadonlyArray<[string, string[], RegExp]> = [
    ['a command that does not exist', ['upp'], /Did you mean up/],
    ['a kill without a reason', ['kill'], /missing required argument 'reason'/],
    ['a shutdown without a reason', ['shutdown', '--emergency'], /missing required argument 'reason'/],
    [
      'a hand-over of a service that is none',
      ['failover', 'exchange-sim'],
      /Allowed choices are market-data, execution/,
    ],
    ['a promotion of a whole service', ['promote', 'execution'], /Allowed choices are market-data-1, market-data-2/],
    ['a breaker that is neither tripped nor reset', ['circuit-breaker', 'open'], /Allowed choices are trip, reset/],
    ['a kill that is followed for ever', ['kill', 'x', '--follow', '1h'], /from 0ms? to 5m|from 0h to 5m/],
    ['a speed of zero', ['up', '--speed', '0'], /above 0 and at most 1000/],
    ['a seed that is none', ['up', '--seed', '-1'], /whole number from 0/],
    ['a seed for a recorded market', ['up', '--seed', '2', '--recording', 'x'], /cannot be used with/],
    ['a duration without a unit', ['up', '--duration', '60'], /such as 10s/],
    ['an output nobody writes', ['status', '-o', 'xml'], /Allowed choices are text, json/],
    ['a setting that is none', ['config', 'set', 'leverage', 'true'], /Allowed choices are trading_enabled/],
  ];
  it.each(rejected)('refuses %s with exit code 2', async (_what, argv, text) => {
    const { code, err, out } = await run(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(text);
  });

  it('helps, with its exit codes', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 {4}done/);
  });

  it.each(['bash', 'zsh', 'fish'])('completes its words in %s', async (shell) => {
    const { code, out } = await run('completion', shell);
    expect(code).toBe(0);
    for (const word of ['up', 'strategy', 'recording', 'duration', 'trading_enabled']) expect(out).toContain(word);
  });

  it('loads no lib of the fleet for help', async () => {
    const loaded = Object.keys(require.cache).filter((path) =>
      /node_modules\/(undici|pg|typeorm|@nestjs)\//.test(path),
    );
    await run('help', 'up');
    expect(loaded).toEqual([]);
  });
});
