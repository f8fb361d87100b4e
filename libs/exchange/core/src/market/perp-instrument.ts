import { assert } from '@argosy/domain';
import { QUANTITY_MAX, TICK_MAX } from '@argosy/matching';
import type { AssetConfig } from '../api/config.js';
import { fixedText, parseFixed } from '../account/money.js';

const PERP_DECIMALS = 6;
export const SIGNIFICANT_FIGURES = 5;

export type PriceProblem = 'invalidPrice' | 'tickRejected';
export type SizeProblem = 'invalidSize' | 'zeroSize';

/**
 * The venue's tick and lot rule of one perpetual: sizes in lots of 10^-szDecimals; prices with at most 5 significant
 * figures and 6 − szDecimals places, whole numbers always. A base tick is 10^-(6-szDecimals).
 */
export class PerpInstrument {
  readonly name: string;
  /** Places of a lot, which never changes; orders may have to be coarser, see `lotStep`. */
  readonly szDecimals: number;
  readonly pxDecimals: number;
  readonly maxLeverage: number;
  /** Base ticks in one whole unit of price. */
  readonly whole: number;
  /** Sizes of new orders are multiples of this many lots. */
  lotStep = 1;
  significantFigures = SIGNIFICANT_FIGURES;

  constructor(
    readonly asset: number,
    config: AssetConfig,
  ) {
    const { szDecimals, maxLeverage } = config;
    assert(
      Number.isInteger(szDecimals) && szDecimals >= 0 && szDecimals < PERP_DECIMALS,
      `szDecimals of ${config.name} is ${String(szDecimals)}, not 0…5`,
    );
    assert(
      Number.isInteger(maxLeverage) && maxLeverage >= 1,
      `maxLeverage of ${config.name} is ${String(maxLeverage)}`,
    );
    this.name = config.name;
    this.szDecimals = szDecimals;
    this.pxDecimals = PERP_DECIMALS - szDecimals;
    this.maxLeverage = maxLeverage;
    this.whole = 10 ** this.pxDecimals;
  }

  /** The step between legal prices at `ticks`, in base ticks. */
  stepAt(ticks: number): number {
    const digits = String(Math.trunc(ticks)).length;
    const step = 10 ** Math.max(0, digits - this.significantFigures);
    // Whole numbers are legal by the venue's own rule, not by a coarser one that replaced it.
    return this.significantFigures === SIGNIFICANT_FIGURES ? Math.min(this.whole, step) : step;
  }
  isLegal(ticks: number): boolean {
    return ticks > 0 && ticks % this.stepAt(ticks) === 0;
  }
  /** Nearest legal price at or below. */
  floor(ticks: number): number {
    const whole = Math.floor(ticks);
    return whole - (whole % this.stepAt(whole));
  }
  /** Nearest legal price at or above. */
  ceil(ticks: number): number {
    const floor = this.floor(ticks);
    return floor >= ticks ? floor : floor + this.stepAt(Math.floor(ticks));
  }

  parsePx(text: string): number | PriceProblem {
    const fine = parseFixed(text, 20);
    if (fine === undefined || fine === 0n) return 'invalidPrice';
    const ticks = parseFixed(text, this.pxDecimals);
    if (ticks === undefined) return 'tickRejected';
    if (ticks > BigInt(TICK_MAX)) return 'invalidPrice';
    return this.isLegal(Number(ticks)) ? Number(ticks) : 'tickRejected';
  }

  parseSz(text: string): number | SizeProblem {
    const lots = parseFixed(text, this.szDecimals);
    if (lots === undefined || lots > BigInt(QUANTITY_MAX)) return 'invalidSize';
    if (lots === 0n) return 'zeroSize';
    return Number(lots) % this.lotStep === 0 ? Number(lots) : 'invalidSize';
  }

  /** Places that sizes of new orders may have. */
  get orderDecimals(): number {
    return this.szDecimals - Math.round(Math.log10(this.lotStep));
  }

  pxText(ticks: number | bigint): string {
    return fixedText(ticks, this.pxDecimals);
  }
  szText(lots: number | bigint): string {
    return fixedText(lots, this.szDecimals);
  }
}
