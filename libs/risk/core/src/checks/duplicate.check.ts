import { format, refusal, type OrderRequest } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Whether two requests under one id ask for the same order. */
export const isSameOrder = (a: OrderRequest, b: OrderRequest): boolean =>
  a.strategyId === b.strategyId &&
  a.venue === b.venue &&
  a.instrumentId === b.instrumentId &&
  a.side === b.side &&
  a.quantity === b.quantity &&
  a.limitPrice === b.limitPrice &&
  a.timeInForce === b.timeInForce &&
  a.reduceOnly === b.reduceOnly &&
  a.accountId === b.accountId;

/** A request id names one order for ever: with other content it is a bug in the strategy, not a new order. */
export const duplicate: RiskCheck = (request, { earlier }) => {
  if (earlier === undefined || isSameOrder(request, earlier)) return undefined;
  return refusal('duplicate_order', {
    request: request.orderRequestId,
    first: `${earlier.side} ${format(earlier.quantity)} at ${format(earlier.limitPrice)}`,
    now: `${request.side} ${format(request.quantity)} at ${format(request.limitPrice)}`,
  });
};
