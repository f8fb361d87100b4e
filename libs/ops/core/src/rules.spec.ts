import fc from 'fast-check';
import { type AuditRecord, chainAudit, type AuditEntry, verifyAuditChain } from './audit-record.js';
import { NonceMemory } from './nonce-memory.js';
import { POLICY, routeOf, routesAt } from './policy.js';
import { OPS_PROBLEMS } from './problem.js';
import { readTarget } from './request-target.js';
import { ROLES } from './roles.js';
import { sha256 } from './signing-world.fixture.js';
import { readStrictJson } from './strict-json.js';
import { TokenBuckets } from './token-buckets.js';

describe('the policy table (I-14, I-52)', () => {
  const roles = (method: string, path: string): string => {
    const lookup = routeOf(method, path);
    return lookup === undefined ? 'no route' : lookup.kind === 'open' ? 'open' : lookup.row.roles.join(' ');
  };
  it.each([
    ['GET', '/api/v1/status', 'viewer operator risk_officer admin'],
    ['HEAD', '/api/status', 'viewer operator risk_officer admin'],
    ['GET', '/api/v1/audit', 'risk_officer admin'],
    ['POST', '/api/v1/config', 'operator risk_officer admin'],
    ['POST', '/api/v1/killswitch', 'operator risk_officer admin'],
    ['POST', '/api/v1/killswitch/resume', 'risk_officer admin'],
    ['POST', '/api/v1/killswitch/resume/approve', 'risk_officer admin'],
    ['GET', '/api/v1/killswitch/receipt', 'viewer operator risk_officer admin'],
    ['POST', '/api/v1/alerts/webhook', 'operator risk_officer admin alerts'],
    ['GET', '/api/v1/alerts/webhook', 'no route'],
    ['POST', '/api/emergency/circuit-breaker', 'operator risk_officer admin'],
    ['POST', '/api/emergency/circuit-breaker/reset', 'risk_officer admin'],
    ['POST', '/api/v1/risk/position-override', 'operator risk_officer admin'],
    ['POST', '/api/v1/risk/position-override/restore', 'risk_officer admin'],
    ['POST', '/api/v1/risk/accounts/main/begin-losses', 'risk_officer admin'],
    ['POST', '/api/v1/strategies/x/reenable', 'risk_officer admin'],
    ['GET', '/api/v1/risk/stuck', 'viewer operator risk_officer admin'],
    ['DELETE', '/api/v1/orders/1', 'operator risk_officer admin'],
    ['POST', '/api/v1/orders/cancel-all', 'operator risk_officer admin'],
    ['POST', '/api/v1/strategies/load', 'operator admin'],
    ['POST', '/api/v1/strategies/x/start', 'operator admin'],
    ['POST', '/api/v1/strategies/x/stop', 'operator risk_officer admin'],
    ['GET', '/health', 'open'],
    ['GET', '/api/docs-json', 'open'],
    ['POST', '/health', 'no route'],
    ['TRACE', '/api/v1/status', 'no route'],
    ['OPTIONS', '/api/v1/status', 'no route'],
    ['POST', '/api/v1/status', 'no route'],
    ['GET', '/api/v2/status', 'no route'],
    ['GET', '/api/v1/strategies/x/start/y', 'no route'],
    ['GET', '/api/v1/orders/', 'no route'],
    ['GET', '/apis/v1/status', 'no route'],
  ])('%s %s: %s', (method, path, expected) => {
    expect(roles(method, path)).toBe(expected);
  });

  it('lets the alert manager tell of alerts and nothing else', () => {
    expect(POLICY.filter(({ roles: allowed }) => allowed.includes('alerts')).map(({ path }) => path)).toEqual([
      '/alerts/webhook',
    ]);
  });

  it('lets viewers change nothing, and everybody who may trade also kill', () => {
    for (const row of POLICY) {
      if (row.kind === 'command') expect(row.roles).not.toContain('viewer');
      expect(row.roles.every((role) => ROLES.includes(role))).toBe(true);
      expect(routesAt(`/api/v1${row.path.replaceAll(/:\w+/g, 'x')}`)).toContain(row);
    }
  });

  it('has a sentence and a cure for every problem', () => {
    for (const [status, message, fix] of Object.values(OPS_PROBLEMS)) {
      expect(status).toBeGreaterThanOrEqual(202);
      expect(message.length).toBeGreaterThan(10);
      expect(fix.length).toBeGreaterThan(5);
    }
  });
});

