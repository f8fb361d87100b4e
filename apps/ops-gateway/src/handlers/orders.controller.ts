import { OrdersService } from '@argosy/ops-service';
import { Body, Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CancelAllBody } from '../dto/bodies.js';
import { BodyPipe, EmptyBodyPipe } from '../http/body.pipe.js';
import type { GatewayRequest } from '../http/gateway-request.js';
import { id, int, oneOf, readQuery } from '../http/query.js';
import { orderIdOf, Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

const LIST = {
  status: oneOf(['open', 'final', 'all'], 'all'),
  exchange: id,
  symbol: id,
  strategy: id,
  account: id,
  limit: int({ min: 1, max: 1_000, absent: 100 }),
};

@Controller(api())
export class OrdersController {
  constructor(
    @Inject(OrdersService) private readonly orders: OrdersService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('orders')
  @Describe('orders', 'Orders, newest first.', EXAMPLES.orders, Object.keys(LIST))
  list(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => this.orders.list(readQuery(query, LIST)));
  }

  @Get('orders/:id')
  @Describe('orders', 'One order.', EXAMPLES.order)
  get(@Param('id') order: string, @Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const known = orderIdOf(order);
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.orders.get(known);
    });
  }

  @Delete('orders/:id')
  @Describe('orders', 'Cancel one order; asking again is fine (EX-5).', EXAMPLES.order)
  cancel(
    @Param('id') order: string,
    @Body(new EmptyBodyPipe()) _body: undefined,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = orderIdOf(order);
    return this.responder.command(request, reply, (command) => this.orders.cancel(command, known));
  }

  @Post(['orders/cancel-all', 'trades/orders/cancel-all'])
  @ApiBody({ type: CancelAllBody, required: false })
  @Describe('orders', 'Cancel every open order that fits all filters given.', EXAMPLES.cancelAll)
  cancelAll(
    @Body(new BodyPipe(CancelAllBody)) body: CancelAllBody,
    @Req() request: GatewayRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { strategy_id: strategy, reason, ...filter } = body;
    return this.responder.command(request, reply, (command) =>
      this.orders.cancelAll(command, { ...filter, strategy }, reason),
    );
  }
}
