import { connect } from 'node:net';
import type { HttpAnswer, HttpCall, Peer, SocketHandlers, WebProtocol } from '@argosy/exchange-wire';
import { SilentLogger } from '@argosy/platform-port';
import { WebSocket } from 'ws';
import { eventually } from '../testing/run-simulator.js';
import { WebServer } from './web-server.js';

class Echo implements WebProtocol {
  readonly messages: string[] = [];
  readonly peers: Peer[] = [];
  closed = 0;
  answer({ method, path, body }: HttpCall): HttpAnswer {
    return { status: 200, body: `${method} ${path} ${String(body.length)}`, contentType: 'text/plain' };
  }
  accept(path: string, _query: URLSearchParams, peer: Peer): SocketHandlers | undefined {
    if (path !== '/ws') return undefined;
    this.peers.push(peer);
    return { onMessage: (text) => this.messages.push(text), onClose: () => (this.closed += 1) };
  }
}

describe('a server of one port', () => {
  const protocol = new Echo();
  const server = new WebServer(protocol, new SilentLogger());
  let port = 0;
  beforeAll(async () => {
    port = await server.listen('127.0.0.1', 0);
  });
  afterAll(() => server.close());

  const post = (body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`http://127.0.0.1:${String(port)}/x`, { method: 'POST', body });
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/ws`);
    await new Promise((resolve) => socket.once('open', resolve));
    return socket;
  };
  const closeCode = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => socket.once('close', (code) => resolve(code)));

  it('takes a body of a megabyte and no byte more', async () => {
    expect(await (await post('a'.repeat(1_048_576))).text()).toBe('POST /x 1048576');
    const refused = await post('a'.repeat(1_048_577)).then(
      (response) => response.status,
      () => 413,
    );
    expect(refused).toBe(413);
  });

  it('refuses a body that is not UTF-8', async () => {
    expect((await post(Uint8Array.of(0xff, 0xfe))).status).toBe(400);
  });

  it.each([
    ['garbage', 'not http at all\r\n\r\n'],
    ['an upgrade without a key', 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('survives %s', async (_what, bytes) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('400');
    expect((await post('still here')).status).toBe(200);
  });

  it('cuts off oversized and binary frames, and only their sender', async () => {
    const [big, binary, good] = [await open(), await open(), await open()];
    big.send('x'.repeat(1_048_577));
    binary.send(Buffer.from([1, 2, 3]));
    expect(await closeCode(big)).toBe(1009);
    expect(await closeCode(binary)).toBe(1003);
    good.send('hello');
    await eventually('the good one is heard', () => protocol.messages.includes('hello') || undefined);
    good.close();
    await eventually('all are told to be closed', () => protocol.closed === 3 || undefined);
  });

  it('cuts off a client that does not read', async () => {
    const socket = await open();
    socket.pause();
    const peer = protocol.peers.at(-1);
    const text = 'y'.repeat(1_000_000);
    for (let i = 0; i < 200 && peer?.isOpen === true; i += 1) peer.send(text);
    expect(peer?.isOpen).toBe(false);
    socket.terminate();
  });
});