describe('readTarget', () => {
  it.each([
    ['/api/v1/status', '/api/v1/status'],
    ['/', '/'],
    ['/api/v1/orders?status=open&limit=5', '/api/v1/orders status=open limit=5'],
    ['/api/v1/orders?symbol=BTC%2DPERP', '/api/v1/orders symbol=BTC-PERP'],
    ['/api/../admin', 'path_malformed'],
    ['/api/..%2fadmin', 'path_malformed'],
    ['/api/%252e%252e/admin', 'path_malformed'],
    ['/api//v1/status', 'path_malformed'],
    ['/api/v1/status\u0000', 'path_malformed'],
    ['/api/v1/.env', 'path_malformed'],
    ['http://elsewhere/api/v1/status', 'path_malformed'],
    ['*', 'path_malformed'],
    [`/${'a'.repeat(3_000)}`, 'path_too_long'],
    ['/a?x=1&x=2', 'query_duplicated'],
    ['/a?x', 'query_malformed'],
    ['/a?x[]=1', 'query_malformed'],
    ['/a?__proto__=1', 'query_malformed'],
    ['/a?x=%ff', 'query_malformed'],
    ['/a?x=%00', 'query_malformed'],
    ['/a?x=%E2%80%8Fabc', 'query_malformed'],
    [`/a?${Array.from({ length: 17 }, (_, at) => `p${'x'.repeat(at)}=1`).join('&')}`, 'query_malformed'],
  ])('reads %s as %s', (target, expected) => {
    const read = readTarget(target);
    const text = read.ok
      ? [read.value.path, ...[...read.value.query].map((pair) => pair.join('='))].join(' ')
      : read.refusal.code;
    expect(text).toBe(expected);
  });
});

