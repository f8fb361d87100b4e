import { killCodec, killReceiptCodec, subjects } from '@argosy/contracts';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from './sha256.js';
import { type Gateway, startGateway } from './testing/gateway-fixture.js';

const running: Gateway[] = [];
const start = async (...parts: Parameters<typeof startGateway>): Promise<Gateway> => {
  const gateway = await startGateway(...parts);
  running.push(gateway);
  return gateway;
};
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.service.stop();
});
const kills = (gateway: Gateway) =>
  gateway.fleet.messages(subjects.tradingKill('risk')) as { reason: string; actor: string }[];
async function until(holds: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<number> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > withinMs) throw new Error(`not within ${String(withinMs)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - begun;
}

describe('the receipt of a kill (I-16)', () => {
  it('lists every order with its outcome, every party and the timings', async () => {
    const gateway = await start();
    expect((await gateway.get('/api/v1/killswitch/receipt')).status).toBe(400);
    await gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' });
    const { json } = await gateway.get('/api/killswitch/receipt?');
    expect(json).toMatchObject({
      complete: false,
      timings_ms: { gate_shut: 0, first_cancel: 2, all_cancelled: 150, second_sweep: null },
      outcomes: { filled: 1, cancelled: 1, could_not_cancel: 1 },
      parties: [
        { service: 'execution', epoch: 2, state: 'confirmed' },
        { service: 'execution', epoch: 1, state: 'unreachable', at: null },
      ],
    });
    expect(json.orders).toContainEqual({
      order_id: '00010001000000010000000000000001',
      account: 'main',
      outcome: 'could_not_cancel',
      filled_quantity: '0',
      reason: 'the venue is busy',
    });
  });
});

describe('a service that was told to kill by a signal (FL-5)', () => {
  it('has the gateway kill the fleet, and is told who holds it', async () => {
    const gateway = await start();
    const message = { actor: 'signal to ledger', reason: 'SIGUSR2', killId: 'signal-ledger-7' };
    const answer = await gateway.bus
      .peer('ledger')
      .request(subjects.tradingKill('ops-gateway'), killCodec, killReceiptCodec, message, { timeoutMs: 2_000 });
    expect(answer).toMatchObject({ ok: true, value: { killId: 'signal-ledger-7', service: 'ops-gateway' } });
    expect(gateway.fleet.messages(subjects.tradingKill('execution'))).toEqual([message]);
    expect(gateway.fleet.messages(subjects.strategyStop)).toHaveLength(1);
  });
});

describe('the kill file (RK-3)', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'argosy-kill-'));
    file = path.join(folder, 'KILL_SWITCH');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder}-away`, { recursive: true, force: true });
  });

  it('kills once when it appears; nothing resumes while it is there; taking it away resumes nothing', async () => {
    const gateway = await start({ OPS_KILL_FILE: file });
    const enabled = await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    expect(enabled.status).toBe(200);
    await writeFile(file, '{"reason": "smoke"}\n');
    expect(await until(() => kills(gateway).length > 0)).toBeLessThan(1_000);
    expect(kills(gateway)[0]).toMatchObject({ actor: 'kill-file', reason: 'kill file: {"reason": "smoke"}' });
    const { json } = await gateway.get('/api/v1/status?');
    expect(json).toMatchObject({ kill_switch: { active: true, by: 'kill-file' }, kill_file: { state: 'present' } });
    expect(json.degraded).toContain('the kill file is there, so nothing resumes');
    const early = await gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'over' });
    expect({ status: early.status, code: early.json.error.code }).toEqual({ status: 409, code: 'kill_file_present' });
    await rm(file);
    await until(async () => (await gateway.get('/api/v1/killswitch')).json.kill_file.state === 'absent');
    expect((await gateway.get('/api/v1/killswitch')).json.active).toBe(true);
    expect(kills(gateway)).toHaveLength(1);
    expect((await gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'over' })).status).toBe(200);
    await writeFile(file, '');
    await until(() => kills(gateway).length === 2);
    expect(kills(gateway)[1]?.reason).toBe('kill file');
  });

  it('kills when it is there at the start, and again until execution and risk both have it', async () => {
    await writeFile(file, 'before anything ran');
    const gateway = await start({ OPS_KILL_FILE: file });
    expect((await gateway.get('/api/v1/killswitch')).json).toMatchObject({ active: true, by: 'kill-file' });
    gateway.fleet.silent.add('execution');
    await rm(file);
    await until(async () => (await gateway.get('/api/v1/killswitch?')).json.kill_file.state === 'absent');
    const before = kills(gateway).length;
    await writeFile(file, 'again');
    await until(() => kills(gateway).length >= before + 2);
    gateway.fleet.silent.clear();
    await until(() => gateway.fleet.messages(subjects.tradingKill('execution')).length >= 2);
  }, 15_000);

  it('that cannot be looked for keeps trading disabled and latches nothing (I-13)', async () => {
    const gateway = await start({ OPS_KILL_FILE: file });
    expect((await gateway.send('POST', '/api/v1/config', { trading_enabled: true })).status).toBe(200);
    await rename(folder, `${folder}-away`);
    await until(async () => (await gateway.get('/api/v1/status')).json.trading_enabled === false);
    const { json } = await gateway.get('/api/v1/status');
    expect(json).toMatchObject({ kill_switch: { active: false }, kill_file: { state: 'unreadable' } });
    expect(json.degraded.join()).toContain('the kill file cannot be seen');
    const on = await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    expect({ status: on.status, code: on.json.error.code }).toEqual({ status: 409, code: 'kill_file_unreadable' });
    expect(kills(gateway)).toEqual([]);
    await rename(`${folder}-away`, folder);
    await until(async () => (await gateway.get('/api/v1/status?')).json.trading_enabled === true);
  });

  it('that could not be looked for leaves off what somebody wanted off meanwhile', async () => {
    const gateway = await start({ OPS_KILL_FILE: file });
    await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    await rename(folder, `${folder}-away`);
    await until(async () => (await gateway.get('/api/v1/status')).json.trading_enabled === false);
    await gateway.send('POST', '/api/v1/config', { trading_enabled: false });
    await rename(`${folder}-away`, folder);
    await until(async () => (await gateway.get('/api/v1/killswitch?')).json.kill_file.state === 'absent');
    expect((await gateway.get('/api/v1/status?')).json.trading_enabled).toBe(false);
    expect((await gateway.send('POST', '/api/v1/config', { trading_enabled: true })).status).toBe(200);
  });
});

