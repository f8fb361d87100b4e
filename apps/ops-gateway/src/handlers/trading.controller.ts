import { TradingService } from '@argosy/ops-service';
import { Body, Controller, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ConfigBody } from '../dto/bodies.js';
import { BodyPipe, EmptyBodyPipe } from '../http/body.pipe.js';
import type { GatewayRequest } from '../http/gateway-request.js';
import { opsException } from '../http/ops.exception.js';
import { readQuery } from '../http/query.js';
import { idOf, Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

/** Whether the fleet trades. */
@Controller(api())
export class TradingController {
  constructor(
    @Inject(TradingService) private readonly trading: TradingService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('config')
  @Describe('trading', 'What can be changed while the fleet runs, as it stands.', EXAMPLES.config)
  config(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.trading.config();
    });
  }

  @Post('config')
  @ApiBody({ type: ConfigBody })
  @Describe(
    'trading',
    'Change it; parts left out stay. Enabling trading while killed is refused with 409.',
    EXAMPLES.config,
  )
  post(
    @Body(new BodyPipe(ConfigBody)) body: ConfigBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.configure(body, request, reply);
  }

  @Put('config')
  @ApiBody({ type: ConfigBody })
  @Describe('trading', 'As POST.', EXAMPLES.config)
  put(
    @Body(new BodyPipe(ConfigBody)) body: ConfigBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.configure(body, request, reply);
  }

  @Post('exchanges/:id/reconnect')
  @Describe('trading', "Drop and make anew an exchange's market-data connection (MD-2).", EXAMPLES.reconnecting)
  reconnect(
    @Param('id') exchange: string,
    @Body(new EmptyBodyPipe()) _body: undefined,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(exchange);
    return this.responder.command(request, reply, (command) => this.trading.reconnect(command, known));
  }

  private configure(body: ConfigBody, request: GatewayRequest, reply: FastifyReply): Promise<void> {
    const { trading_enabled: tradingEnabled, new_signals_enabled: newSignalsEnabled, exchanges, reason } = body;
    if (tradingEnabled === undefined && newSignalsEnabled === undefined && exchanges === undefined) {
      throw opsException('invalid_request', {
        field: 'body',
        why: 'names nothing to change',
        known: 'trading_enabled, new_signals_enabled, exchanges',
      });
    }
    return this.responder.command(request, reply, (command) =>
      this.trading.configure(command, { tradingEnabled, newSignalsEnabled, exchanges, reason }),
    );
  }
}
