import type { RunningRecord } from '../fleet/running-record.js';
import { plainPainter } from '../terminal/terminal.js';
import { Presenter } from '../terminal/presenter.js';
import { runProgram } from '../program.js';
import { fakeShell, fakeTerminal } from '../testing/fake-shell.js';
import { chaos, type ChaosOptions, choosePlan } from './chaos.js';
import { chaosReport } from './chaos-report.js';
import { planOne } from './draw.js';
import { controlOf } from './found-fleet.js';
import { receiptVerdict } from './kill-proof.js';
import { scenarioNamed } from './scenarios.js';
import { showChaos } from './show-chaos.js';
import { verdict } from './verdict.js';

const options: ChaosOptions = { output: 'text', for: 60_000 };
const local: RunningRecord = {
  name: 'seed-1',
  pid: 1,
  gatewayUrl: 'http://127.0.0.1:8080',
  startedAt: '',
  processes: [],
  instances: [{ name: 'risk', url: 'http://127.0.0.1:9' }],
  exchange: { url: 'http://127.0.0.1:3001', controlUrl: 'http://127.0.0.1:3003' },
};

describe('whose fleet faults are done to', () => {
  it('is one of this machine on its own simulated exchange', () => {
    expect(controlOf(local)).toBe('http://127.0.0.1:3003');
  });

  const { exchange: _exchange, ...onVenue } = local;
  const foreign: ReadonlyArray<[string, RunningRecord, string]> = [
    ['trades on a venue', onVenue, 'NO_SIMULATED_EXCHANGE'],
    ['has its gateway elsewhere', { ...local, gatewayUrl: 'https://argosy.example:8080' }, 'NOT_LOCAL'],
    [
      'has its exchange elsewhere',
      { ...local, exchange: { url: 'https://api.hyperliquid.xyz', controlUrl: 'http://127.0.0.1:3' } },
      'NOT_LOCAL',
    ],
    ['has a service elsewhere', { ...local, instances: [{ name: 'risk', url: 'http://10.0.0.7:1' }] }, 'NOT_LOCAL'],
    ['hides behind a name like ours', { ...local, gatewayUrl: 'http://127.0.0.1.example:8080' }, 'NOT_LOCAL'],
  ];
  it.each(foreign)('is never one that %s', (_what, record, code) => {
    expect(() => controlOf(record)).toThrow(expect.objectContaining({ code, exitCode: 3 }) as Error);
  });

  it('is never the one that ARGOSY_URL names', async () => {
    const shell = fakeShell({ env: { ARGOSY_URL: 'https://argosy.example' } });
    await expect(chaos(shell, 'kill-leader', options)).rejects.toMatchObject({ code: 'NOT_LOCAL', exitCode: 3 });
  });

  it('is nobody’s where none runs', async () => {
    await expect(chaos(fakeShell(), 'kill-leader', options)).rejects.toMatchObject({ code: 'NO_FLEET', exitCode: 4 });
  });
});

