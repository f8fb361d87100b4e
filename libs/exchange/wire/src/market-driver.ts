/** What makes the market move, apart from clients. */
export interface MarketDriver {
  start(): void;
  stop(): void;
}