describe('a kill and a resume at once (F-29)', () => {
  it('a kill that comes while a resume is under way wins, whatever the resume did', async () => {
    const gateway = await start();
    await gateway.send('POST', '/api/v1/killswitch', { reason: 'first' });
    gateway.fleet.frozen.add('execution');
    const resuming = gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'over' });
    await until(() => gateway.fleet.messages(subjects.tradingResume('execution')).length > 0);
    expect((await gateway.send('POST', '/api/v1/killswitch', { reason: 'second' })).status).toBe(200);
    const resumed = await resuming;
    expect({ status: resumed.status, code: resumed.json.error.code }).toEqual({ status: 409, code: 'kill_came_first' });
    expect((await gateway.get('/api/v1/killswitch')).json).toMatchObject({ active: true, reason: 'second' });
  }, 15_000);

  it('two kills at once are one latch, and both are told that it holds', async () => {
    const gateway = await start();
    const both = await Promise.all(['a', 'b'].map((reason) => gateway.send('POST', '/api/v1/killswitch', { reason })));
    expect(both.map(({ json }) => json.complete)).toEqual([true, true]);
  });
});

describe('books that failed their check', () => {
  it('are no healthy fleet, until a check passes', async () => {
    const gateway = await start();
    gateway.fleet.ledger.problems = ['USDC is off by 1'];
    expect((await gateway.get('/api/v1/integrity')).json.passed).toBe(false);
    expect((await gateway.get('/api/v1/status')).json).toMatchObject({
      status: 'degraded',
      degraded: ['the books failed their last check: USDC is off by 1 (1 in all)'],
    });
    gateway.fleet.ledger.problems = [];
    await until(async () => (await gateway.get('/api/v1/integrity')).json.passed);
    await until(async () => (await gateway.get('/api/v1/status')).json.status === 'healthy');
  });
});

