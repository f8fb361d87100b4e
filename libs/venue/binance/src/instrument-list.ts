import { Fault, type Instrument, type InstrumentId } from '@argosy/domain';
import type { BinanceMarket } from './binance-market.js';
import type { BinanceRest } from './binance-rest.js';
import { differs, readExchangeInfo } from './exchange-info.js';

/** Spot lists some three thousand symbols at five kilobytes each. */
const EXCHANGE_INFO_BYTES_MAX = 67_108_864;

/** The listing as last read, with a version a symbol that rises when its tick, lot or status changes. */
export class InstrumentList {
  readonly #known = new Map<InstrumentId, Instrument>();

  constructor(
    private readonly market: BinanceMarket,
    private readonly rest: BinanceRest,
    /** Binance's names; empty means all. */
    private readonly symbols: readonly string[],
  ) {}

  get(id: InstrumentId): Instrument | undefined {
    return this.#known.get(id);
  }
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /**
   * Reads the listing again; `changed` holds what is new in it, a vanished symbol as delisted.
   * Faults: as `BinanceRest.get`, and VENUE_PROTOCOL for an answer without symbols.
   */
  async refresh(): Promise<{ readonly all: readonly Instrument[]; readonly changed: readonly Instrument[] }> {
    const { json } = await this.rest.get(this.#path(), EXCHANGE_INFO_BYTES_MAX);
    const listed = readExchangeInfo(this.market, json);
    if (listed === undefined)
      throw new Fault('VENUE_PROTOCOL', `exchangeInfo of ${this.market.venue} holds no symbols`);
    const wanted =
      this.symbols.length === 0 ? listed : listed.filter(({ venueSymbol }) => this.symbols.includes(venueSymbol));
    const changed = [...wanted.map((instrument) => this.#merge(instrument)), ...this.#vanished(wanted)].filter(
      (instrument) => instrument !== undefined,
    );
    for (const instrument of changed) this.#known.set(instrument.id, instrument);
    return { all: [...this.#known.values()], changed };
  }

  #merge(instrument: Instrument): Instrument | undefined {
    const known = this.#known.get(instrument.id);
    if (known === undefined) return instrument;
    return differs(known, instrument) ? { ...instrument, version: known.version + 1 } : undefined;
  }

  #vanished(listed: readonly Instrument[]): readonly Instrument[] {
    const ids = new Set(listed.map(({ id }) => id));
    return [...this.#known.values()]
      .filter(({ id, status }) => !ids.has(id) && status !== 'delisted')
      .map((instrument) => ({ ...instrument, status: 'delisted' as const, version: instrument.version + 1 }));
  }

  #path(): string {
    const path = `${this.market.restPath}/exchangeInfo`;
    // Only spot can narrow the answer.
    if (this.market.chain !== 'counted' || this.symbols.length === 0) return path;
    return `${path}?symbols=${encodeURIComponent(JSON.stringify(this.symbols))}`;
  }
}
