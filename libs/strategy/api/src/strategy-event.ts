import type {
  Book,
  Candle,
  Fill,
  FeedState,
  Instrument,
  MarketState,
  MarketTrade,
  Order,
  OrderRequestId,
  Refusal,
  TimeNs,
  TradingMode,
  VenuePosition,
} from '@argosy/domain';

/** Everything that can happen to a strategy, in the order it is told. Replaying the list gives the same actions (I-32). */
export type StrategyEvent =
  /** First, once: what it may trade, what it holds there, and its orders that are still open. */
  | {
      readonly kind: 'started';
      readonly at: TimeNs;
      readonly instruments: readonly Instrument[];
      readonly positions: readonly VenuePosition[];
      readonly openOrders: readonly Order[];
    }
  | { readonly kind: 'book'; readonly at: TimeNs; readonly book: Book }
  | { readonly kind: 'trade'; readonly at: TimeNs; readonly trade: MarketTrade }
  | { readonly kind: 'market_state'; readonly at: TimeNs; readonly state: MarketState }
  | { readonly kind: 'candle'; readonly at: TimeNs; readonly candle: Candle }
  | { readonly kind: 'feed'; readonly at: TimeNs; readonly feed: FeedState }
  | { readonly kind: 'instrument'; readonly at: TimeNs; readonly instrument: Instrument }
  /** The newest state of one of its orders. */
  | { readonly kind: 'order'; readonly at: TimeNs; readonly order: Order }
  | { readonly kind: 'fill'; readonly at: TimeNs; readonly fill: Fill }
  /** Risk or execution said no; the order does not exist. */
  | {
      readonly kind: 'refused';
      readonly at: TimeNs;
      readonly orderRequestId: OrderRequestId;
      readonly refusal: Refusal;
    }
  /** No answer in time: the order may exist. Its state follows as an `order` event when it does. */
  | { readonly kind: 'unanswered'; readonly at: TimeNs; readonly orderRequestId: OrderRequestId }
  /** What its account may do from now on: told after `started` and at each change. Risk and execution hold to it anyway. */
  | { readonly kind: 'trading'; readonly at: TimeNs; readonly mode: TradingMode; readonly reason: string }
  /** Once a second, so that a quiet market does not stop a strategy from thinking. */
  | { readonly kind: 'timer'; readonly at: TimeNs }
  /** Last: it may cancel, nothing else. */
  | { readonly kind: 'stopping'; readonly at: TimeNs; readonly reason: string };

export type StrategyEventKind = StrategyEvent['kind'];

/** What a strategy may choose to hear or not. */
export type MarketEventKind = Extract<StrategyEventKind, 'book' | 'trade' | 'market_state' | 'candle'>;
