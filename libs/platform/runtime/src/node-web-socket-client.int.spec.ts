import type { WebSocketConnection } from '@argosy/platform-port';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { NodeWebSocketClient } from './node-web-socket-client.js';

interface Seen {
  readonly connection: WebSocketConnection;
  readonly messages: string[];
  readonly closes: [code: number, reason: string][];
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  readonly message: () => Promise<string>;
}

describe('NodeWebSocketClient', () => {
  const client = new NodeWebSocketClient({ maxBufferedBytes: 100_000, closeTimeoutMs: 100 });
  let server: WebSocketServer;
  let url: string;
  let peers: WebSocket[] = [];

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => peers.push(socket));
    await new Promise((resolve) => server.on('listening', resolve));
    url = `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterEach(() => {
    for (const peer of peers) peer.terminate();
    peers = [];
  });
  afterAll(async () => new Promise((resolve) => server.close(resolve)));

  function open(target = url): Seen {
    const messages: string[] = [];
    const closes: [number, string][] = [];
    const waiting: ((text: string) => void)[] = [];
    let onOpen = (): void => undefined;
    let onClosed = (): void => undefined;
    const opened = new Promise<void>((resolve) => (onOpen = resolve));
    const closed = new Promise<void>((resolve) => (onClosed = resolve));
    const connection = client.connect(
      target,
      { connectTimeoutMs: 300, maxFrameBytes: 1_000 },
      {
        onOpen: () => onOpen(),
        onMessage: (text) => {
          messages.push(text);
          waiting.shift()?.(text);
        },
        onClose: (code, reason) => {
          closes.push([code, reason]);
          onClosed();
        },
      },
    );
    return {
      connection,
      messages,
      closes,
      opened,
      closed,
      message: () => new Promise((resolve) => waiting.push(resolve)),
    };
  }

  it('carries text both ways, and a binary frame as the text it holds', async () => {
    const seen = open();
    expect(seen.connection.send('too early')).toBe(false);
    await seen.opened;
    peers[0]?.on('message', (data: Buffer) => peers[0]?.send(Buffer.from(`echo ${data.toString()}`)));
    const echo = seen.message();
    expect(seen.connection.send('€')).toBe(true);
    expect(await echo).toBe('echo €');
    seen.connection.close(1000, 'done');
    await seen.closed;
    expect([seen.closes, seen.connection.isOpen, seen.connection.send('late')]).toEqual([
      [[1000, 'done']],
      false,
      false,
    ]);
  });

  it('answers pings by itself and can ping', async () => {
    const seen = open();
    await seen.opened;
    const ponged = new Promise((resolve) => peers[0]?.once('pong', resolve));
    const pinged = new Promise((resolve) => peers[0]?.once('ping', resolve));
    peers[0]?.ping();
    seen.connection.ping();
    await Promise.all([ponged, pinged]);
    seen.connection.close();
    await seen.closed;
  });

  it.each([
    ['an oversized frame', (peer: WebSocket) => peer.send('x'.repeat(2_000)), [1009, 1006]],
    ['a binary frame that is not UTF-8', (peer: WebSocket) => peer.send(Buffer.from([0xff])), [1007, 1007]],
    [
      'a text frame that is not UTF-8',
      (peer: WebSocket) => peer.send(Buffer.from([0xff]), { binary: false }),
      [1007, 1006],
    ],
  ])('closes on %s and delivers nothing after it', async (_name, misbehave, [told, heard]) => {
    const seen = open();
    await seen.opened;
    const peer = peers[0];
    const code = new Promise((resolve) => peer?.on('close', resolve));
    if (peer !== undefined) misbehave(peer);
    peer?.send('after');
    await seen.closed;
    expect(await code).toBe(told);
    expect(seen.messages).toEqual([]);
    expect(seen.closes.map(([first]) => first)).toEqual([heard]);
  });

  it.each([
    ['an unusable URL', 'no url at all'],
    ['a refused connection', 'ws://127.0.0.1:1'],
  ])('reports %s through onClose, once and later', async (_name, target) => {
    const seen = open(target);
    expect(seen.closes).toEqual([]);
    await seen.closed;
    expect(seen.closes.map(([code]) => code)).toEqual([1006]);
    expect(seen.closes[0]?.[1]).not.toBe('');
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const silent: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const seen = open(`ws://127.0.0.1:${String((silent.address() as AddressInfo).port)}`);
    await seen.closed;
    expect(seen.closes[0]?.[1]).toContain('timed out');
    silent.close();
  });

  it('refuses to send while the peer does not read', async () => {
    const seen = open();
    await seen.opened;
    (peers[0] as unknown as { _socket: { pause(): void } })._socket.pause();
    let sent = 0;
    while (seen.connection.send('x'.repeat(50_000)) && sent < 10_000) sent += 1;
    expect(sent).toBeLessThan(10_000);
    expect(seen.connection.isOpen).toBe(true);
  });

  it('cuts a peer that does not answer the close', async () => {
    const seen = open();
    await seen.opened;
    (peers[0] as unknown as { _socket: { pause(): void } })._socket.pause();
    seen.connection.close();
    await seen.closed;
    expect(seen.closes).toHaveLength(1);
  });
});
