import type { OrdersRequest } from '@argosy/contracts';
import { isVenue, ok, type Order, refused, type Venue, VENUES } from '@argosy/domain';
import { problem } from '@argosy/ops-core';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { Answer } from './no.js';
import { orderView } from './views/order.view.js';

export interface OrderFilter {
  readonly status?: 'open' | 'final' | 'all' | undefined;
  readonly exchange?: string | undefined;
  /** Ours, e.g. `BTC-PERP`, or a whole instrument id. */
  readonly symbol?: string | undefined;
  readonly strategy?: string | undefined;
  readonly account?: string | undefined;
  readonly limit: number;
}

const FILTER_MAX = 1_000;
const INSTRUMENT = new RegExp(`^(?:${VENUES.join('|')})_`);

/** Orders as people see and cancel them. */
export class OrdersService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly audit: AuditTrail,
  ) {}

  async list(filter: OrderFilter): Promise<Answer<unknown>> {
    const found = await this.find(filter);
    return found.ok ? ok({ orders: found.value.map(orderView) }) : found;
  }

  async get(id: string): Promise<Answer<unknown>> {
    const found = await this.fleet.execution.order(id);
    return found.ok ? ok({ order: orderView(found.value) }) : found;
  }

  /** Cancelling what is cancelled already is done already (EX-5). */
  cancel(command: Command, id: string): Promise<Answer<unknown>> {
    return this.audit.run(command, `cancel ${id}`, async () => {
      const found = await this.fleet.execution.order(id);
      if (!found.ok) return found;
      if (found.value.state === 'cancelled') return ok({ order: orderView(found.value) });
      const answer = await this.fleet.execution.cancelOrder(found.value, `cancelled by ${command.actor.name}`);
      return answer.ok ? ok({ order: orderView(answer.value) }) : answer;
    });
  }

  cancelAll(
    command: Command,
    filter: Omit<OrderFilter, 'limit' | 'status'>,
    reason: string | undefined,
  ): Promise<Answer<unknown>> {
    return this.audit.run(command, reason ?? 'cancel all', async () => {
      const why = `cancel-all by ${command.actor.name}${reason === undefined ? '' : `: ${reason}`}`;
      const groups = await this.groups(filter);
      if (!groups.ok) return groups;
      const answers = await Promise.all(groups.value.map((group) => this.fleet.execution.cancelAll(group, why)));
      const failed = answers.find((answer) => !answer.ok);
      // What could be cancelled is being cancelled; that something was not reached has to be seen.
      if (failed !== undefined) return failed;
      const ids = answers.flatMap((answer) => (answer.ok ? answer.value.clientOrderIds : []));
      return ok({ cancel_requested: ids, count: ids.length });
    });
  }

  /** Execution filters by account, strategy and instrument; an exchange or a bare symbol is first looked up in the open orders. */
  private async groups(
    filter: Omit<OrderFilter, 'limit' | 'status'>,
  ): Promise<Answer<readonly { accountId: string; strategyId: string; instrumentId: string }[]>> {
    const strategyId = filter.strategy ?? '';
    const accountId = filter.account ?? '';
    if (filter.exchange === undefined && filter.symbol === undefined)
      return ok([{ accountId, strategyId, instrumentId: '' }]);
    const open = await this.find({ ...filter, status: 'open', limit: FILTER_MAX });
    if (!open.ok) return open;
    const named = open.value.map((order) => ({
      accountId: order.accountId,
      strategyId,
      instrumentId: order.instrumentId,
    }));
    return ok([...new Map(named.map((group) => [`${group.accountId} ${group.instrumentId}`, group])).values()]);
  }

  private async find(filter: OrderFilter): Promise<Answer<readonly Order[]>> {
    const { exchange, symbol } = filter;
    if (exchange !== undefined && !isVenue(exchange)) return refused(problem('exchange_unknown', { exchange }));
    const requests = requestsFor(filter, exchange, symbol);
    const answers = await Promise.all(requests.map((request) => this.fleet.execution.orders(request)));
    const failed = answers.find((answer) => !answer.ok);
    if (failed !== undefined) return failed;
    const orders = answers.flatMap((answer) => (answer.ok ? answer.value : []));
    return ok(
      orders
        .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
        .slice(0, filter.limit),
    );
  }
}

/** A symbol without its exchange can be at any of them: each is asked for its own instrument. */
function requestsFor(
  filter: OrderFilter,
  exchange: Venue | undefined,
  symbol: string | undefined,
): readonly OrdersRequest[] {
  const base = {
    status: filter.status === undefined || filter.status === 'all' ? '' : filter.status,
    accountId: filter.account ?? '',
    venue: exchange ?? '',
    strategyId: filter.strategy ?? '',
    instrumentId: '',
    limit: filter.limit,
  };
  if (symbol === undefined) return [base];
  if (INSTRUMENT.test(symbol)) return [{ ...base, instrumentId: symbol }];
  return (exchange === undefined ? VENUES : [exchange]).map((venue) => ({
    ...base,
    instrumentId: `${venue}_${symbol}`,
  }));
}
