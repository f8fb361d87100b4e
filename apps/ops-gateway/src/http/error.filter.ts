import { InvariantViolation } from '@argosy/domain';
import { type OpsProblem, problem, type OpsProblemCode } from '@argosy/ops-core';
import { type AccessService, type No } from '@argosy/ops-service';
import type { Logger } from '@argosy/platform-port';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { GatewayRequest } from './gateway-request.js';
import { sendNo } from './gate.js';
import { OpsException } from './ops.exception.js';

/** What the framework refuses by itself, in our codes. */
const FRAMEWORK: Readonly<Record<string, OpsProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_malformed',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request_malformed',
  FST_ERR_BAD_URL: 'path_malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'path_too_long',
  FST_ERR_ASYNC_CONSTRAINT: 'route_unknown',
};

/** Where only the status is left of it. */
const BY_STATUS: ReadonlyMap<number, OpsProblemCode> = new Map([
  [400, 'request_malformed'],
  [404, 'route_unknown'],
  [413, 'body_too_large'],
  [415, 'request_malformed'],
]);

/** The one place where what went wrong becomes an answer: a code, words and a cure, never a stack. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly access: AccessService,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<GatewayRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof HttpException && request.opsTarget?.path.startsWith('/health') === true) {
      // Readiness says by its status what it says in its body.
      return void reply.code(error.getStatus()).send(error.getResponse());
    }
    const no = this.noOf(error);
    if (request.opsCommand !== null && error instanceof OpsException)
      this.access.refusedContent(request.opsCommand, no as OpsProblem);
    if (!reply.sent) sendNo(reply, no);
    // Our own promise is broken: the process ends as it does everywhere else.
    if (error instanceof InvariantViolation) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private noOf(error: unknown): No {
    if (error instanceof OpsException) return error.no;
    const { code, statusCode } = (error ?? {}) as { readonly code?: unknown; readonly statusCode?: unknown };
    const known = typeof code === 'string' ? FRAMEWORK[code] : undefined;
    if (known !== undefined) return problem(known);
    const byStatus = BY_STATUS.get(error instanceof HttpException ? error.getStatus() : Number(statusCode));
    if (byStatus !== undefined) return problem(byStatus);
    this.logger.error('request_failed', { error });
    return problem('internal_error');
  }
}