describe('readStrictJson', () => {
  it.each([
    ['{"a": [1, -2.5, true, null, "x"]}', { a: [1, -2.5, true, null, 'x'] }],
    [' {}\r\n', {}],
    ['{"a":0.1}', { a: 0.1 }],
    ['{"a":999999999999999}', { a: 999_999_999_999_999 }],
    ['{"a":"0.1000000000000000055511151231257827"}', { a: '0.1000000000000000055511151231257827' }],
    ['"\\ud83d\\ude00"', '😀'],
  ])('reads %s', (text, value) => {
    expect(readStrictJson(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'json_malformed'],
    ['{', 'json_malformed'],
    ['{"a":1,}', 'json_malformed'],
    ["{'a':1}", 'json_malformed'],
    ['{a:1}', 'json_malformed'],
    ['NaN', 'json_malformed'],
    ['Infinity', 'json_malformed'],
    ['01', 'json_malformed'],
    ['1,000', 'json_malformed'],
    ['{"a":１}', 'json_malformed'],
    ['{} {}', 'json_malformed'],
    ['"\u0000"', 'json_malformed'],
    ['{"a":1,"a":2}', 'json_duplicate_key'],
    ['{"a":1,"\\u0061":2}', 'json_duplicate_key'],
    ['{"__proto__":{"role":"admin"}}', 'json_forbidden_key'],
    ['{"a":{"constructor":1}}', 'json_forbidden_key'],
    ['{"toString":1}', 'json_forbidden_key'],
    ['{"\\u005f_proto__":1}', 'json_forbidden_key'],
    ['9007199254740993', 'json_number'],
    ['-0', 'json_number'],
    ['1e400', 'json_number'],
    ['1e3', 'json_number'],
    [`0.${'1'.repeat(80)}`, 'json_number'],
    ['"\\u0000"', 'json_text'],
    ['"\\ud800"', 'json_text'],
    ['"\u202eabc"', 'json_text'],
    ['['.repeat(10_000), 'json_too_deep'],
    [`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'json_too_deep'],
    [`[${'1,'.repeat(1_000_000)}1]`, 'json_too_many_values'],
    [`{${Array.from({ length: 3_000 }, (_, at) => `"k${String(at)}":1`).join(',')}}`, 'json_too_many_values'],
  ])('refuses %.40s as it should', (text, code) => {
    const read = readStrictJson(text);
    expect(read.ok ? 'accepted' : read.refusal.code).toBe(code);
  });

  it('agrees with JSON.parse on everything it accepts, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (text) => {
        const read = readStrictJson(text);
        if (read.ok) expect(read.value).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('NonceMemory', () => {
  it('is bounded: full is a refusal, and it empties as timestamps grow old', () => {
    const nonces = new NonceMemory(0, 3);
    const take = (token: string, at: number): string => nonces.take(token, at, at);
    expect([take('a', 9_000), take('b', 9_001), take('c', 9_002), take('d', 9_003)]).toEqual([
      'first',
      'first',
      'first',
      'full',
    ]);
    expect(take('e', 20_000)).toBe('first');
  });

  it('takes no token twice as long as its timestamp is good, whatever the order (I-49)', () => {
    const requests = fc.array(
      fc.record({ token: fc.nat(5), at: fc.integer({ min: 60_000, max: 75_000 }), wait: fc.nat(3_000) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(requests, (asked) => {
        const nonces = new NonceMemory(0);
        const taken = new Set<string>();
        let nowMs = 60_000;
        for (const { token, at, wait } of asked) {
          nowMs += wait;
          if (at < nowMs - 5_000 || at >= nowMs + 1_000) continue;
          const verdict = nonces.take(`${String(token)}@${String(at)}`, at, nowMs);
          expect(verdict === 'first' && taken.has(`${String(token)}@${String(at)}`)).toBe(false);
          if (verdict === 'first') taken.add(`${String(token)}@${String(at)}`);
        }
      }),
    );
  });
});

describe('TokenBuckets', () => {
  it('gives the burst at once, then so many a second, to each key its own', () => {
    const buckets = new TokenBuckets(2, 3);
    const at = (ms: number): boolean[] => [buckets.take('a', ms), buckets.take('a', ms)];
    expect([at(0), at(0), at(1_000), at(1_000)].flat()).toEqual([true, true, true, false, true, true, false, false]);
    expect(buckets.take('b', 1_000)).toBe(true);
  });
});

describe('the audit chain (I-47, F-52)', () => {
  const record = (reason: string): AuditRecord => ({
    requestId: 'r',
    phase: 'intent',
    atNs: 1n,
    actor: 'ann',
    role: 'admin',
    via: 'signature',
    action: 'config.set',
    route: 'POST /api/v1/config',
    decision: 'allowed',
    reason,
    requestHash: 'h',
    outcome: '',
  });
  const chain = (reasons: readonly string[]): AuditEntry[] => {
    const entries: AuditEntry[] = [];
    for (const reason of reasons) entries.push(chainAudit(record(reason), entries.at(-1), sha256));
    return entries;
  };
  const FOUR = ['a', 'b', 'c', 'd'];

  it('verifies as written', () => {
    expect(verifyAuditChain(chain(FOUR), sha256)).toMatchObject({ valid: true, entries: 4n });
  });

  it.each<[string, (entries: AuditEntry[]) => unknown, bigint]>([
    ['changed', (entries) => (entries[1] = { ...entries[1]!, actor: 'ben' }), 2n],
    ['deleted', (entries) => entries.splice(1, 1), 2n],
    ['inserted', (entries) => entries.splice(1, 0, entries[0]!), 2n],
    ['moved', (entries) => entries.reverse(), 1n],
    ['rewritten with its own hash', (entries) => (entries[1] = chainAudit(record('x'), entries[0], sha256)), 3n],
  ])('finds an entry that was %s', (_what, tamper, at) => {
    const entries = chain(FOUR);
    tamper(entries);
    expect(verifyAuditChain(entries, sha256)).toMatchObject({ valid: false, atSequence: at });
  });

  it('never gives two records one hash', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        const hash = (reason: string, outcome: string): string =>
          chainAudit({ ...record(reason), outcome }, undefined, sha256).hash;
        expect(hash(a, b)).not.toBe(hash(c, d));
      }),
    );
  });
});
