/** The venues the fleet knows. Names are subject tokens and API ids. */
export const VENUES = ['hyperliquid', 'binance', 'binance-usdm'] as const;
export type Venue = (typeof VENUES)[number];

export const isVenue = (text: string): text is Venue => (VENUES as readonly string[]).includes(text);

export const ACCOUNT_KINDS = ['live', 'paper'] as const;
/** `live` sends to a venue, `paper` trades real data with simulated fills. */
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
