import {
  IdFormatError,
  type Instrument,
  type InstrumentId,
  makeInstrumentId,
  ONE,
  parseAmount,
  type Quantity,
} from '@argosy/domain';
import { flag, list, record, text, whole, WireError } from './wire/field.js';
import type { Precision } from './wire/public-frames.js';

/** Documented: a price has at most 5 significant figures and 6 − szDecimals places on perpetuals. */
const SIGNIFICANT_FIGURES = 5;
const PRICE_AND_SIZE_DECIMALS = 6;
const MINIMUM_NOTIONAL = parseAmount('10');
const UNIVERSE_MAX = 10_000;

/** One perpetual: what the fleet knows of it and what its wire needs. */
export interface Listing {
  readonly instrument: Instrument;
  /** Its number in actions: the position in the venue's universe, which delisting does not change. */
  readonly asset: number;
  readonly precision: Precision;
}

interface CatalogueChange {
  readonly listing: Listing;
}

function parseListing(value: unknown, asset: number): Listing {
  const row = record(value, 'universe entry');
  const coin = text(row['name'], 'name');
  const sizeDecimals = whole(row['szDecimals'], 'szDecimals');
  if (sizeDecimals > PRICE_AND_SIZE_DECIMALS) throw new WireError(`szDecimals of ${coin} is ${String(sizeDecimals)}`);
  const delisted = row['isDelisted'] === undefined ? false : flag(row['isDelisted'], 'isDelisted');
  const symbol = `${coin}-PERP`;
  const priceDecimals = PRICE_AND_SIZE_DECIMALS - sizeDecimals;
  return {
    asset,
    precision: { priceDecimals, sizeDecimals },
    instrument: {
      id: makeInstrumentId('hyperliquid', symbol),
      venue: 'hyperliquid',
      symbol,
      venueSymbol: coin,
      kind: 'perpetual',
      base: coin,
      quote: 'USDC',
      priceRule: { kind: 'significant', figures: SIGNIFICANT_FIGURES, decimals: priceDecimals },
      lot: (ONE / 10n ** BigInt(sizeDecimals)) as Quantity,
      minimumNotional: MINIMUM_NOTIONAL,
      maxLeverage: whole(row['maxLeverage'], 'maxLeverage'),
      status: delisted ? 'delisted' : 'trading',
      version: 1,
    },
  };
}

/**
 * The `meta` answer as listings. Coins whose names cannot be subject tokens are left out and counted in `skipped`.
 * @throws WireError when an entry is unreadable: its place in the list is its number, so nothing after it is certain.
 */
export function parseMeta(answer: unknown): { readonly listings: readonly Listing[]; readonly skipped: number } {
  const listings: Listing[] = [];
  let skipped = 0;
  const names = new Set<string>();
  list(record(answer, 'meta')['universe'], 'universe', UNIVERSE_MAX).forEach((entry, asset) => {
    try {
      const listing = parseListing(entry, asset);
      if (names.has(listing.instrument.venueSymbol))
        throw new WireError(`universe names ${listing.instrument.venueSymbol} twice`);
      names.add(listing.instrument.venueSymbol);
      listings.push(listing);
    } catch (error) {
      if (!(error instanceof IdFormatError)) throw error;
      skipped += 1;
    }
  });
  if (listings.length === 0) throw new WireError('universe is empty');
  return { listings, skipped };
}

const ruleOf = ({ instrument, asset, precision }: Listing): string =>
  [asset, precision.priceDecimals, precision.sizeDecimals, instrument.status, instrument.maxLeverage].join('/');

/** The venue's perpetuals as last read; versions rise with every change and never fall. */
export class Catalogue {
  private readonly byId = new Map<InstrumentId, Listing>();
  private readonly byCoin = new Map<string, Listing>();

  /** `known` are instruments of an earlier life, so that a version once used is not used for other rules. */
  constructor(private readonly known: readonly Instrument[] = []) {}

  get size(): number {
    return this.byId.size;
  }

  get instruments(): readonly Instrument[] {
    return [...this.byId.values()].map(({ instrument }) => instrument);
  }

  find(id: InstrumentId): Listing | undefined {
    return this.byId.get(id);
  }

  findCoin(coin: string): Listing | undefined {
    return this.byCoin.get(coin);
  }

  /** Takes over a fresh universe and says what changed; one that vanished counts as delisted. */
  update(listings: readonly Listing[]): readonly CatalogueChange[] {
    const present = new Set(listings.map(({ instrument }) => instrument.id));
    const gone = [...this.byId.values()].filter(
      ({ instrument }) => !present.has(instrument.id) && instrument.status !== 'delisted',
    );
    const all = [
      ...listings,
      ...gone.map((listing) => ({ ...listing, instrument: { ...listing.instrument, status: 'delisted' as const } })),
    ];
    return all.map((listing) => this.put(listing)).filter((change) => change !== undefined);
  }

  private put(fresh: Listing): CatalogueChange | undefined {
    const old = this.byId.get(fresh.instrument.id) ?? this.remembered(fresh);
    const isNew = !this.byId.has(fresh.instrument.id);
    const unchanged = old !== undefined && ruleOf(old) === ruleOf(fresh);
    if (unchanged && !isNew) return undefined;
    const version = old === undefined ? 1 : old.instrument.version + (unchanged ? 0 : 1);
    const listing = { ...fresh, instrument: { ...fresh.instrument, version } };
    this.byId.set(listing.instrument.id, listing);
    this.byCoin.set(listing.instrument.venueSymbol, listing);
    return { listing };
  }

  private remembered(fresh: Listing): Listing | undefined {
    const instrument = this.known.find(({ id }) => id === fresh.instrument.id);
    if (instrument === undefined || instrument.priceRule.kind !== 'significant') return undefined;
    const priceDecimals = instrument.priceRule.decimals;
    return {
      instrument,
      asset: fresh.asset,
      precision: { priceDecimals, sizeDecimals: PRICE_AND_SIZE_DECIMALS - priceDecimals },
    };
  }
}
