import { ok } from '@argosy/domain';
import { BooksService, StatusService } from '@argosy/ops-service';
import { ReadinessService } from '@argosy/platform-nest';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { GatewayRequest } from '../http/gateway-request.js';
import { int, readQuery } from '../http/query.js';
import { Responder, targetOf } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

const AUDIT = { limit: int({ min: 1, max: 1_000, absent: 100 }) };

/** How the fleet is. */
@Controller(api())
export class StatusController {
  constructor(
    @Inject(StatusService) private readonly status: StatusService,
    @Inject(BooksService) private readonly books: BooksService,
    @Inject(ReadinessService) private readonly readiness: ReadinessService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('status')
  @Describe('fleet', 'Role, exchanges, trading, strategies, kill switch in one call (FL-7).', EXAMPLES.status)
  all(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return ok(await this.status.current());
    });
  }

  @Get('health')
  @Describe('fleet', 'Whether the gateway and the fleet behind it are well; open to everybody.', EXAMPLES.health)
  async health(@Res() reply: FastifyReply): Promise<void> {
    const { ready, waiting } = this.readiness.report();
    const { status } = await this.status.current();
    const isHealthy = ready && status === 'healthy';
    await this.responder.fresh(
      reply,
      Promise.resolve(
        ok({ status: isHealthy ? 'healthy' : 'degraded', ready, ...(waiting === undefined ? {} : { waiting }) }),
      ),
    );
  }

  @Get('risk/summary')
  @Describe('risk', 'Limits and how much of each is used (RK-8).', EXAMPLES.risk)
  risk(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.books.riskSummary();
    });
  }

  @Get('audit')
  @Describe('audit', 'What people asked for, newest first, and whether the chain verifies.', EXAMPLES.audit, ['limit'])
  audit(@Req() request: GatewayRequest, @Res() reply: FastifyReply): Promise<void> {
    const { limit } = readQuery(targetOf(request).query, AUDIT);
    return this.responder.fresh(reply, this.books.auditLog(limit));
  }
}
