/** One asset of the universe; its index in `ExchangeConfig.assets` is its asset id. */
export interface AssetConfig {
  /** The venue's name, e.g. `BTC`. */
  readonly name: string;
  /** 0…5: sizes are multiples of 10^-szDecimals, prices have at most 6 − szDecimals places and 5 significant figures. */
  readonly szDecimals: number;
  readonly maxLeverage: number;
  /** `matching`: every order meets every other. `queue`: a recorded background book fills us by queue position. */
  readonly book: 'matching' | 'queue';
  /** First oracle and mark price, decimal text. */
  readonly startPx: string;
  /** Notional of the impact prices behind the premium: 20,000 USDC for BTC and ETH, 6,000 for others on the venue. */
  readonly impactNotional: string;
}

/** Rates as decimal text (`0.00045` is 0.045 %); a negative maker rate is a rebate. */
export interface FeeTier {
  /** 14-day volume in USDC from which the tier applies. */
  readonly fromVolume: string;
  readonly takerRate: string;
  readonly makerRate: string;
}

export interface ExchangeConfig {
  readonly assets: readonly AssetConfig[];
  /** Rising by `fromVolume`; the first must start at 0. */
  readonly feeTiers: readonly FeeTier[];
  /** `zero` pays nothing, as a recorded market does. */
  readonly funding: {
    readonly mode: 'premium' | 'zero';
    readonly intervalMs: number;
    readonly premiumSampleMs: number;
  };
  /** `oracle`: mark is the oracle price. `median`: of oracle with smoothed basis, the book and other venues. */
  readonly mark: 'oracle' | 'median';
  /** A client account that is used for the first time is opened with this; absent: unknown accounts are refused. */
  readonly openAccountsGrant?: string;
  readonly minimumNotional: string;
  /** Traded volume that `scheduleCancel` needs, USDC; `0` switches the condition off. The venue's own is 1,000,000. */
  readonly scheduleCancelVolume: string;
  /** Whether an account may send no more requests than its traded volume earns it. */
  readonly addressLimits: boolean;
  /** Append ` asset=<id>` to order errors, as the live venue does and its documents do not. */
  readonly assetInErrors: boolean;
}

export const HOUR_MS = 3_600_000;

/** Fees and funding of a new account on the venue: taker 0.045 %, maker 0.015 %, funding every hour. */
export const DEFAULT_EXCHANGE: Omit<ExchangeConfig, 'assets'> = {
  feeTiers: [{ fromVolume: '0', takerRate: '0.00045', makerRate: '0.00015' }],
  funding: { mode: 'premium', intervalMs: HOUR_MS, premiumSampleMs: 5_000 },
  mark: 'median',
  minimumNotional: '10',
  scheduleCancelVolume: '1000000',
  addressLimits: false,
  assetInErrors: false,
};

/** The venue's volume tiers for perpetuals, without staking discounts. */
export const VENUE_FEE_TIERS: readonly FeeTier[] = [
  { fromVolume: '0', takerRate: '0.00045', makerRate: '0.00015' },
  { fromVolume: '5000000', takerRate: '0.0004', makerRate: '0.00012' },
  { fromVolume: '25000000', takerRate: '0.00035', makerRate: '0.00008' },
  { fromVolume: '100000000', takerRate: '0.0003', makerRate: '0.00004' },
  { fromVolume: '500000000', takerRate: '0.00028', makerRate: '0' },
  { fromVolume: '2000000000', takerRate: '0.00026', makerRate: '0' },
  { fromVolume: '7000000000', takerRate: '0.00024', makerRate: '0' },
];
