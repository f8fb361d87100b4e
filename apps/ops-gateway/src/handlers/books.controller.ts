import { BooksService } from '@argosy/ops-service';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { GatewayRequest } from '../http/gateway-request.js';
import { day, id, int, moment, oneOf, readQuery } from '../http/query.js';
import { Responder } from '../http/responder.js';
import { api, Describe } from './api.js';
import { EXAMPLES } from './examples.js';

const TRADES = {
  limit: int({ min: 1, max: 1_000, absent: 100 }),
  account: id,
  strategy: id,
  exchange: id,
  symbol: id,
  since: moment,
};
const PNL = {
  group_by: oneOf(['total', 'strategy', 'venue', 'instrument', 'day', 'account'], 'total'),
  from: day,
  to: day,
};

/** Positions, trades and money, from the ledger. */
@Controller(api())
export class BooksController {
  constructor(
    @Inject(BooksService) private readonly books: BooksService,
    @Inject(Responder) private readonly responder: Responder,
  ) {}

  @Get('positions')
  @Describe('books', 'Positions, derived from postings.', EXAMPLES.positions, ['account'])
  positions(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) =>
      this.books.positions(readQuery(query, { account: id }).account ?? ''),
    );
  }

  @Get('trades')
  @Describe('books', 'Booked fills, newest first.', EXAMPLES.trades, Object.keys(TRADES))
  trades(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      const { since, ...filter } = readQuery(query, TRADES);
      return this.books.trades({ ...filter, sinceNs: since });
    });
  }

  @Get('trades/stats/daily')
  @Describe('books', "Today's profit and loss and number of fills.", EXAMPLES.dailyStats)
  daily(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.books.dailyStats();
    });
  }

  @Get('pnl')
  @Describe('books', 'Profit and loss by the split of LG-2.', EXAMPLES.pnl, Object.keys(PNL))
  pnl(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      const { group_by: groupBy, from, to } = readQuery(query, PNL);
      return this.books.pnl(groupBy, from, to);
    });
  }

  @Get('integrity')
  @Describe('books', 'Proof of the books.', EXAMPLES.integrity)
  integrity(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void | Promise<void> {
    return this.responder.read(request, reply, async (query) => {
      readQuery(query, {});
      return this.books.integrity();
    });
  }
}
