import { EventStream, STREAM_EVENTS } from '@argosy/ops-service';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { GatewayRequest } from '../http/gateway-request.js';
import { opsException } from '../http/ops.exception.js';
import { readQuery, words } from '../http/query.js';
import { targetOf } from '../http/responder.js';
import { api, Describe } from './api.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

@Controller(api())
export class StreamController {
  constructor(@Inject(EventStream) private readonly stream: EventStream) {}

  @Get('stream')
  @Describe('fleet', 'What happens, as server-sent events.', 'event: fill\ndata: {"symbol":"BTC-PERP"}\n\n', ['events'])
  open(@Req() request: GatewayRequest, @Res() reply: FastifyReply): void {
    const { events } = readQuery(targetOf(request).query, { events: words(STREAM_EVENTS) });
    if (request.method === 'HEAD') return void reply.headers(HEADERS).send();
    if (this.stream.isFull) throw opsException('too_many_streams');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, HEADERS);
    // A stream has no end: it lives until its viewer or the gateway leaves, so its socket has no time limit of its own.
    raw.socket?.setTimeout(0);
    const leave = this.stream.add(
      {
        get waitingBytes() {
          return raw.writableLength;
        },
        write: (text) => void raw.write(text),
        end: () => void raw.destroy(),
      },
      events,
    );
    raw.on('close', leave);
  }
}
