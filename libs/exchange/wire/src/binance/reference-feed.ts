/** `spot`: REST under `/api/v3`; `usdm`: under `/fapi/v1`. */
export type Product = 'spot' | 'usdm';

/** Tick and lot of one symbol, decimal text. */
export interface ReferenceSymbol {
  readonly product: Product;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tick: string;
  readonly lot: string;
  readonly minimumNotional: string;
}

/** What the reference venue's protocol needs of the market behind it. */
export abstract class ReferenceFeed {
  abstract readonly symbols: readonly ReferenceSymbol[];
  /** The venue's own time, which runs at the market's speed. */
  abstract nowMs(): number;
  /** JSON of the book, with an update id that the depth stream goes on from. */
  abstract depth(symbol: ReferenceSymbol, limit: number): Promise<string>;
}
