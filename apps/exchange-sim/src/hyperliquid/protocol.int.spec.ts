import { WebSocket } from 'ws';
import { eventually, type RunningSimulator, runSimulator } from '../testing/run-simulator.js';
import { type JsonObject, signAction, type SignedContent, TestWallet } from '@argosy/exchange-wire';

const wallet = new TestWallet(`0x${'3'.repeat(64)}`);
const DESERIALIZE = 'Failed to deserialize the JSON body into the target type';
const NOOP: JsonObject = { type: 'noop' };

const sign = (content: SignedContent, source: 'a' | 'b' = 'b') => signAction(wallet, content, source);

describe('the Hyperliquid protocol at its edges (EX-2, I-49)', () => {
  let sim: RunningSimulator;
  let nowMs = 0;
  const sockets: WebSocket[] = [];

  beforeAll(async () => {
    sim = await runSimulator('--account', wallet.address);
    nowMs = ((await (await post('/info', { type: 'exchangeStatus' })).json()) as { time: number }).time;
  });
  afterAll(() => sim.stop());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.terminate();
  });

  const post = (path: string, body: unknown) =>
    fetch(`${sim.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const submit = async (body: unknown): Promise<unknown> => (await post('/exchange', body)).json();
  let nonce = 0;
  const nextNonce = (): number => nowMs + (nonce += 1);

  it.each([
    ['/info', 'not json'],
    ['/info', ''],
    ['/info', '[]'],
    ['/info', 'null'],
    ['/info', '{}'],
    ['/info', '{"type":"nope"}'],
    ['/info', '{"type":"__proto__"}'],
    ['/info', '{"type":"openOrders"}'],
    ['/info', '{"type":"openOrders","user":"0x12"}'],
    ['/info', '{"type":"openOrders","user":["0x0000000000000000000000000000000000000000"]}'],
    ['/info', '{"type":"l2Book","coin":"BTC","nSigFigs":9}'],
    ['/info', '{"type":"l2Book","coin":"BTC","nSigFigs":4,"mantissa":2}'],
    ['/info', '{"type":"candleSnapshot","req":{"coin":"BTC","interval":"7m","startTime":0}}'],
    ['/info', '{"type":"meta","dex":"nope"}'],
    ['/info', '{"type":"userFillsByTime","user":"0x0000000000000000000000000000000000000000","startTime":1e400}'],
    ['/info', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['/exchange', '{}'],
    ['/exchange', '{"action":{"type":"noop"},"nonce":1}'],
    ['/exchange', '{"action":{"type":"makeMeRich"},"nonce":1,"signature":{"r":"0x1","s":"0x1","v":27}}'],
    ['/exchange', '{"action":{"type":"noop"},"nonce":"1","signature":{"r":"0x1","s":"0x1","v":27}}'],
    ['/exchange', '{"action":{"type":"noop"},"nonce":-1,"signature":{"r":"0x1","s":"0x1","v":27}}'],
    ['/exchange', '{"action":{"type":"noop"},"nonce":1,"signature":"0x"}'],
    ['/exchange', '{"action":{"type":"noop"},"nonce":1,"vaultAddress":"0x1","signature":{"r":"0x1","s":"0x1","v":27}}'],
  ])('%s answers 422 to %.60s', async (path, body) => {
    const response = await post(path, body);
    expect([response.status, await response.text()]).toEqual([422, DESERIALIZE]);
  });

  it.each([
    ['GET', '/info', 405],
    ['PUT', '/exchange', 405],
    ['OPTIONS', '/info', 200],
    ['POST', '/nope', 404],
  ])('%s %s is %d', async (method, path, status) => {
    expect((await fetch(`${sim.url}${path}`, { method })).status).toBe(status);
  });

  it('spends a nonce once', async () => {
    const request = await sign({ action: NOOP, nonce: nextNonce() });
    expect(await submit(request)).toEqual({ status: 'ok', response: { type: 'default' } });
    expect(await submit(request)).toMatchObject({
      status: 'err',
      response: expect.stringContaining('Invalid nonce: duplicate nonce'),
    });
  });

  const DAY_MS = 86_400_000;
  it.each<[string, () => SignedContent, string | RegExp]>([
    ['a nonce three days old', () => ({ action: NOOP, nonce: nowMs - 3 * DAY_MS }), 'Invalid nonce'],
    ['a nonce two days ahead', () => ({ action: NOOP, nonce: nowMs + 2 * DAY_MS }), 'Invalid nonce'],
    ['an expiry that is past', () => ({ action: NOOP, nonce: nextNonce(), expiresAfter: nowMs - 1 }), 'xpired'],
    [
      'a vault',
      () => ({ action: NOOP, nonce: nextNonce(), vaultAddress: `0x${'9'.repeat(40)}` }),
      'Vault not registered',
    ],
    ['an empty batch', () => ({ action: { type: 'order', orders: [], grouping: 'na' }, nonce: nextNonce() }), 'empty'],
    ['a transfer', () => ({ action: { type: 'usdSend' }, nonce: nextNonce() }), 'not supported'],
  ])('refuses %s', async (_what, content, text) => {
    expect(await submit(await sign(content()))).toEqual({
      status: 'err',
      response: expect.stringContaining(text as string),
    });
  });

  it('takes an expiry that is still ahead', async () => {
    expect(await submit(await sign({ action: NOOP, nonce: nextNonce(), expiresAfter: nowMs + 60_000 }))).toMatchObject({
      status: 'ok',
    });
  });

  it('refuses a body that was changed after it was signed, and what was signed for mainnet', async () => {
    const request = await sign({ action: NOOP, nonce: nextNonce() });
    expect(await submit({ ...request, nonce: nextNonce() })).toMatchObject({
      status: 'err',
      response: expect.stringMatching(/^User or API Wallet 0x[0-9a-f]{40} does not exist\.$/),
    });
    const mainnet = await sign({ action: NOOP, nonce: nextNonce() }, 'a');
    expect(await submit(mainnet)).toMatchObject({
      status: 'err',
      response: expect.stringMatching(/does not exist\. .* for mainnet/),
    });
  });

  it('refuses numbers that are no signature', async () => {
    const signature = { r: `0x${'f'.repeat(64)}`, s: '0x1', v: 27 };
    expect(await submit({ action: NOOP, nonce: nextNonce(), signature })).toMatchObject({
      status: 'err',
      response: expect.stringContaining('Invalid signature'),
    });
  });

  async function connect(): Promise<{
    ask: (message: unknown) => Promise<Record<string, unknown>>;
    frames: Record<string, unknown>[];
    socket: WebSocket;
  }> {
    const socket = new WebSocket(sim.socketUrl);
    sockets.push(socket);
    const frames: Record<string, unknown>[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>));
    await new Promise((resolve) => socket.once('open', resolve));
    const ask = async (message: unknown): Promise<Record<string, unknown>> => {
      const before = frames.length;
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      return eventually('an answer', () => frames[before]);
    };
    return { ask, frames, socket };
  }
  const user = wallet.address;

  it('answers pings, and tells what it cannot read', async () => {
    const { ask } = await connect();
    expect(await ask({ method: 'ping' })).toEqual({ channel: 'pong' });
    expect(await ask('{')).toEqual({ channel: 'error', data: 'Error parsing JSON into valid websocket request: {' });
    expect(await ask({ method: 'nope' })).toMatchObject({ channel: 'error' });
    expect(await ask({ method: 'subscribe' })).toMatchObject({ channel: 'error' });
    expect(await ask({ method: 'subscribe', subscription: { type: 'l2Book', coin: 'NOPE' } })).toMatchObject({
      channel: 'error',
      data: expect.stringMatching(/^Invalid subscription \{/),
    });
  });

  it('confirms a subscription once, and its end once', async () => {
    const { ask } = await connect();
    const subscription = { type: 'orderUpdates', user };
    expect(await ask({ method: 'subscribe', subscription })).toEqual({
      channel: 'subscriptionResponse',
      data: { method: 'subscribe', subscription },
    });
    expect(
      await ask({
        method: 'subscribe',
        subscription: { type: 'orderUpdates', user: user.toUpperCase().replace('0X', '0x') },
      }),
    ).toMatchObject({
      channel: 'error',
      data: expect.stringMatching(/^Already subscribed: /),
    });
    expect(await ask({ method: 'unsubscribe', subscription })).toMatchObject({
      channel: 'subscriptionResponse',
      data: { method: 'unsubscribe' },
    });
    expect(await ask({ method: 'unsubscribe', subscription })).toMatchObject({
      channel: 'error',
      data: expect.stringMatching(/^Already unsubscribed: /),
    });
  });

  it('tracks ten users a connection and no more', async () => {
    const { ask } = await connect();
    const subscribe = (n: number) =>
      ask({ method: 'subscribe', subscription: { type: 'orderUpdates', user: `0x${String(n).padStart(40, '0')}` } });
    for (let n = 1; n <= 10; n += 1) expect(await subscribe(n)).toMatchObject({ channel: 'subscriptionResponse' });
    expect(await subscribe(11)).toMatchObject({
      channel: 'error',
      data: expect.stringContaining('Cannot track more than 10 total users.'),
    });
  });

  it('answers posts under their ids', async () => {
    const { ask } = await connect();
    const info = await ask({ method: 'post', id: 7, request: { type: 'info', payload: { type: 'userRole', user } } });
    expect(info).toEqual({
      channel: 'post',
      data: { id: 7, response: { type: 'info', payload: { type: 'userRole', data: { role: 'user' } } } },
    });
    const action = await ask({
      method: 'post',
      id: 8,
      request: { type: 'action', payload: await sign({ action: NOOP, nonce: nextNonce() }) },
    });
    expect(action).toEqual({
      channel: 'post',
      data: { id: 8, response: { type: 'action', payload: { status: 'ok', response: { type: 'default' } } } },
    });
    const bad = await ask({ method: 'post', id: 9, request: { type: 'info', payload: { type: 'nope' } } });
    expect(bad).toMatchObject({
      data: { id: 9, response: { type: 'error', payload: expect.stringContaining(DESERIALIZE) } },
    });
    expect(await ask({ method: 'post', id: 'x', request: {} })).toMatchObject({ channel: 'error' });
    expect(await ask({ method: 'post', id: 10, request: { type: 'nope', payload: {} } })).toMatchObject({
      data: { id: 10, response: { type: 'error' } },
    });
  });

  it('tells a new subscriber of order updates nothing of the past', async () => {
    const { ask, frames } = await connect();
    await ask({ method: 'subscribe', subscription: { type: 'orderUpdates', user } });
    await ask({ method: 'subscribe', subscription: { type: 'userFills', user } });
    await eventually('the snapshot of fills', () => frames.find(({ channel }) => channel === 'userFills'));
    expect(frames.filter(({ channel }) => channel === 'orderUpdates')).toEqual([]);
  });
});
