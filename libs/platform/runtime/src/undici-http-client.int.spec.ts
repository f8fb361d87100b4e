import type { HttpRequest } from '@argosy/platform-port';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { UndiciHttpClient } from './undici-http-client.js';

const listen = async (server: {
  listen(port: number, host: string, run: () => void): unknown;
  address(): unknown;
}): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

describe('UndiciHttpClient', () => {
  const client = new UndiciHttpClient({ connectTimeoutMs: 1_000 });
  let server: Server;
  let base: string;
  let sockets = 0;
  let answer: (response: ServerResponse, body: string) => void = () => undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => answer(response, Buffer.concat(chunks).toString()));
    });
    server.on('connection', () => (sockets += 1));
    base = `http://127.0.0.1:${String(await listen(server))}`;
  });
  afterAll(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const ask = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
    method: 'POST',
    url: `${base}/info?secret=1`,
    body: '{}',
    timeoutMs: 2_000,
    maxResponseBytes: 1_000,
    ...changes,
  });

  it('gives status, lower-case headers and text', async () => {
    answer = (response, body) => response.writeHead(429, { 'Retry-After': '3' }).end(`got ${body} €`);
    const response = await client.request(ask({ body: '{"type":"meta"}' }));
    expect(response).toMatchObject({ status: 429, body: 'got {"type":"meta"} €' });
    expect(response.headers['retry-after']).toBe('3');
  });

  it('keeps its socket between requests', async () => {
    answer = (response) => response.end('ok');
    await client.request(ask());
    const before = sockets;
    for (let i = 0; i < 20; i += 1) await client.request(ask());
    expect(sockets).toBe(before);
  });

  it('calls a refused connection VENUE_UNAVAILABLE: no byte left', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    await expect(client.request(ask({ url: `http://127.0.0.1:${String(port)}/` }))).rejects.toMatchObject({
      code: 'VENUE_UNAVAILABLE',
    });
  });

  it.each(['no url', 'http://host.invalid/', 'ftp://127.0.0.1/'])('calls %s VENUE_UNAVAILABLE', async (url) => {
    await expect(client.request(ask({ url }))).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
  });

  it('calls silence OUTCOME_UNKNOWN and keeps the query out of the text', async () => {
    answer = () => undefined;
    const outcome = client.request(ask({ timeoutMs: 50 }));
    await expect(outcome).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('50 ms') });
    await expect(outcome).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  it('calls a reset after sending OUTCOME_UNKNOWN', async () => {
    answer = (response) => response.socket?.destroy();
    await expect(client.request(ask())).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it('calls an answer that stops half-way OUTCOME_UNKNOWN', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"status":');
      setImmediate(() => response.socket?.destroy());
    };
    await expect(client.request(ask())).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it.each([
    [
      'longer than allowed',
      (response: ServerResponse) => void response.end('x'.repeat(2_000)),
      'longer than 1000 bytes',
    ],
    ['not UTF-8', (response: ServerResponse) => void response.end(Buffer.from([0x22, 0xff, 0x22])), 'not UTF-8'],
    ['not HTTP', (response: ServerResponse) => void response.socket?.end('<html>\r\n\r\n'), 'HTTP'],
  ])('calls an answer that is %s VENUE_PROTOCOL', async (_name, reply, text) => {
    answer = reply;
    await expect(client.request(ask())).rejects.toMatchObject({
      code: 'VENUE_PROTOCOL',
      message: expect.stringContaining(text),
    });
  });

  it('never sends a request whose deadline passed while it waited for a socket', async () => {
    const narrow = new UndiciHttpClient({ connections: 1 });
    const seen: string[] = [];
    let release: (() => void) | undefined;
    answer = (response, body) => {
      seen.push(body);
      if (body === 'first') release = () => response.end('done');
      else response.end('ok');
    };
    const first = narrow.request(ask({ body: 'first' }));
    await expect(narrow.request(ask({ body: 'second', timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'VENUE_UNAVAILABLE',
    });
    release?.();
    await first;
    await narrow.request(ask({ body: 'third' }));
    expect(seen).toEqual(['first', 'third']);
    await narrow.close();
  });
});
