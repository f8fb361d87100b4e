import type { MarketStatus } from './command.js';
import type { FundingRateView, OrderStatusView, PublicTrade, UserFill, UserFunding } from './view.js';

/**
 * What happened, in order, told synchronously while a command is executed. Events about an account are told for client
 * accounts only, never for background participants. `book` and `context` say only that something changed, at most
 * once a command and asset: read the book or the context when it is your time to publish.
 */
export type ExchangeEvent =
  | { readonly type: 'order'; readonly account: string; readonly update: OrderStatusView }
  | { readonly type: 'fill'; readonly account: string; readonly fill: UserFill }
  | { readonly type: 'funding'; readonly account: string; readonly payment: UserFunding }
  | { readonly type: 'trade'; readonly trade: PublicTrade }
  | { readonly type: 'funding_rate'; readonly asset: number; readonly rate: FundingRateView }
  | { readonly type: 'book'; readonly asset: number; readonly timeMs: number }
  | { readonly type: 'context'; readonly asset: number; readonly timeMs: number }
  | {
      readonly type: 'status';
      readonly asset: number;
      readonly status: MarketStatus;
      readonly reason: string;
      readonly timeMs: number;
    };

export type ExchangeListener = (event: ExchangeEvent) => void;
