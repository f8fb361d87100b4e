import { assert } from '@argosy/domain';
import { BUY, type EngineOptions, NO_ASK, NO_BID, PriceTimeEngine, QueuePositionBook, SELL } from '@argosy/matching';
import type { AssetConfig } from '../api/config.js';
import type { MarketStatus } from '../api/command.js';
import type { FundingRateView, PublicTrade } from '../api/view.js';
import { Ring } from '../account/ring.js';
import { parseFixed, USD_DECIMALS } from '../account/money.js';
import { Candles } from './candles.js';
import { fundingRate, impactPrice, premiumOf } from './funding.js';
import { MarkPrice } from './mark-price.js';
import { PerpInstrument } from './perp-instrument.js';

export const TRADES_KEPT = 100;
export const FUNDING_RATES_KEPT = 5_000;
/** Levels looked at for impact prices; a book thinner than this at the impact notional has no premium. */
const IMPACT_LEVELS = 200;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** What a book of either kind can do. */
export type MarketBook = PriceTimeEngine | QueuePositionBook;

export interface HourVolume {
  readonly hourMs: number;
  readonly openMark: number;
  notional: bigint;
  lots: number;
}

/** Everything the exchange knows of one asset, apart from who holds it. Prices in base ticks. */
export class AssetMarket {
  readonly instrument: PerpInstrument;
  readonly book: MarketBook;
  readonly mark: MarkPrice;
  readonly trades = new Ring<PublicTrade>(TRADES_KEPT);
  readonly fundingRates = new Ring<FundingRateView>(FUNDING_RATES_KEPT);
  readonly candles = new Candles();
  readonly hours: HourVolume[] = [];
  readonly impactNotional: bigint;
  status: MarketStatus = 'trading';
  statusReason = '';
  oracleTicks: number;
  externalTicks: number | undefined;
  markTicks: number;
  lastTicks: number | undefined;
  premiumSum = 0n;
  premiumSamples = 0;
  /** Σ |position| ÷ 2 over all accounts, in lots. */
  openLots = 0;

  constructor(
    asset: number,
    readonly config: AssetConfig,
    book: EngineOptions,
  ) {
    this.instrument = new PerpInstrument(asset, config);
    this.book = config.book === 'matching' ? new PriceTimeEngine(book) : new QueuePositionBook(book);
    this.mark = new MarkPrice();
    const start = parseFixed(config.startPx, this.instrument.pxDecimals);
    assert(start !== undefined && start > 0n, `startPx of ${config.name} is '${config.startPx}'`);
    this.oracleTicks = Number(start);
    this.markTicks = this.oracleTicks;
    const impact = parseFixed(config.impactNotional, USD_DECIMALS);
    assert(impact !== undefined && impact > 0n, `impactNotional of ${config.name} is '${config.impactNotional}'`);
    this.impactNotional = impact;
  }

  get bid(): number | undefined {
    const tick = this.book.bestBid;
    return tick === NO_BID ? undefined : tick;
  }
  get ask(): number | undefined {
    const tick = this.book.bestAsk;
    return tick === NO_ASK ? undefined : tick;
  }

  /** New oracle price: the mark follows. */
  setOracle(nowMs: number, ticks: number, external: number | undefined, mode: 'oracle' | 'median'): void {
    this.oracleTicks = ticks;
    this.externalTicks = external;
    this.markTicks = mode === 'oracle' ? ticks : this.mark.update(this.markInput(nowMs));
  }

  private markInput(nowMs: number): Parameters<MarkPrice['update']>[0] {
    const { bid, ask, lastTicks, externalTicks } = this;
    return {
      nowMs,
      oracle: this.oracleTicks,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
      ...(lastTicks === undefined ? {} : { last: lastTicks }),
      ...(externalTicks === undefined ? {} : { external: externalTicks }),
    };
  }

  /** Average prices for the impact notional, × `IMPACT_SCALE`. */
  impact(): { bid: bigint; ask: bigint } | undefined {
    const bid = impactPrice(this.book.depth(BUY, IMPACT_LEVELS), this.impactNotional);
    const ask = impactPrice(this.book.depth(SELL, IMPACT_LEVELS), this.impactNotional);
    return bid === undefined || ask === undefined ? undefined : { bid, ask };
  }

  premium(): bigint | undefined {
    const impact = this.impact();
    return impact === undefined ? undefined : premiumOf(this.oracleTicks, impact.bid, impact.ask);
  }

  /** Counts the present premium `samples` times; a book too thin to have one is not counted. */
  samplePremium(samples: number): void {
    const premium = this.premium();
    if (premium === undefined) return;
    this.premiumSum += premium * BigInt(samples);
    this.premiumSamples += samples;
  }

  averagePremium(): bigint {
    return this.premiumSamples === 0 ? 0n : this.premiumSum / BigInt(this.premiumSamples);
  }
  currentRate(): bigint {
    return fundingRate(this.averagePremium());
  }

  count(nowMs: number, ticks: number, lots: number, notional: bigint): void {
    this.lastTicks = ticks;
    this.candles.add(nowMs, ticks, lots);
    const hourMs = nowMs - (nowMs % HOUR_MS);
    let hour = this.hours.at(-1);
    if (hour?.hourMs !== hourMs) {
      hour = { hourMs, openMark: this.markTicks, notional: 0n, lots: 0 };
      this.hours.push(hour);
      if (this.hours.length > DAY_HOURS) this.hours.shift();
    }
    hour.notional += notional;
    hour.lots += lots;
  }

  /** Volume of the last day by whole hours, and the mark at its start. */
  day(nowMs: number): { notional: bigint; lots: number; openMark: number } {
    const hours = this.hours.filter((hour) => hour.hourMs > nowMs - DAY_HOURS * HOUR_MS);
    return {
      notional: hours.reduce((sum, hour) => sum + hour.notional, 0n),
      lots: hours.reduce((sum, hour) => sum + hour.lots, 0),
      openMark: hours[0]?.openMark ?? this.markTicks,
    };
  }
}
