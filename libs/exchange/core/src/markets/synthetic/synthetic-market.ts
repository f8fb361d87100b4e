import { InvariantViolation } from '@argosy/domain';
import type { AssetConfig } from '../../api/config.js';
import type { CommandBody } from '../../api/command.js';
import type { MarketSink, ReferenceSnapshot } from '../market.js';

export interface SyntheticAssetConfig {
  readonly name: string;
  readonly szDecimals: number;
  readonly maxLeverage: number;
  readonly startPx: number;
  /** The reference venue's symbol and rules. */
  readonly reference: { readonly symbol: string; readonly priceDecimals: number; readonly quantityDecimals: number };
  /** Share of the common factor, and own volatility, both in basis points a square root of a second. */
  readonly commonBps: number;
  readonly ownBps: number;
  /** Half of the spread that background makers aim at. */
  readonly halfSpreadBps: number;
}

export interface SyntheticConfig {
  readonly seed: number;
  readonly startMs: number;
  readonly assets: readonly SyntheticAssetConfig[];
  /** How far the reference venue is ahead of the exchange. */
  readonly leadMs: number;
  /** Book changes a second and asset that the background makes. */
  readonly quoteRate: number;
  /** Uninformed takers a second and asset, in calm times. */
  readonly noiseRate: number;
  /** Informed takers a second and asset, while there is something to know. */
  readonly informedRate: number;
  /** How far informed takers see. */
  readonly informedHorizonMs: number;
}

export interface SyntheticSnapshot {
  readonly version: 1;
  readonly state: unknown;
}

const soon = (): never => {
  throw new InvariantViolation('not yet');
};

/** A seeded world: the same seed gives the same steps, whatever the exchange answers. */
export class SyntheticMarket {
  constructor(
    readonly config: SyntheticConfig,
    _snapshot?: SyntheticSnapshot,
  ) {}
  /** The universe to configure the exchange with. */
  static exchangeAssets(_config: SyntheticConfig): readonly AssetConfig[] {
    return soon();
  }
  /** Background accounts and their money: execute once, before the first step, on a new exchange only. */
  opening(): readonly CommandBody[] {
    return soon();
  }
  get marketTimeMs(): number {
    return soon();
  }
  /** Emits every step up to and including `marketTimeMs`, in order of time. */
  advanceTo(_marketTimeMs: number, _emit: MarketSink): void {
    soon();
  }
  referenceSymbols(): readonly string[] {
    return soon();
  }
  referenceSnapshot(_symbol: string, _levels?: number): ReferenceSnapshot | undefined {
    return soon();
  }
  snapshot(): SyntheticSnapshot {
    return soon();
  }
}
