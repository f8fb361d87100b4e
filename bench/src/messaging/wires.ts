/** Three ways over the same server; each end of each way lives in its own process. */
import 'reflect-metadata';
import { accountEventCodec } from '@argosy/contracts';
import { connect } from '@nats-io/transport-node';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import { openBus } from '../servers/bench-bus.js';
import { inTurn, SAMPLE_BYTES, SAMPLE_EVENTS, SAMPLE_JSON } from './sample-event.js';

export const WIRES = ['ours', 'raw', 'nest'] as const;
export type Wire = (typeof WIRES)[number];

const SUBJECT = 'bench.events';
const QUEUE_LIMIT = 1_000_000;
/** The sender lets the socket drain after so many: none of the three may run ahead without bound. */
const FLUSH_EVERY = 5_000;
const FLUSH_EVERY_NEST = 500;

export interface Sender {
  send(count: number): Promise<void>;
}

const OPEN_SENDERS: Readonly<Record<Wire, (servers: string) => Promise<Sender>>> = {
  ours: async (servers) => {
    const bus = await openBus(servers, 'execution');
    const event = inTurn(SAMPLE_EVENTS);
    return sender(
      FLUSH_EVERY,
      () => bus.publish(`${SUBJECT}.ours`, accountEventCodec, event()),
      () => bus.flush(),
    );
  },
  raw: async (servers) => {
    const connection = await connect({ servers });
    const bytes = inTurn(SAMPLE_BYTES);
    return sender(
      FLUSH_EVERY,
      () => connection.publish(`${SUBJECT}.raw`, bytes()),
      () => connection.flush(),
    );
  },
  nest: async (servers) => {
    const client = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers: [servers] } });
    await client.connect();
    const fact = inTurn(SAMPLE_JSON);
    return sender(
      FLUSH_EVERY_NEST,
      () => void client.emit(`${SUBJECT}.nest`, fact()),
      () => new Promise<void>((resolve) => setImmediate(resolve)),
    );
  },
};

function sender(flushEvery: number, send: () => void, flush: () => Promise<void>): Sender {
  return {
    send: async (count) => {
      for (let index = 1; index <= count; index += 1) {
        send();
        if (index % flushEvery === 0) await flush();
      }
      await flush();
    },
  };
}

export const openSender = (wire: Wire, servers: string): Promise<Sender> => OPEN_SENDERS[wire](servers);

/** Calls `heard` for every event that has been received and, where the wire decodes, decoded. */
export async function openReceiver(wire: Wire, servers: string, heard: () => void): Promise<void> {
  if (wire === 'ours') {
    const bus = await openBus(servers, 'ledger');
    bus.subscribe(`${SUBJECT}.ours`, accountEventCodec, { queueLimit: QUEUE_LIMIT }, (event) => {
      if (event.fact.kind === 'order_filled') heard();
    });
    await bus.flush();
  } else if (wire === 'raw') {
    const connection = await connect({ servers });
    connection.subscribe(`${SUBJECT}.raw`, { callback: heard });
    await connection.flush();
  } else await openNestReceiver(servers, heard);
}

async function openNestReceiver(servers: string, heard: () => void): Promise<void> {
  @Controller()
  class Receiver {
    @EventPattern(`${SUBJECT}.nest`)
    onEvent(@Payload() event: { readonly fillId: string }): void {
      if (event.fillId !== '') heard();
    }
  }
  @Module({ controllers: [Receiver] })
  class ReceiverModule {}
  const options: MicroserviceOptions = { transport: Transport.NATS, options: { servers: [servers] } };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ReceiverModule, {
    ...options,
    logger: ['error'],
  });
  await app.listen();
}
