import { BinanceProtocol, ReferenceFeed, type ReferenceSymbol, StreamHub } from '@argosy/exchange-wire';
import { SilentLogger } from '@argosy/platform-port';
import { WebSocket } from 'ws';
import { WebServer } from '../server/web-server.js';
import { eventually } from '../testing/run-simulator.js';

class FixedFeed extends ReferenceFeed {
  override readonly symbols: readonly ReferenceSymbol[] = [
    {
      product: 'spot',
      symbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      tick: '0.01000000',
      lot: '0.00001000',
      minimumNotional: '5',
    },
    {
      product: 'usdm',
      symbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      tick: '0.10',
      lot: '0.001',
      minimumNotional: '100',
    },
  ];
  override nowMs(): number {
    return 1_723_161_255_208.7;
  }
  override async depth({ product }: ReferenceSymbol, limit: number): Promise<string> {
    return `{"lastUpdateId":7,"bids":[],"asks":[],"of":"${product} ${String(limit)}"}`;
  }
}

describe('the Binance protocol, its public part (MD-1)', () => {
  const hub = new StreamHub();
  const server = new WebServer(new BinanceProtocol(new FixedFeed(), hub), new SilentLogger());
  let port = 0;
  const sockets: WebSocket[] = [];

  beforeAll(async () => {
    port = await server.listen('127.0.0.1', 0);
  });
  afterAll(() => server.close());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.terminate();
  });

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    const text = await response.text();
    return { status: response.status, body: text === '' ? '' : (JSON.parse(text) as unknown) };
  };
  const connect = async (path: string): Promise<{ socket: WebSocket; frames: string[] }> => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${path}`);
    sockets.push(socket);
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return { socket, frames };
  };

  it.each([
    ['/api/v3/time', 200, { serverTime: 1_723_161_255_208 }],
    ['/fapi/v1/time', 200, { serverTime: 1_723_161_255_208 }],
    ['/api/v3/ping', 200, {}],
    ['/api/v3/depth?symbol=BTCUSDT&limit=1000', 200, { lastUpdateId: 7, of: 'spot 1000' }],
    ['/api/v3/depth?symbol=BTCUSDT', 200, { of: 'spot 100' }],
    ['/api/v3/depth?symbol=BTCUSDT&limit=99999', 200, { of: 'spot 5000' }],
    ['/fapi/v1/depth?symbol=BTCUSDT&limit=1000', 200, { of: 'usdm 1000' }],
    ['/api/v3/depth', 400, { code: -1102 }],
    ['/api/v3/depth?symbol=btcusdt', 400, { code: -1121, msg: 'Invalid symbol.' }],
    ['/api/v3/depth?symbol=BTCUSDT&limit=1e3', 400, { code: -1100 }],
    ['/api/v3/exchangeInfo?symbol=BTCUSDT', 200, { symbols: [{ symbol: 'BTCUSDT', status: 'TRADING' }] }],
    ['/api/v3/exchangeInfo?symbol=NOPE', 400, { code: -1121 }],
    [
      '/fapi/v1/exchangeInfo',
      200,
      { symbols: [{ contractType: 'PERPETUAL', pricePrecision: 1, quantityPrecision: 3 }] },
    ],
  ])('answers %s with %s', async (path, status, body) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(body);
  });

  it('frames combined streams with their names and raw streams without', async () => {
    const combined = await connect('/stream?streams=btcusdt@bookTicker/btcusdt@trade');
    const raw = await connect('/ws/btcusdt@trade');
    await eventually('both listen', () => (hub.has('btcusdt@bookTicker') && hub.has('btcusdt@trade')) || undefined);
    hub.publish('btcusdt@trade', '{"e":"trade"}');
    hub.publish('btcusdt@bookTicker', '{"u":1}');
    hub.publish('btcusdt@depth@100ms', '{"not":"asked for"}');
    await eventually('frames', () => (combined.frames.length === 2 && raw.frames.length === 1) || undefined);
    expect(combined.frames).toEqual([
      '{"stream":"btcusdt@trade","data":{"e":"trade"}}',
      '{"stream":"btcusdt@bookTicker","data":{"u":1}}',
    ]);
    expect(raw.frames).toEqual(['{"e":"trade"}']);
  });

  it('takes and drops subscriptions by message, and forgets a client that is gone', async () => {
    const { socket, frames } = await connect('/ws');
    const ask = async (message: unknown): Promise<unknown> => {
      const before = frames.length;
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      await eventually('an answer', () => frames.length > before || undefined);
      return JSON.parse(frames.at(-1) ?? '') as unknown;
    };
    expect(await ask({ method: 'SUBSCRIBE', params: ['ethusdt@trade'], id: 1 })).toEqual({ result: null, id: 1 });
    expect(await ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 })).toEqual({ result: ['ethusdt@trade'], id: 2 });
    expect(await ask({ method: 'UNSUBSCRIBE', params: ['ethusdt@trade'], id: 3 })).toEqual({ result: null, id: 3 });
    expect(hub.has('ethusdt@trade')).toBe(false);
    expect(await ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 4 })).toEqual({ result: null, id: 4 });
    expect(await ask({ method: 'SUBSCRIBE', params: 'ethusdt@trade', id: 5 })).toMatchObject({
      error: { code: 2 },
      id: 5,
    });
    expect(await ask({ method: 'SUBSCRIBE', params: ['no spaces'], id: 6 })).toMatchObject({
      error: { code: 2 },
      id: 6,
    });
    expect(await ask({ method: 'NOPE', id: 7 })).toMatchObject({ error: { code: 2 }, id: 7 });
    expect(await ask('not json')).toMatchObject({ error: { code: 3 }, id: null });
    await ask({ method: 'SUBSCRIBE', params: ['ethusdt@trade'], id: 8 });
    socket.terminate();
    await eventually('forgotten', () => !hub.has('ethusdt@trade') || undefined);
  });

  it('closes a socket on a path that it does not have', async () => {
    const { socket } = await connect('/nope');
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(1008);
  });
});
