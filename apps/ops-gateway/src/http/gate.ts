import { assert } from '@argosy/domain';
import { problem } from '@argosy/ops-core';
import { type AccessService, type AskedFor, describeNo, type No, refusedBody } from '@argosy/ops-service';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayRequest, TargetedMessage } from './gateway-request.js';

const HEADERS_MAX = 64;
const NOTHING = new Uint8Array(0);
const CREDENTIALS = ['authorization', 'x-api-key', 'x-timestamp', 'x-signature', 'x-nonce'] as const;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** A page of another site that resolves to this machine comes with that site's name. */
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d{1,5})?$/i;
const JSON_TYPE = 'application/json; charset=utf-8';

/** Writes a no; the connection ends where part of the request may still be on its way. */
export function sendNo(reply: FastifyReply, no: No): void {
  const { status, body } = refusedBody(describeNo(no));
  const hasRest =
    reply.request.headers['transfer-encoding'] !== undefined ||
    Number(reply.request.headers['content-length'] ?? 0) > 0;
  if (hasRest && reply.request.body === undefined) void reply.header('connection', 'close');
  if (no.code === 'method_not_allowed') void reply.header('allow', no.details['allow'] ?? '');
  void reply.code(status).header('content-type', JSON_TYPE).send(body);
}

/**
 * The one door: what is not an ordinary request is refused before its body is read, and nothing reaches a handler
 * without the policy table's leave.
 */
export function installGate(server: FastifyInstance, access: AccessService): void {
  server.decorateRequest('opsTarget', null);
  server.decorateRequest('opsCommand', null);
  const admit = (request: GatewayRequest, reply: FastifyReply, body: Uint8Array, next: () => void): void => {
    const answer = access.admit(askedFor(request, body));
    if (!answer.ok) return sendNo(reply, answer.refusal);
    request.opsCommand = answer.value ?? null;
    next();
  };
  server.addHook('onRequest', (plain, reply, next) => {
    const request = plain as GatewayRequest;
    secure(reply);
    const target = (request.raw as TargetedMessage).opsTarget;
    assert(target !== undefined, 'a request came in by another way than the server');
    request.opsTarget = target;
    const odd = oddity(request);
    if (odd !== undefined) return sendNo(reply, odd);
    // Strangers are told so before they may send a body.
    if (!hasCredentials(request.headers)) return admit(request, reply, NOTHING, next);
    next();
  });
  server.addHook('preHandler', (plain, reply, next) => {
    const request = plain as GatewayRequest;
    if (!hasCredentials(request.headers)) return next();
    admit(request, reply, request.body instanceof Uint8Array ? request.body : NOTHING, next);
  });
}

/** Straight to Node: nobody reads them on the way. */
function secure({ raw }: FastifyReply): void {
  raw.setHeader('cache-control', 'no-store');
  raw.setHeader('x-content-type-options', 'nosniff');
  raw.setHeader('x-frame-options', 'DENY');
}

function hasCredentials(headers: IncomingHttpHeaders): boolean {
  for (const name of CREDENTIALS) if (headers[name] !== undefined) return true;
  return false;
}

/** What makes a request one that we do not read, whoever sends it. */
function oddity({ method, headers, raw }: GatewayRequest): No | undefined {
  if (raw.rawHeaders.length > 2 * HEADERS_MAX) return problem('headers_too_many');
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) return undefined;
  if (method === 'GET' || method === 'HEAD') return problem('body_not_allowed');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return problem('body_compressed', { encoding: encoding.slice(0, 40) });
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    return problem('body_charset', { charset: charset.slice(0, 40) });
  return undefined;
}

function askedFor(request: GatewayRequest, body: Uint8Array): AskedFor {
  const { method, raw, headers, opsTarget } = request;
  const address = raw.socket.remoteAddress ?? '';
  const isDirect =
    headers['x-forwarded-for'] === undefined && headers['forwarded'] === undefined && headers['via'] === undefined;
  const isLocal = isDirect && LOOPBACK.test(address) && LOCAL_HOST.test(headers.host ?? '');
  return {
    method,
    path: opsTarget?.path ?? '',
    target: raw.url ?? '',
    rawHeaders: raw.rawHeaders,
    body,
    address,
    isLocal,
  };
}
