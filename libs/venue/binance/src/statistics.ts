/** What one Binance connection has seen since it was made; plain counts, for `recording verify` and for metrics. */
export interface BinanceStatistics {
  /** Websocket frames of any kind. */
  readonly messages: number;
  readonly diffs: number;
  readonly tickers: number;
  readonly trades: number;
  /** Mark prices, day tickers and candles. */
  readonly states: number;
  /** Snapshots asked for and answered usably. */
  readonly snapshots: number;
  /** Frames that were not understood or not for us; none of them touched a book. */
  readonly unreadable: number;
  /** Broken chains of diffs, malformed diffs included. */
  readonly gaps: number;
  readonly crossed: number;
  /** Book against the venue's own best bid and ask at the same id. */
  readonly comparisons: number;
  readonly mismatches: number;
  readonly connections: number;
}

export type MutableStatistics = { -readonly [Name in keyof BinanceStatistics]: BinanceStatistics[Name] };

export const noStatistics = (): MutableStatistics => ({
  messages: 0,
  diffs: 0,
  tickers: 0,
  trades: 0,
  states: 0,
  snapshots: 0,
  unreadable: 0,
  gaps: 0,
  crossed: 0,
  comparisons: 0,
  mismatches: 0,
  connections: 0,
});
