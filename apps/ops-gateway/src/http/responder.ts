import type { RequestTarget } from '@argosy/ops-core';
import { type Answer, type Command, type ReadCache, type Served, served } from '@argosy/ops-service';
import { InvariantViolation } from '@argosy/domain';
import type { FastifyReply } from 'fastify';
import type { GatewayRequest } from './gateway-request.js';
import { opsException } from './ops.exception.js';

const JSON_TYPE = 'application/json; charset=utf-8';

const send = (reply: FastifyReply, { status, body }: Served): void => {
  void reply.code(status).header('content-type', JSON_TYPE).send(body);
};

/** Writes answers: reads from the short cache, commands as they come, and then nothing that was read before them. */
export class Responder {
  constructor(private readonly cache: ReadCache) {}

  /** `make` is asked only when there is no fresh answer to the same question. */
  read(
    request: GatewayRequest,
    reply: FastifyReply,
    make: (query: ReadonlyMap<string, string>) => Promise<Answer<unknown>>,
  ): void | Promise<void> {
    const question = request.raw.url ?? '';
    const fresh = this.cache.peek(question);
    if (fresh !== undefined) return send(reply, fresh);
    const { query } = targetOf(request);
    return this.cache.serve(question, () => make(query)).then((answer) => send(reply, answer));
  }

  /** For what must never be a moment old. */
  async fresh(reply: FastifyReply, answer: Promise<Answer<unknown>>): Promise<void> {
    send(reply, served(await answer));
  }

  async command(
    request: GatewayRequest,
    reply: FastifyReply,
    work: (command: Command) => Promise<Answer<unknown>>,
  ): Promise<void> {
    // Commands say everything in their body: a query on one is a mistake that must not pass unseen.
    const [stray] = targetOf(request).query.keys();
    if (stray !== undefined) throw opsException('query_unknown', { parameter: stray });
    try {
      send(reply, served(await work(commandOf(request))));
    } finally {
      this.cache.invalidate();
    }
  }
}

export function targetOf({ opsTarget }: GatewayRequest): RequestTarget {
  if (opsTarget === null) throw new InvariantViolation('a handler runs for a request that did not pass the gate');
  return opsTarget;
}

function commandOf({ opsCommand }: GatewayRequest): Command {
  if (opsCommand === null) throw new InvariantViolation('a command runs without anybody having asked for it');
  return opsCommand;
}

/** An id in a path. @throws OpsException */
export function idOf(text: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) throw opsException('id_malformed', { id: text.slice(0, 64) });
  return text;
}

/** An order's id in a path: 32 hex digits. @throws OpsException */
export function orderIdOf(text: string): string {
  if (!/^[0-9a-f]{32}$/.test(text))
    throw opsException('id_malformed', { id: text.slice(0, 64), expected: '32 lower-case hex digits' });
  return text;
}
