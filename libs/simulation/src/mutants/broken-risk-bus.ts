import type { AccountEvent, AccountExposure } from '@argosy/contracts';
import type { Order } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import { withChanges } from './delegate.js';

const freed = (order: Order): Order => (order.state === 'in_doubt' ? { ...order, state: 'rejected' } : order);

/** What execution says of an order in doubt reaches risk as the end of that order. */
function withoutDoubt(message: unknown): unknown {
  const { fact } = message as Partial<AccountEvent>;
  if (fact?.kind === 'order_changed')
    return { ...(message as AccountEvent), fact: { ...fact, order: freed(fact.order) } };
  return message;
}

const withoutDoubts = (page: readonly AccountExposure[]): readonly AccountExposure[] =>
  page.map((exposure) => ({
    ...exposure,
    openOrders: exposure.openOrders.filter(({ state }) => state !== 'in_doubt'),
  }));

/** Risk's wire, on which orders in doubt have ended. */
export const busWithoutDoubt = (real: MessageBus): MessageBus =>
  withChanges<MessageBus>(real, {
    subscribe: (pattern, codec, options, handle) =>
      real.subscribe(pattern, codec, options, (message, context) =>
        handle(withoutDoubt(message) as typeof message, context),
      ),
    request: async (subject, ask, answer, message, options) => {
      const result = await real.request(subject, ask, answer, message, options);
      if (!result.ok || !Array.isArray(result.value) || !subject.includes('exposure')) return result;
      return { ok: true, value: withoutDoubts(result.value as readonly AccountExposure[]) as typeof result.value };
    },
  });
