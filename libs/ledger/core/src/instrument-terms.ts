import type { InstrumentId, Venue } from '@argosy/domain';
import { isVenue, ok, refused, type Result } from '@argosy/domain';
import { ledgerRefusal, type LedgerRefusal } from './ledger-refusal.js';

/** What the ledger must know of an instrument: in what its size is counted and in what money it settles. */
export interface InstrumentTerms {
  readonly venue: Venue;
  readonly symbol: string;
  readonly kind: 'spot' | 'perpetual';
  readonly base: string;
  readonly quote: string;
  /** The asset of the quantity leg: the instrument itself for a perpetual, the base asset for spot. */
  readonly quantityAsset: string;
}

/** Perpetuals named without a quote settle in the venue's own dollar. */
const SETTLEMENT: Readonly<Record<Venue, string>> = { hyperliquid: 'USDC', binance: 'USDT', 'binance-usdm': 'USDT' };
const PERPETUAL = /^([A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?-PERP$/;
const SPOT = /^([A-Za-z0-9]+)-([A-Za-z0-9]+)$/;

/**
 * Reads the terms out of an instrument id (`hyperliquid_BTC-PERP`, `binance_BTC-USDT`, `binance-usdm_BTC-USDT-PERP`).
 * The names carry the terms on purpose: a booking never waits for a catalogue.
 */
export function instrumentTerms(id: InstrumentId): Result<InstrumentTerms, LedgerRefusal> {
  const known = read.get(id);
  if (known !== undefined) return known;
  const terms = readTerms(id);
  if (terms.ok && read.size < READ_MAX) read.set(id, terms);
  return terms;
}

/** The same name always means the same terms, so reading it once is enough; every posting asks. */
const READ_MAX = 10_000;
const read = new Map<InstrumentId, Result<InstrumentTerms, LedgerRefusal>>();

function readTerms(id: InstrumentId): Result<InstrumentTerms, LedgerRefusal> {
  const cut = id.indexOf('_');
  const venue = id.slice(0, Math.max(0, cut));
  const symbol = id.slice(cut + 1);
  if (!isVenue(venue)) return refused(ledgerRefusal('instrument_unknown', { instrument: id }));
  const perpetual = PERPETUAL.exec(symbol);
  if (perpetual !== null) {
    const [, base = '', quote = SETTLEMENT[venue]] = perpetual;
    return ok({ venue, symbol, kind: 'perpetual', base, quote, quantityAsset: id });
  }
  const spot = SPOT.exec(symbol);
  if (spot === null) return refused(ledgerRefusal('instrument_unknown', { instrument: id }));
  const [, base = '', quote = ''] = spot;
  return ok({ venue, symbol, kind: 'spot', base, quote, quantityAsset: base });
}
