import { BooksService, type Command, RiskControlService } from '@argosy/ops-service';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BreakerBody, OverrideBody, ResumeBody, RestoreBody } from '../dto/bodies.js';
import { BodyPipe } from '../http/body.pipe.js';
import type { GatewayRequest } from '../http/gateway-request.js';
import { opsException } from '../http/ops.exception.js';
import { readQuery } from '../http/query.js';
import { idOf, Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

/** Four steps over a day: what the manuals call gradual. */
const STEPS = 4;
const STEP_SECONDS = 21_600;
const MS_PER_S = 1_000;

/** Short of a kill: the circuit breaker, smaller sizes, and the way back. */
@Controller(api())
export class RiskControlController {
  constructor(
    @Inject(RiskControlService) private readonly control: RiskControlService,
    @Inject(BooksService) private readonly books: BooksService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('risk/stuck')
  @Describe('risk', 'Orders and positions that have been there for longer than the limit (RK-7).', EXAMPLES.stuck)
  stuck(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.books.stuck();
    });
  }

  @Post('emergency/circuit-breaker')
  @ApiBody({ type: BreakerBody })
  @Describe('halts', 'Halt new risk; cancels and reductions go on (RK-4).', EXAMPLES.breaker)
  trip(
    @Body(new BodyPipe(BreakerBody)) { reason }: BreakerBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.command(request, reply, (command) => this.control.trip(command, reasonOf(command, reason)));
  }

  @Post('emergency/circuit-breaker/reset')
  @ApiBody({ type: BreakerBody })
  @Describe('halts', 'Close the circuit breaker again.', EXAMPLES.breaker)
  reset(
    @Body(new BodyPipe(BreakerBody)) { reason }: BreakerBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.command(request, reply, (command) => this.control.reset(command, reasonOf(command, reason)));
  }

  @Post('risk/position-override')
  @ApiBody({ type: OverrideBody })
  @Describe('risk', 'Cut sizes at once, e.g. to 10 %; one that allows more is refused (RK-6).', EXAMPLES.override)
  override(
    @Body(new BodyPipe(OverrideBody)) body: OverrideBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { size_factor: factor, max_position_pct: pct, strategy_id: strategyId = '', reason } = body;
    if (factor === undefined && pct === undefined)
      throw opsException('invalid_request', {
        field: 'body',
        why: 'names nothing to cut',
        known: 'size_factor, max_position_pct',
      });
    const maxPositionPct = pct === undefined ? '' : String(pct);
    return this.command(request, reply, (command) =>
      this.control.override(command, reason, { strategyId, sizeFactor: String(factor ?? 1), maxPositionPct }),
    );
  }

  @Post('risk/position-override/restore')
  @ApiBody({ type: RestoreBody })
  @Describe('risk', 'Lift an override in equal steps, the first at once (RK-6).', EXAMPLES.override)
  restore(
    @Body(new BodyPipe(RestoreBody)) body: RestoreBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { steps = STEPS, step_interval_seconds: seconds = STEP_SECONDS, strategy_id: strategyId = '', reason } = body;
    return this.command(request, reply, (command) =>
      this.control.restore(command, reason, { strategyId, steps, stepIntervalMs: seconds * MS_PER_S }),
    );
  }

  @Post('risk/accounts/:id/begin-losses')
  @ApiBody({ type: ResumeBody })
  @Describe('risk', "Begin an account's loss marks anew from its present equity.", EXAMPLES.begun)
  beginLosses(
    @Param('id') account: string,
    @Body(new BodyPipe(ResumeBody)) { reason }: ResumeBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(account);
    return this.command(request, reply, (command) => this.control.beginLosses(command, reason, known));
  }

  @Post('strategies/:id/reenable')
  @ApiBody({ type: ResumeBody })
  @Describe('strategies', 'Let a strategy that risk stopped ask for orders again (RK-5).', EXAMPLES.reenabled)
  reenable(
    @Param('id') strategy: string,
    @Body(new BodyPipe(ResumeBody)) { reason }: ResumeBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(strategy);
    return this.command(request, reply, (command) => this.control.reenable(command, reason, known));
  }

  private command(
    request: GatewayRequest,
    reply: FastifyReply,
    work: Parameters<Responder['command']>[2],
  ): Promise<void> {
    return this.responder.command(request, reply, work);
  }
}

const reasonOf = ({ actor }: Command, reason: string | undefined): string =>
  reason ?? `circuit breaker by ${actor.name}`;
