import { add, type Candle, type InstrumentId, type MarketTrade, max, min, type TimeNs } from '@argosy/domain';

const MINUTE_NS = 60_000_000_000n;

/**
 * Candles from trades, by the venue's own time. A candle closes when a later trade or the venue's clock passes its end;
 * a trade for a closed candle is counted and left out, because what was published as closed never changes.
 */
export class CandleBuilder {
  #open: Candle | undefined;
  #closedUntilNs = 0n;
  #lateTrades = 0;

  /** @param lengthNs length of a candle, aligned to 1970; a minute by default. */
  constructor(
    private readonly instrumentId: InstrumentId,
    private readonly lengthNs: bigint = MINUTE_NS,
  ) {
    if (lengthNs <= 0n) throw new RangeError(`a candle has a length, was ${String(lengthNs)} ns`);
  }

  get current(): Candle | undefined {
    return this.#open;
  }
  get lateTrades(): number {
    return this.#lateTrades;
  }

  /** The candle this trade closed, if any. */
  add(trade: MarketTrade): Candle | undefined {
    if (trade.venueTimeNs < this.#closedUntilNs) {
      this.#lateTrades += 1;
      return undefined;
    }
    const closed = this.advance(trade.venueTimeNs);
    this.#open = this.#open === undefined ? this.#first(trade) : extend(this.#open, trade);
    return closed;
  }

  /** Closes the open candle when the venue's time has reached its end. */
  advance(venueTimeNs: TimeNs): Candle | undefined {
    const open = this.#open;
    if (open === undefined || venueTimeNs < open.closeTimeNs) return undefined;
    this.#open = undefined;
    this.#closedUntilNs = open.closeTimeNs;
    return { ...open, closed: true };
  }

  #first(trade: MarketTrade): Candle {
    const openTimeNs = trade.venueTimeNs - (trade.venueTimeNs % this.lengthNs);
    return {
      instrumentId: this.instrumentId,
      openTimeNs: openTimeNs as TimeNs,
      closeTimeNs: (openTimeNs + this.lengthNs) as TimeNs,
      open: trade.price,
      high: trade.price,
      low: trade.price,
      close: trade.price,
      volume: trade.quantity,
      trades: 1,
      closed: false,
    };
  }
}

const extend = (candle: Candle, trade: MarketTrade): Candle => ({
  ...candle,
  high: max(candle.high, trade.price),
  low: min(candle.low, trade.price),
  close: trade.price,
  volume: add(candle.volume, trade.quantity),
  trades: candle.trades + 1,
});
