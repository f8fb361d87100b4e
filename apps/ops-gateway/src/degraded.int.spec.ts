import { Fault } from '@argosy/domain';
import { type AuditEntry, type AuditRecord } from '@argosy/ops-core';
import { MemoryAuditLog } from '@argosy/ops-store';
import { anOrder } from '@argosy/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from './sha256.js';
import { type Gateway, SECRET, startGateway } from './testing/gateway-fixture.js';

/** A log whose store can be away. */
class BreakableLog extends MemoryAuditLog {
  isAway = false;
  override append(record: AuditRecord): Promise<AuditEntry> {
    return this.isAway ? Promise.reject(new Fault('STORE_UNAVAILABLE', 'the store is away')) : super.append(record);
  }
}

const running: Gateway[] = [];
const start = async (...parts: Parameters<typeof startGateway>): Promise<Gateway> => {
  const gateway = await startGateway(...parts);
  running.push(gateway);
  return gateway;
};
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.service.stop();
});

describe('a fleet of which parts are missing', () => {
  it('names what does not answer and never waits for it (FL-7, I-13)', async () => {
    const gateway = await start();
    gateway.fleet.risk.trading = { ...gateway.fleet.risk.trading, tradingEnabled: true };
    expect((await gateway.get('/api/v1/status')).json.trading_enabled).toBe(true);
    for (const service of ['risk', 'market-data', 'ledger', 'strategy-host']) gateway.fleet.silent.add(service);
    await gateway.send('POST', '/api/v1/orders/cancel-all');
    const begun = performance.now();
    const { json } = await gateway.get('/api/v1/status?');
    const status = json.degraded.length > 0 ? json : (await fresh(gateway)).json;
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(status.status).toBe('degraded');
    expect(status.degraded).toEqual(
      expect.arrayContaining([
        'risk does not answer',
        'ledger does not answer',
        'the trading state is unknown, so nothing trades',
      ]),
    );
    expect(status).toMatchObject({
      trading_enabled: false,
      trading_state: 'unknown',
      kill_switch: { active: null },
      strategies: null,
    });
    expect(status.services.risk).toEqual({ status: 'unreachable', standby: null });
    expect(status.exchanges.hyperliquid.status).toBe('connected');
    const positions = await gateway.get('/api/v1/positions');
    expect({
      status: positions.status,
      code: positions.json.error.code,
      details: positions.json.error.details,
    }).toEqual({
      status: 503,
      code: 'service_unavailable',
      details: { service: 'ledger', fault: 'DEADLINE_EXCEEDED' },
    });
  });

  it.each([
    ['risk', 200, { complete: false, services: { execution: { ok: true }, risk: { ok: false } } }],
    ['execution', 200, { complete: false, services: { execution: { ok: false }, risk: { ok: true } } }],
    ['strategy-host', 200, { complete: false, strategies: { stopped: false }, services: { risk: { ok: true } } }],
  ])('kills without %s, and says so (RK-3)', async (silent, status, body) => {
    const gateway = await start();
    gateway.fleet.silent.add(silent);
    const killed = await gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' });
    expect(killed.status).toBe(status);
    expect(killed.json).toMatchObject({ active: true, ...body });
  });

  it('kills while the stores are frozen, and says at once what holds already (I-12, F-28)', async () => {
    const gateway = await start();
    for (const service of ['risk', 'execution', 'strategy-host']) gateway.fleet.frozen.add(service);
    const begun = performance.now();
    const killed = await gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' });
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(killed.status).toBe(200);
    expect(killed.json).toMatchObject({
      complete: false,
      services: { execution: { ok: true, latched: 'memory' }, risk: { ok: true, latched: 'memory' } },
      strategies: { stopped: false },
    });
  });

  it('switches off while the store is frozen within two seconds, as not known (F-19)', async () => {
    const gateway = await start();
    gateway.fleet.frozen.add('risk');
    const begun = performance.now();
    const off = await gateway.send('POST', '/api/v1/config', { trading_enabled: false });
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect({ status: off.status, code: off.json.error.code }).toEqual({ status: 503, code: 'outcome_unknown' });
  });

  it('does not pretend a kill that nobody confirmed', async () => {
    const gateway = await start();
    gateway.fleet.silent.add('risk').add('execution');
    const killed = await gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' });
    expect({ status: killed.status, code: killed.json.error.code }).toEqual({
      status: 503,
      code: 'kill_not_confirmed',
    });
  });

  it('calls a command without an answer unknown, not failed', async () => {
    const gateway = await start();
    gateway.fleet.silent.add('market-data');
    const answer = await gateway.send('POST', '/api/v1/exchanges/binance/reconnect');
    expect({ status: answer.status, code: answer.json.error.code }).toEqual({ status: 503, code: 'outcome_unknown' });
  }, 10_000);
});

