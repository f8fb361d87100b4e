import type { ClientOrderId, InstrumentId, OrderRequestId, Price, Quantity, Side, TimeInForce } from '@argosy/domain';

/** What a strategy may ask for. The host adds who it is, for which account, and under which versions. */
export type StrategyAction =
  | {
      readonly kind: 'submit';
      /** Of the strategy's own making, unique for ever: `RequestIds` gives such. */
      readonly orderRequestId: OrderRequestId;
      readonly instrumentId: InstrumentId;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly limitPrice: Price;
      readonly timeInForce: TimeInForce;
      readonly reduceOnly: boolean;
      /** Why, in a word or two: part of the trace and of the log. */
      readonly signal: string;
    }
  | { readonly kind: 'cancel'; readonly clientOrderId: ClientOrderId; readonly signal: string };
