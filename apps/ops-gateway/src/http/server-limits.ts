import { problem, readTarget } from '@argosy/ops-core';
import type { TargetedMessage } from './gateway-request.js';
import { describeNo, refusedBody } from '@argosy/ops-service';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const CONNECTIONS_MAX = 4_096;
const KEEP_ALIVE_MS = 60_000;
/** How late a limit of time may be noticed. */
const CHECK_EACH_MS_MAX = 1_000;

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The framework's router would answer a path that it cannot read in its own words, before anybody of ours is asked. */
function refuseOddTargets(server: Server): void {
  const handlers = server.listeners('request') as Handle[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const target = readTarget(request.url ?? '');
    if (target.ok) {
      (request as TargetedMessage).opsTarget = target.value;
      for (const handle of handlers) handle.call(server, request, response);
      return;
    }
    const { status, body } = refusedBody(describeNo(target.refusal));
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' }).end(body);
  });
}

/** Limits of connections and of slow senders (F-51), and our own words for what is not HTTP. */
export function limitServer(
  server: Server,
  { headersMs, requestMs }: { readonly headersMs: number; readonly requestMs: number },
): void {
  refuseOddTargets(server);
  server.headersTimeout = headersMs;
  server.requestTimeout = requestMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;
  // Read by Node when the server begins to listen; typed only as an option of the constructor.
  (server as Server & { connectionsCheckingInterval: number }).connectionsCheckingInterval = Math.min(
    CHECK_EACH_MS_MAX,
    headersMs,
  );
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const code =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers_too_large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'request_timeout'
          : 'request_malformed';
    const { status, body } = refusedBody(describeNo(problem(code)));
    socket.end(
      `HTTP/1.1 ${String(status)} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}
