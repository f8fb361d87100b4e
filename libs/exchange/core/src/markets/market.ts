import type { CommandBody } from '../api/command.js';

/** A level of the reference venue's book: price and quantity as that venue's decimal text. */
export type ReferenceLevel = readonly [price: string, quantity: string];

/**
 * What the reference venue publishes, in the fields of Binance's public protocol but without its spelling. Update ids
 * follow its rules: a depth event covers ids `firstUpdateId`…`finalUpdateId`, the next begins one later, and a best
 * price with the same id as a depth event shows the same book.
 */
export type ReferenceEvent =
  | {
      readonly type: 'depth';
      readonly symbol: string;
      readonly timeMs: number;
      readonly firstUpdateId: number;
      readonly finalUpdateId: number;
      /** `finalUpdateId` of the event before. */
      readonly previousFinalUpdateId: number;
      /** Quantity 0 removes the level. */
      readonly bids: readonly ReferenceLevel[];
      readonly asks: readonly ReferenceLevel[];
    }
  | {
      readonly type: 'best';
      readonly symbol: string;
      readonly timeMs: number;
      readonly updateId: number;
      readonly bid: ReferenceLevel;
      readonly ask: ReferenceLevel;
    }
  | {
      readonly type: 'trade';
      readonly symbol: string;
      readonly timeMs: number;
      readonly tradeId: number;
      readonly price: string;
      readonly quantity: string;
      readonly buyerIsMaker: boolean;
    };

export interface ReferenceSnapshot {
  readonly symbol: string;
  readonly lastUpdateId: number;
  readonly timeMs: number;
  readonly bids: readonly ReferenceLevel[];
  readonly asks: readonly ReferenceLevel[];
}

/** One thing that happens in a market at a market time: a command for the exchange or news of the reference venue. */
export type MarketStep =
  | { readonly kind: 'exchange'; readonly marketTimeMs: number; readonly command: CommandBody }
  | { readonly kind: 'reference'; readonly marketTimeMs: number; readonly event: ReferenceEvent };

export type MarketSink = (step: MarketStep) => void;
