import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Gateway, nowMs, type Reply, signed, startGateway } from './testing/gateway-fixture.js';

const codeOf = ({ status, json }: Reply): string => `${String(status)} ${json?.error?.code ?? 'no code'}`;

/** Bytes to the port and whatever comes back until the connection ends. */
const talk = (port: number, ...parts: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('close', () => resolve(text)).on('error', () => undefined);
    for (const part of parts) socket.write(part);
  });

describe('bad input over real HTTP: a clear error with a stable code, and nothing changed', () => {
  let gateway: Gateway;
  const config = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Reply> =>
    gateway.fetch('POST', '/api/v1/config', {
      body,
      headers: { ...signed('POST', '/api/v1/config', body), ...headers },
    });

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(async () => {
    expect(gateway.fleet.messages('argosy.cmd.trading.configure')).toEqual([]);
    await gateway.service.stop();
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing to change', '{}', '400 invalid_request'],
    ['an empty body', '', '400 invalid_request'],
    ['a list', '[]', '400 json_malformed'],
    ['text', '"trading_enabled"', '400 json_malformed'],
    ['a form', 'trading_enabled=true', '400 json_malformed'],
    ['an unknown field', '{"trading_enabled":true,"role":"admin"}', '400 invalid_request'],
    ['a field of mass assignment', '{"trading_enabled":true,"epoch":9,"approvedBy":"me"}', '400 invalid_request'],
    ['text for a truth', '{"trading_enabled":"true"}', '400 invalid_request'],
    ['a number for a truth', '{"trading_enabled":1}', '400 invalid_request'],
    ['a list for a truth', '{"trading_enabled":[true]}', '400 invalid_request'],
    ['an unknown nested field', '{"exchanges":{"binance":{"enabled":false,"colour":"red"}}}', '400 invalid_request'],
    ['a switch that is no truth', '{"exchanges":{"binance":{"enabled":"no"}}}', '400 invalid_request'],
    ['exchanges as a list', '{"exchanges":["binance"]}', '400 invalid_request'],
    ['an unknown exchange', '{"exchanges":{"mtgox":{"enabled":false}}}', '404 exchange_unknown'],
    [
      'an exchange switched at run time',
      '{"exchanges":{"binance":{"enabled":false}}}',
      '409 exchange_switch_unavailable',
    ],
    ['a blank reason', '{"trading_enabled":true,"reason":"  "}', '400 invalid_request'],
    ['a reason without an end', `{"trading_enabled":true,"reason":"${'x'.repeat(501)}"}`, '400 invalid_request'],
    ['a duplicate key', '{"trading_enabled":false,"trading_enabled":true}', '400 json_duplicate_key'],
    ['__proto__', '{"__proto__":{"trading_enabled":true}}', '400 json_forbidden_key'],
    ['a byte-order mark', '\uFEFF{"trading_enabled":true}', '400 body_encoding'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '400 body_encoding'],
    ['an overlong encoding', Buffer.from([0x7b, 0xc0, 0xaf, 0x7d]), '400 body_encoding'],
    ['depth of 10,000', '['.repeat(10_000), '400 json_too_deep'],
    [
      'many keys',
      `{${Array.from({ length: 5_000 }, (_, at) => `"k${String(at)}":1`).join(',')}}`,
      '400 json_too_many_values',
    ],
    ['more than 64 kB', `{"reason":"${'x'.repeat(70_000)}"}`, '413 body_too_large'],
  ])('refuses %s', async (_story, body, expected) => {
    expect(codeOf(await config(body))).toBe(expected);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a compressed body', { 'content-encoding': 'gzip' }, '415 body_compressed'],
    ['another character set', { 'content-type': 'application/json; charset=utf-16' }, '415 body_charset'],
  ])('refuses %s before reading it', async (_story, headers, expected) => {
    expect(codeOf(await config(gzipSync('{"trading_enabled":true}'), headers))).toBe(expected);
  });

  it('refuses a body that was changed after signing', async () => {
    const headers = signed('POST', '/api/v1/config', '{"new_signals_enabled":false}');
    expect(codeOf(await gateway.fetch('POST', '/api/v1/config', { body: '{"trading_enabled":true}', headers }))).toBe(
      '401 signature_invalid',
    );
    const crlf = signed('POST', '/api/v1/config', '{"trading_enabled":\ntrue}');
    expect(
      codeOf(await gateway.fetch('POST', '/api/v1/config', { body: '{"trading_enabled":\r\ntrue}', headers: crlf })),
    ).toBe('401 signature_invalid');
  });

  it('refuses unsigned commands from this machine too, and audits it (I-48)', async () => {
    expect(codeOf(await gateway.fetch('POST', '/api/v1/config', { body: '{"trading_enabled":true}' }))).toBe(
      '401 auth_missing',
    );
    expect(codeOf(await gateway.fetch('POST', '/api/v1/killswitch', { body: '{"reason":"x"}' }))).toBe(
      '401 auth_missing',
    );
    const last = gateway.audit.entries
      .slice(-2)
      .map(({ action, actor, decision, reason }) => [action, actor, decision, reason]);
    expect(last).toEqual([
      ['config.set', 'unknown', 'refused', 'auth_missing'],
      ['killswitch.kill', 'unknown', 'refused', 'auth_missing'],
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ['through a proxy', { 'x-forwarded-for': '10.0.0.1' }],
    ['under another name', { host: 'evil.example' }],
  ])('asks for a signature when a read from this machine comes %s', async (_story, headers) => {
    const { status, text } = await gateway.raw('GET', '/api/v1/status', headers);
    expect({ status, code: JSON.parse(text).error.code }).toEqual({ status: 401, code: 'auth_missing' });
  });

  it('judges a read with a bad signature by it, also from this machine', async () => {
    const headers = { ...signed('GET', '/api/v1/status'), 'x-signature': 'A'.repeat(64) };
    expect(codeOf(await gateway.fetch('GET', '/api/v1/status', { headers }))).toBe('401 signature_malformed');
  });

  it.each([
    ['GET', '/api/v1/..%2fadmin', 400, 'path_malformed'],
    ['GET', '/api/v1/%2e%2e/status', 400, 'path_malformed'],
    ['GET', '/api/v1/orders/%zz', 400, 'path_malformed'],
    ['GET', '/api//v1/status', 400, 'path_malformed'],
    ['GET', `/api/v1/orders/${'a'.repeat(1_500)}`, 400, 'path_malformed'],
    ['GET', `/api/v1/strategies/${'a'.repeat(65)}`, 400, 'id_malformed'],
    ['GET', `/${'a'.repeat(2_100)}`, 400, 'path_too_long'],
    ['GET', '/api/v1/orders?status=open&status=final', 400, 'query_duplicated'],
    ['GET', '/api/v1/orders?colour=red', 400, 'query_unknown'],
    ['GET', '/api/v1/orders?limit=1e3', 400, 'invalid_request'],
    ['GET', '/api/v1/orders?limit=0', 400, 'invalid_request'],
    ['GET', '/api/v1/orders?limit=1001', 400, 'invalid_request'],
    ['GET', '/api/v1/orders?status=closed', 400, 'invalid_request'],
    ['GET', '/api/v1/orders?symbol=BTC/USD', 400, 'invalid_request'],
    ['GET', '/api/v1/orders?exchange=mtgox', 404, 'exchange_unknown'],
    ['GET', '/api/v1/orders/1', 400, 'id_malformed'],
    ['GET', '/api/v1/trades?since=yesterday', 400, 'invalid_request'],
    ['GET', '/api/v1/nothing', 404, 'route_unknown'],
    ['GET', '/', 404, 'route_unknown'],
    ['POST', '/api/v1/status', 405, 'method_not_allowed'],
    ['PATCH', '/api/v1/config', 405, 'method_not_allowed'],
    ['OPTIONS', '/api/v1/config', 405, 'method_not_allowed'],
    ['TRACE', '/api/v1/config', 405, 'method_not_allowed'],
    ['POST', '/health', 405, 'method_not_allowed'],
  ])('%s %s is %s %s', async (method, target, status, code) => {
    const answer = await gateway.raw(method, target);
    const parsed = JSON.parse(answer.text) as { error?: { code?: string } };
    expect({ status: answer.status, code: parsed.error?.code }).toEqual({ status, code });
  });

  it('answers HEAD as GET without a body, and knows no method override', async () => {
    const head = await gateway.fetch('HEAD', '/api/v1/status');
    expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
    const override = await gateway.fetch('GET', '/api/v1/config', { headers: { 'x-http-method-override': 'POST' } });
    expect(override.json.trading_enabled).toBe(false);
  });

  it('accepts one of a hundred copies of a request sent at once (F-50)', async () => {
    const body = '{"reason":"drill"}';
    const headers = signed('POST', '/api/v1/killswitch/resume', body, { nonce: 'the-same' });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => gateway.fetch('POST', '/api/v1/killswitch/resume', { body, headers })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200).map(({ json }) => json.error.code as string);
    expect(others.every((code) => code === 'nonce_reused' || code === 'rate_limited')).toBe(true);
  });

  it('refuses a late request and one from the future', async () => {
    for (const [offset, code] of [
      [-5_500, 'timestamp_too_old'],
      [2_000, 'timestamp_in_future'],
    ] as const) {
      const answer = await gateway.send(
        'POST',
        '/api/v1/config',
        { trading_enabled: true },
        { timestamp: String(nowMs() + offset) },
      );
      expect(['rate_limited', code]).toContain(answer.json.error.code);
    }
  });

  it('ends a body of 100 MB at once, and one without a declared end at the limit', async () => {
    const head = 'POST /api/v1/config HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer some-token-0123456789\r\n';
    const declared = await talk(gateway.port, `${head}content-length: 104857600\r\n\r\n`, 'x'.repeat(1_000));
    expect(declared).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const endless = await talk(gateway.port, `${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk, chunk);
    expect(endless).toMatch(/^HTTP\/1\.1 413 /);
    const stranger = await talk(
      gateway.port,
      'POST /api/v1/config HTTP/1.1\r\nhost: localhost\r\ncontent-length: 104857600\r\n\r\n',
    );
    expect(stranger).toMatch(/^HTTP\/1\.1 (401|429) /);
  });

  it.each([
    ['a slow sender of headers', 'GET /api/v1/status HTTP/1.1\r\nhost: local', 408, 'request_timeout'],
    [
      'chunked and a length',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
      'request_malformed',
    ],
    ['headers without an end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}`, 431, 'headers_too_large'],
    ['what is not HTTP', 'EHLO mail\r\n\r\n', 400, 'request_malformed'],
  ])('ends %s with its own code', async (_story, bytes, status, code) => {
    const answer = await talk(gateway.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('refuses a hundred headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-h${String(at)}`, '1']));
    expect(codeOf(await gateway.fetch('GET', '/api/v1/status', { headers }))).toBe('400 headers_too_many');
  });

  it('never shows a stack or a secret', async () => {
    const answers = await Promise.all([
      gateway.raw('GET', '/api/v1/%zz'),
      gateway.raw('GET', '/nothing'),
      gateway.raw('POST', '/api/v1/config'),
    ]);
    for (const { text } of answers) expect(text).not.toMatch(/node_modules|\.ts:|at \w+ \(|secret of more/);
    expect((await gateway.get('/metrics')).text).not.toContain('secret of more');
  });
});
