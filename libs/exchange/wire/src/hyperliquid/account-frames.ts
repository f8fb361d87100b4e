import type { ExchangeEvent, OrderStatusView, UserFill, UserFunding } from '@argosy/exchange-core';
import type { TopicSpec } from './topic.js';
import { wireFill, wireFunding, wireOrderUpdate } from './wire.js';

export const frame = (channel: string, data: unknown): string => JSON.stringify({ channel, data });

export interface AddressedFrame {
  readonly spec: TopicSpec;
  readonly data: string;
}

interface AccountNews {
  readonly updates: OrderStatusView[];
  readonly fills: UserFill[];
  readonly payments: UserFunding[];
}

/** Ends of orders that their owner did not ask for. */
const NOT_BY_USER: ReadonlySet<string> = new Set([
  'scheduledCancel',
  'selfTradeCanceled',
  'reduceOnlyCanceled',
  'delistedCanceled',
  'liquidatedCanceled',
]);

function byAccount(events: readonly ExchangeEvent[]): Map<string, AccountNews> {
  const accounts = new Map<string, AccountNews>();
  const of = (account: string): AccountNews => {
    const news = accounts.get(account) ?? { updates: [], fills: [], payments: [] };
    accounts.set(account, news);
    return news;
  };
  for (const event of events) {
    if (event.type === 'order') of(event.account).updates.push(event.update);
    else if (event.type === 'fill') of(event.account).fills.push(event.fill);
    else if (event.type === 'funding') of(event.account).payments.push(event.payment);
  }
  return accounts;
}

function framesOf(user: string, { updates, fills, payments }: AccountNews): AddressedFrame[] {
  const frames: AddressedFrame[] = [];
  const userEvent = (data: unknown): void => {
    // The venue names the channel of user events `user`.
    frames.push({ spec: { type: 'userEvents', user }, data: frame('user', data) });
  };
  if (updates.length > 0)
    frames.push({ spec: { type: 'orderUpdates', user }, data: frame('orderUpdates', updates.map(wireOrderUpdate)) });
  if (fills.length > 0) {
    const wired = fills.map(wireFill);
    frames.push({ spec: { type: 'userFills', user }, data: frame('userFills', { user, fills: wired }) });
    userEvent({ fills: wired });
  }
  if (payments.length > 0) {
    frames.push({
      spec: { type: 'userFundings', user },
      data: frame('userFundings', { user, fundings: payments.map(wireFunding) }),
    });
    for (const payment of payments) userEvent({ funding: wireFunding(payment) });
  }
  const cancelled = updates.filter((update) => NOT_BY_USER.has(update.status));
  if (cancelled.length > 0)
    userEvent({ nonUserCancel: cancelled.map(({ order }) => ({ coin: order.coin, oid: order.oid })) });
  return frames;
}

/** What happened to accounts, as the frames that their owners listen for. */
export const accountFrames = (events: readonly ExchangeEvent[]): AddressedFrame[] =>
  [...byAccount(events)].flatMap(([account, news]) => framesOf(account, news));
