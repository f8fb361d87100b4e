/** What makes the market move, apart from clients. */
export interface MarketDriver {
  start(): void;
  stop(): void;
  /** What plays, and how it stands. */
  describe(): { readonly market: 'synthetic' | 'recorded'; readonly playback: string };
}
