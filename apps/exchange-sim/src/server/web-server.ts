import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type HttpAnswer, plainAnswer, type WebProtocol } from '@argosy/exchange-wire';
import type { Logger } from '@argosy/platform-port';
import { WebSocketServer } from 'ws';
import { SocketPeer } from './socket-peer.js';

/** Largest request body; the venue's own batches stay far below. */
const BODY_BYTES_MAX = 1_048_576;
/** Largest websocket frame a client may send. */
const FRAME_BYTES_MAX = 1_048_576;
const CONNECTIONS_MAX = 10_000;
const SOCKETS_MAX = 1_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than a client's idle poll, so that it is the client who closes first. */
const KEEP_ALIVE_MS = 65_000;

/** One port: HTTP requests and websockets of one protocol, every size and count limited. */
export class WebServer {
  private readonly server: Server;
  private readonly sockets: WebSocketServer;
  private readonly connections = new Set<Socket>();
  private readonly peers = new Set<SocketPeer>();

  constructor(
    private readonly protocol: WebProtocol,
    private readonly logger: Logger,
  ) {
    this.server = createServer({
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    this.server.maxConnections = CONNECTIONS_MAX;
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false });
    this.server.on('request', (request, response) => void this.serve(request, response));
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    this.server.on('connection', (socket) => {
      socket.setNoDelay(true);
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  /** Resolves with the port listened on; rejects when it is taken. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Closes every connection at once: the simulator holds nothing that a client would lose. */
  close(): Promise<void> {
    for (const peer of this.peers) peer.close(1001, 'exchange stops');
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.connections) socket.destroySoon();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.answerTo(request);
    if (response.destroyed || answer.cut === 'silence') return;
    if (answer.cut === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(answer.status, {
      'content-type': answer.contentType ?? 'application/json',
      'content-length': Buffer.byteLength(answer.body),
      'access-control-allow-origin': '*',
      ...answer.headers,
      ...(answer.status === 413 ? { connection: 'close' } : {}),
    });
    response.end(answer.body);
  }

  private async answerTo(request: IncomingMessage): Promise<HttpAnswer> {
    const target = parseTarget(request.url);
    if (target === undefined) return plainAnswer(400, 'Bad request target');
    const body = await readBody(request);
    if (body === 'too large') return plainAnswer(413, 'Payload too large');
    if (body === 'not text') return plainAnswer(400, 'Request body is not valid UTF-8');
    return this.protocol.answer({
      method: request.method ?? 'GET',
      path: target.pathname,
      query: target.searchParams,
      body: body.text,
      from: callerOf(request),
    });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that resets while upgrading must not end the process.
    socket.on('error', () => socket.destroy());
    const target = parseTarget(request.url);
    if (target === undefined || this.peers.size >= SOCKETS_MAX) {
      socket.end(
        `HTTP/1.1 ${target === undefined ? '400 Bad Request' : '503 Service Unavailable'}\r\nConnection: close\r\n\r\n`,
      );
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (connection) => {
      const peer = new SocketPeer(connection);
      const handlers = this.protocol.accept(target.pathname, target.searchParams, peer, callerOf(request));
      this.peers.add(peer);
      connection.on('error', (error) => this.logger.info('socket_error', { error: error.message }));
      connection.on('close', () => {
        this.peers.delete(peer);
        handlers?.onClose();
      });
      if (handlers === undefined) return peer.close(1008, 'no such path');
      connection.on('message', (data, isBinary) => {
        if (isBinary) peer.close(1003, 'text frames only');
        else handlers.onMessage((data as Buffer).toString('utf8'));
      });
      return undefined;
    });
  }
}

/** Whose limits it counts against. */
const callerOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

function parseTarget(url: string | undefined): URL | undefined {
  const target = `http://exchange${url ?? '/'}`;
  return URL.canParse(target) ? new URL(target) : undefined;
}

type Body = { readonly text: string } | 'too large' | 'not text';

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return 'too large';
      chunks.push(chunk);
    }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return 'not text';
  }
}
