import {
  ordersPageCodec,
  ordersRequestCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  SERVICES,
  subjects,
} from '@argosy/contracts';
import { type Codec, clientOrderId, ok } from '@argosy/domain';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import { A_MOMENT, anOrder } from '@argosy/testing';

const QUEUE_LIMIT = 10_000;
const ORDERS = 5;

/** The other services as far as the gateway's reads can see them. */
export async function answerAsFleet(bus: NatsMessageBus): Promise<void> {
  const answer = <Q, R>(subject: string, ask: Codec<Q>, codec: Codec<R>, value: R): void => {
    bus.subscribe(subject, ask, { queueLimit: QUEUE_LIMIT }, (_message, { replyTo }) => {
      if (replyTo !== undefined) bus.reply(replyTo, codec, ok(value));
    });
  };
  const orders = Array.from({ length: ORDERS }, (_, index) =>
    anOrder({ clientOrderId: clientOrderId(String(index + 1).padStart(32, '0')) }),
  );
  answer(subjects.orderList, ordersRequestCodec, ordersPageCodec, orders);
  for (const service of SERVICES) {
    if (service === 'ops-gateway') continue;
    answer(subjects.serviceStatus(service), serviceStatusRequestCodec, serviceStatusCodec, {
      service,
      role: 'primary',
      epoch: 1,
      ready: true,
      conditions: [],
      version: '0.1.0',
      startedNs: A_MOMENT,
      pid: 7,
      memoryBytes: 1n,
      venues: [],
    });
  }
  await bus.flush();
}