describe('an audit log that cannot be written (I-48)', () => {
  it('stops what can add risk, not what makes safe; that is written down when the log is back', async () => {
    const log = new BreakableLog(sha256);
    const gateway = await start({}, log);
    log.isAway = true;
    const enabled = await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    expect({ status: enabled.status, code: enabled.json.error.code }).toEqual({
      status: 503,
      code: 'audit_unavailable',
    });
    expect(gateway.fleet.messages('argosy.cmd.trading.configure')).toEqual([]);
    expect((await gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' })).json.complete).toBe(true);
    log.isAway = false;
    while (log.entries.length < 2) await new Promise(setImmediate);
    expect(log.entries.map(({ action, phase }) => `${action} ${phase}`).sort()).toEqual([
      'killswitch.kill intent',
      'killswitch.kill outcome',
    ]);
  });
});

describe('people', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'argosy-keys-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const key = (id: string, role: string): string =>
    `  - { key_id: ${id}, actor: ${id}, role: ${role}, secret: 'env:VIEWER_KEY' }\n`;
  const by = (keyId: string) => ({ keyId, secret: SECRET });

  it('may do what their role may; a revoked key is refused within a second (I-52, I-55)', async () => {
    const file = path.join(folder, 'keys.yaml');
    const token = 'a-token-for-the-dashboard';
    await writeFile(
      file,
      `keys:\n${key('vera', 'viewer')}${key('olaf', 'operator')}tokens:\n  - { actor: screen, role: viewer, hash: '${sha256(token)}' }\n`,
    );
    const gateway = await start({ OPS_KEYS_FILE: file, OPS_LOOPBACK_READS: 'false' });
    const status = async (...call: Parameters<Gateway['send']>): Promise<number> =>
      (await gateway.send(...call)).status;
    expect(await status('GET', '/api/v1/status', undefined, by('vera'))).toBe(200);
    expect(await status('POST', '/api/v1/config', { trading_enabled: true }, by('vera'))).toBe(403);
    expect(await status('POST', '/api/v1/killswitch', { reason: 'x' }, by('vera'))).toBe(403);
    expect(await status('GET', '/api/v1/audit', undefined, by('olaf'))).toBe(403);
    expect(await status('POST', '/api/v1/killswitch', { reason: 'x' }, by('olaf'))).toBe(200);
    expect(await status('POST', '/api/v1/killswitch/resume', { reason: 'x' }, by('olaf'))).toBe(403);
    const screen = await gateway.fetch('GET', '/api/v1/status', { headers: { authorization: `Bearer ${token}` } });
    expect(screen.status).toBe(200);
    expect((await gateway.get('/api/v1/status')).status).toBe(401);
    await writeFile(file, `keys:\n${key('olaf', 'operator')}`);
    const revokedMs = performance.now();
    while ((await status('GET', '/api/v1/status', undefined, by('vera'))) === 200) await new Promise(setImmediate);
    expect(performance.now() - revokedMs).toBeLessThan(1_000);
    await writeFile(file, 'keys: nonsense');
    expect(await status('GET', '/api/v1/status', undefined, by('olaf'))).toBe(200);
  }, 15_000);

  it('resume by two where configured so, the second one by approving what the first one asked (I-14, I-54)', async () => {
    const file = path.join(folder, 'keys.yaml');
    await writeFile(
      file,
      `keys:\n${key('rita', 'risk_officer')}${key('rolf', 'risk_officer')}${key('olaf', 'operator')}`,
    );
    const gateway = await start({ OPS_KEYS_FILE: file, OPS_RESUME_APPROVALS: '2' });
    const kill = () => gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' }, by('olaf'));
    const resume = (who: string) => gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'over' }, by(who));
    const approve = (who: string, id: string) =>
      gateway.send('POST', '/api/v1/killswitch/resume/approve', { request_id: id, reason: 'seen' }, by(who));
    const codeOf = async (answer: ReturnType<Gateway['send']>): Promise<string> => (await answer).json.error?.code;
    await kill();
    const asked = await resume('rita');
    expect(asked).toMatchObject({
      status: 202,
      json: { pending: true, request: { asked_by: 'rita', reason: 'over' } },
    });
    const id = asked.json.request.request_id as string;
    expect((await resume('rolf')).json.request.request_id).toBe(id);
    expect((await gateway.get('/api/v1/killswitch')).json).toMatchObject({
      active: true,
      resume_request: { request_id: id, asked_by: 'rita' },
    });
    expect(await codeOf(approve('rita', id))).toBe('approval_own');
    expect(await codeOf(approve('olaf', id))).toBe('role_not_allowed');
    expect(await codeOf(approve('rolf', 'f'.repeat(32)))).toBe('approval_unknown');
    await kill();
    expect(await codeOf(approve('rolf', id))).toBe('approval_unknown');
    const second = (await resume('rita')).json.request.request_id as string;
    expect(await approve('rolf', second)).toMatchObject({ status: 200, json: { active: false } });
    expect(await codeOf(approve('rolf', second))).toBe('approval_unknown');
  });

  it('are told to slow down, except where it makes the fleet safer (OP-3)', async () => {
    const gateway = await start({ OPS_RATE_PER_SECOND: '1', OPS_RATE_BURST: '2' });
    const reads = await Promise.all(Array.from({ length: 5 }, () => gateway.send('GET', '/api/v1/status')));
    expect(reads.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(2);
    const kills = await Promise.all(
      Array.from({ length: 5 }, () => gateway.send('POST', '/api/v1/killswitch', { reason: 'drill' })),
    );
    expect(kills.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('reads', () => {
  it('are made once for everybody who asks in the same moment', async () => {
    const gateway = await start();
    await Promise.all(Array.from({ length: 50 }, () => gateway.get('/api/v1/status')));
    expect(gateway.fleet.statusQuestions).toBeLessThanOrEqual(15);
  });
});

describe('the event stream', () => {
  it('tells books, orders, fills, profit and status as they happen', async () => {
    const gateway = await start();
    let text = '';
    const request = httpGet({ host: '127.0.0.1', port: gateway.port, path: '/api/v1/stream' }, (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
    });
    const seen = async (words: string): Promise<void> => {
      while (!text.includes(words)) await new Promise(setImmediate);
    };
    await seen('event: status');
    gateway.fleet.publishBook();
    gateway.fleet.publishFill();
    gateway.fleet.publishFact({
      kind: 'order_changed',
      order: anOrder({}),
      event: 'venue_accepted',
      fromState: 'sent' as never,
    });
    gateway.fleet.announceTrading();
    for (const event of ['book', 'fill', 'pnl']) await seen(`event: ${event}\ndata: {`);
    request.destroy();
  });

  it('is limited to so many viewers', async () => {
    const gateway = await start({ OPS_STREAMS_MAX: '1' });
    const first = httpGet({ host: '127.0.0.1', port: gateway.port, path: '/api/v1/stream?events=fill' });
    await new Promise((resolve) => first.on('response', resolve));
    const second = await gateway.get('/api/v1/stream');
    expect({ status: second.status, code: second.json.error.code }).toEqual({ status: 429, code: 'too_many_streams' });
    first.destroy();
  });
});

/** The next question after what was remembered has grown old. */
async function fresh(gateway: Gateway): ReturnType<Gateway['get']> {
  for (;;) {
    const answer = await gateway.get('/api/v1/status');
    if (answer.json.degraded.length > 0) return answer;
  }
}