describe('short of a kill', () => {
  it('trips and resets the circuit breaker as the manual has it: without a body (RK-4)', async () => {
    const gateway = await start();
    expect((await gateway.send('POST', '/api/emergency/circuit-breaker')).json).toMatchObject({
      tripped: true,
      trading_mode: 'reduce_only',
      mode_causes: [{ component: 'circuit_breaker', reason: 'drill' }],
    });
    expect(gateway.fleet.messages(subjects.tradingTripBreaker)).toEqual([
      { actor: 'local-demo', reason: 'circuit breaker by local-demo' },
    ]);
    expect((await gateway.get('/api/v1/status?')).json.trading_mode).toBe('reduce_only');
    const reset = await gateway.send('POST', '/api/v1/emergency/circuit-breaker/reset', { reason: 'calm again' });
    expect(reset.json).toMatchObject({ tripped: false, trading_mode: 'full' });
  });

  it('cuts sizes to a tenth and restores them in steps (RK-6)', async () => {
    const gateway = await start();
    const body = { size_factor: 0.1, max_position_pct: '0.005', reason: 'slippage' };
    expect((await gateway.send('POST', '/api/v1/risk/position-override', body)).json.override).toMatchObject({
      strategy_id: null,
      size_factor: '0.1',
      max_position_pct: '0.005',
    });
    const restore = { steps: 4, step_interval_seconds: 60, reason: 'normal again' };
    expect((await gateway.send('POST', '/api/v1/risk/position-override/restore', restore)).json.override).toMatchObject(
      {
        steps_left: 3,
      },
    );
    expect(gateway.fleet.messages(subjects.riskRestorePositions)).toEqual([
      { strategyId: '', steps: 4, stepIntervalMs: 60_000n, actor: 'local-demo', reason: 'normal again' },
    ]);
  });

  it.each([
    ['nothing to cut', '/api/v1/risk/position-override', { reason: 'x' }],
    ['a factor above one', '/api/v1/risk/position-override', { size_factor: '1.5', reason: 'x' }],
    ['a negative factor', '/api/v1/risk/position-override', { size_factor: -0.1, reason: 'x' }],
    ['a factor that is a word', '/api/v1/risk/position-override', { size_factor: 'half', reason: 'x' }],
    ['no reason', '/api/v1/risk/position-override', { size_factor: '0.1' }],
    ['no step', '/api/v1/risk/position-override/restore', { steps: 0, reason: 'x' }],
    ['a step and a half', '/api/v1/risk/position-override/restore', { steps: 1.5, reason: 'x' }],
    ['a blank reason', '/api/v1/emergency/circuit-breaker', { reason: '  ' }],
  ])('refuses %s', async (_what, target, body) => {
    const gateway = await start();
    const answer = await gateway.send('POST', target, body);
    expect({ status: answer.status, code: answer.json.error.code }).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('re-enables a stopped strategy, begins losses anew, lists what is stuck (RK-5, RK-7)', async () => {
    const gateway = await start();
    const reason = { reason: 'mended' };
    expect((await gateway.send('POST', '/api/v1/strategies/market_maker_btc/reenable', reason)).json.reenabled).toBe(
      true,
    );
    expect((await gateway.send('POST', '/api/v1/risk/accounts/main/begin-losses', reason)).json.begun).toBe(true);
    expect((await gateway.get('/api/v1/risk/stuck')).json).toEqual({ orders: [], positions: [] });
  });
});

describe('the alert webhook (RK-3)', () => {
  const notice = (over: object = {}, startsAt = '2026-01-01T00:00:00Z') => ({
    version: '4',
    groupKey: '{}:{alertname="DailyLossExceeded"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'argosy',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'DailyLossExceeded', severity: 'critical', action: 'AUTO_KILL_SWITCH' },
        annotations: { summary: 'lost 2.1 %' },
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus:9090/graph',
        fingerprint: 'c0ffee',
        ...over,
      },
    ],
  });
  const send = (gateway: Gateway, body: unknown) => gateway.send('POST', '/api/v1/alerts/webhook', body);

  it('kills once for an outbreak, however often it is told of, and again for the next', async () => {
    const gateway = await start();
    const first = await send(gateway, notice());
    expect(first).toMatchObject({ status: 200, json: { received: 1, killed: true, kill: { complete: true } } });
    expect(kills(gateway)[0]?.reason).toBe('AUTO_KILL_SWITCH: DailyLossExceeded (lost 2.1 %)');
    expect((await gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'seen' })).status).toBe(200);
    const again = await send(gateway, notice());
    expect(again.json).toMatchObject({ killed: false, already_killed_by: first.json.kill.kill_id });
    expect(kills(gateway)).toHaveLength(1);
    expect((await send(gateway, notice({}, '2026-01-01T04:00:00Z'))).json.killed).toBe(true);
    expect(kills(gateway)).toHaveLength(2);
  });

  it('only writes down what is over, or asks for nothing', async () => {
    const gateway = await start();
    expect((await send(gateway, notice({ status: 'resolved' }))).json).toMatchObject({ killed: false, firing: 0 });
    expect((await send(gateway, notice({ labels: { alertname: 'DiskFull' } }))).json).toMatchObject({ killed: false });
    expect(kills(gateway)).toEqual([]);
    expect(gateway.audit.entries.map(({ action, reason }) => `${action} ${reason}`)).toContain(
      'alerts.receive DiskFull firing',
    );
  });

  it('asks to be told again when nobody confirmed the kill', async () => {
    const gateway = await start();
    gateway.fleet.silent.add('risk').add('execution');
    expect((await send(gateway, notice())).status).toBe(503);
    gateway.fleet.silent.clear();
    expect((await send(gateway, notice())).json.killed).toBe(true);
  });

  it.each([
    ['no list of alerts', {}, 400],
    ['too many alerts', { alerts: Array.from({ length: 65 }, () => notice().alerts[0]) }, 400],
    ['no JSON', 'alerts', 400],
    ['a body beyond the limit', JSON.stringify(notice({ annotations: { summary: 'x'.repeat(70_000) } })), 413],
  ])('refuses %s', async (_what, body, status) => {
    const gateway = await start();
    expect((await send(gateway, body)).status).toBe(status);
    expect(kills(gateway)).toEqual([]);
  });

  it('takes a token of its own, which may do nothing else (I-52)', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'argosy-alerts-'));
    const keys = path.join(folder, 'keys.yaml');
    await writeFile(
      keys,
      `tokens:\n  - { actor: alertmanager, role: alerts, hash: '${sha256('a-token-of-the-alert-manager')}' }\n`,
    );
    const gateway = await start({ OPS_KEYS_FILE: keys, OPS_LOOPBACK_READS: 'false' });
    const as = (method: string, target: string, body?: unknown) =>
      gateway.fetch(method, target, {
        headers: { authorization: 'Bearer a-token-of-the-alert-manager' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    expect((await gateway.fetch('POST', '/api/v1/alerts/webhook', { body: JSON.stringify(notice()) })).status).toBe(
      401,
    );
    expect((await as('POST', '/api/v1/alerts/webhook', notice())).json.killed).toBe(true);
    expect(kills(gateway)[0]?.actor).toBe('alertmanager');
    expect((await as('POST', '/api/v1/killswitch/resume', { reason: 'x' })).status).toBe(403);
    expect((await as('GET', '/api/v1/status')).status).toBe(403);
    await rm(folder, { recursive: true });
  });
});