describe('what a command line asks for', () => {
  const wrong: ReadonlyArray<[string, string | undefined, Partial<ChaosOptions>, RegExp]> = [
    ['neither name nor seed', undefined, {}, /neither a scenario nor a seed/],
    ['a setting that a scenario has not', 'kill-leader', { set: { forMs: 1 } }, /has no setting 'forMs'/],
    ['a setting out of its range', 'freeze-leader', { set: { forMs: 1 } }, /must be from 100 to 60000, was 1/],
    ['settings of what a seed draws', undefined, { seed: 1, set: { forMs: 1 } }, /cannot be set by hand/],
  ];
  it.each(wrong)('is refused: %s', (_what, name, given, text) => {
    expect(() => choosePlan(name, { ...options, ...given })).toThrow(text);
  });

  const run = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
    const terminal = fakeTerminal();
    const code = await runProgram(argv, terminal, async () => ({ ...fakeShell(), terminal }));
    return { code, ...terminal.said };
  };
  const misread: ReadonlyArray<[string, string[], RegExp]> = [
    ['a scenario nobody knows', ['run', 'kill-everything'], /Allowed choices are kill-leader/],
    ['a setting without a number', ['run', 'freeze-leader', '--set', 'forMs'], /name=number/],
    ['a window too short for a fault', ['run', '--seed', '1', '--for', '1s'], /from 15s to 10m/],
    ['an address of a fleet', ['run', 'kill-leader', '--url', 'http://127.0.0.1:1'], /unknown option '--url'/],
  ];
  it.each(misread)('is refused with exit code 2: %s', async (_what, argv, text) => {
    const { code, err } = await run('chaos', ...argv);
    expect(code).toBe(2);
    expect(err).toMatch(text);
  });

  it('lists what there is, for people and for programs', async () => {
    const [text, json] = [await run('chaos', 'list'), await run('chaos', 'list', '-o', 'json')];
    expect(text.out).toMatch(/freeze-leader +F-03 F-04 +forMs=2000/);
    expect(JSON.parse(json.out)).toContainEqual({
      name: 'freeze-leader',
      story: expect.any(String) as string,
      faults: ['F-03', 'F-04'],
      settings: { forMs: { usual: 2_000, least: 100, most: 60_000 } },
    });
  });
});

describe('the report', () => {
  const scenario = scenarioNamed('kill-leader');
  if (scenario === undefined) throw new Error('it is in the table');
  const plan = planOne(scenario, {}, 1);
  const [planned] = plan.steps;
  if (planned === undefined) throw new Error('it has a step');
  const strikes = [{ planned, beganMs: 10, endedMs: 10, acted: 1 }];
  const fleet = { name: 'seed-1', hasStandbys: true };
  const held = verdict('orders go on', ['I-58'], [], 'the exchange takes orders', 812.4);
  const broken = verdict('no ban', ['F-37'], ['2 bans'], 'none');

  it('is whole for programs, and ok only when all held', () => {
    expect(chaosReport(plan, fleet, strikes, [held])).toEqual({
      ok: true,
      run: 'kill-leader',
      seed: 1,
      fleet: 'seed-1',
      standbys: true,
      again: 'argosy chaos run kill-leader',
      faults: [{ scenario: 'kill-leader', what: 'kill -9 leader:execution', at_ms: 0, lasted_ms: 0, acted: 1 }],
      checks: [{ what: 'orders go on', ids: ['I-58'], outcome: 'held', ms: 812, detail: 'the exchange takes orders' }],
    });
    expect(chaosReport(plan, fleet, strikes, [held, broken]).ok).toBe(false);
  });

  it('shows people a table and how to run it again', () => {
    const presenter = new Presenter({ ...fakeTerminal(), colour: plainPainter }, 'text');
    const text = showChaos(chaosReport(plan, fleet, strikes, [held, broken]), presenter);
    expect(text).toMatch(/orders go on +✓ held +812 +I-58/);
    expect(text).toMatch(/no ban +✗ violated +F-37 +2 bans/);
    expect(text).toMatch(/1 of 2 did not hold\.\nagain: argosy chaos run kill-leader$/);
  });

  it('believes no receipt that leaves an order open (I-16)', () => {
    const receipt = {
      kill_id: 'k',
      by: 'ann',
      reason: 'drill',
      complete: true,
      requested_at: null,
      timings_ms: { gate_shut: 1 },
      outcomes: { could_not_cancel: 1 },
      orders: [{ order_id: 'o1', account: 'main', outcome: 'could_not_cancel', filled_quantity: '0', reason: null }],
      parties: [],
    };
    expect(receiptVerdict(receipt, 5)).toMatchObject({ outcome: 'violated', detail: 'o1 is could_not_cancel' });
    expect(receiptVerdict({ ...receipt, orders: [] }, 5)).toMatchObject({ outcome: 'held', ms: 5 });
    expect(receiptVerdict(undefined, 5).outcome).toBe('violated');
  });
});
