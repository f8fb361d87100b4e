import type { Command } from '@argosy/ops-service';
import type { RequestTarget } from '@argosy/ops-core';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** What Node received, with its target read once, before the framework saw it. */
export interface TargetedMessage extends IncomingMessage {
  opsTarget?: RequestTarget;
}

/** A request that has passed the gate: who asks for what is known. */
export interface GatewayRequest extends FastifyRequest {
  opsTarget: RequestTarget | null;
  /** Null on open paths, and before the gate. */
  opsCommand: Command | null;
}
