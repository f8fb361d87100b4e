import { StrategiesService } from '@argosy/ops-service';
import { Body, Controller, Delete, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LoadBody, StopBody } from '../dto/bodies.js';
import { BodyPipe, EmptyBodyPipe, readObject } from '../http/body.pipe.js';
import type { GatewayRequest } from '../http/gateway-request.js';
import { opsException } from '../http/ops.exception.js';
import { readQuery } from '../http/query.js';
import { idOf, Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

@Controller(api('strategies'))
export class StrategiesController {
  constructor(
    @Inject(StrategiesService) private readonly strategies: StrategiesService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get()
  @Describe('strategies', 'Every loaded strategy.', EXAMPLES.strategies)
  list(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.strategies.list();
    });
  }

  @Get(':id')
  @Describe('strategies', 'One strategy with its configuration.', EXAMPLES.strategy)
  get(@Param('id') id: string, @Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const known = idOf(id);
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.strategies.get(known);
    });
  }

  @Post('load')
  @ApiBody({ type: LoadBody })
  @Describe(
    'strategies',
    'Load a strategy from a file below the configuration folder, or from its text.',
    EXAMPLES.strategy,
  )
  load(
    @Body(new BodyPipe(LoadBody)) body: LoadBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const source = sourceOf(body);
    return this.responder.command(request, reply, (command) => this.strategies.load(command, source));
  }

  @Post(':id/start')
  @Describe('strategies', 'Start a loaded strategy.', EXAMPLES.strategy)
  start(
    @Param('id') id: string,
    @Body(new EmptyBodyPipe()) _body: undefined,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(id);
    return this.responder.command(request, reply, (command) => this.strategies.start(command, known));
  }

  @Post(':id/stop')
  @ApiBody({ type: StopBody, required: false })
  @Describe('strategies', 'Stop a strategy; with its orders, or without waiting for it (RK-5).', EXAMPLES.strategy)
  stop(
    @Param('id') id: string,
    @Body(new BodyPipe(StopBody)) body: StopBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(id);
    const request_ = {
      cancelOrders: body.cancel_orders ?? false,
      force: body.force ?? false,
      reason: body.reason ?? '',
    };
    return this.responder.command(request, reply, (command) => this.strategies.stop(command, known, request_));
  }

  @Put(':id/config')
  @ApiBody({ schema: { type: 'object', example: { parameters: { spread_bps: 15 } } } })
  @Describe('strategies', 'Change parts of its configuration; the host knows which parts there are.', EXAMPLES.strategy)
  configure(@Param('id') id: string, @Req() request: GatewayRequest, @Res() reply: FastifyReply): Promise<void> {
    const known = idOf(id);
    const patch = readObject(request.body);
    if (Object.keys(patch).length === 0)
      throw opsException('invalid_request', { field: 'body', why: 'names nothing to change' });
    return this.responder.command(request, reply, (command) =>
      this.strategies.configure(command, known, JSON.stringify(patch)),
    );
  }

  @Delete(':id')
  @Describe('strategies', 'Unload a stopped strategy.', EXAMPLES.unloaded)
  unload(
    @Param('id') id: string,
    @Body(new EmptyBodyPipe()) _body: undefined,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = idOf(id);
    return this.responder.command(request, reply, (command) => this.strategies.unload(command, known));
  }
}

function sourceOf({
  config_file: configFile,
  config,
}: LoadBody): { readonly configFile: string } | { readonly configJson: string } {
  if (configFile !== undefined && config === undefined) return { configFile };
  if (config !== undefined && configFile === undefined) return { configJson: JSON.stringify(config) };
  throw opsException('invalid_request', { field: 'config_file', why: 'give either config_file or config' });
}
