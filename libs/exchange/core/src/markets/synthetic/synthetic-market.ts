import { assert } from '@argosy/domain';
import type { AssetConfig } from '../../api/config.js';
import type { CommandBody } from '../../api/command.js';
import { PerpInstrument } from '../../market/perp-instrument.js';
import type { MarketSink, ReferenceSnapshot } from '../market.js';
import { BackgroundMakers, type MakersState } from './background-makers.js';
import { BackgroundTakers, type TakersState } from './background-takers.js';
import { FairPrice, type FairPriceState } from './fair-price.js';
import { OracleFeed, type OracleState } from './oracle-feed.js';
import { ReferenceBook, type ReferenceState } from './reference-book.js';
import { STEP_MS, type SyntheticAssetConfig, type SyntheticConfig } from './synthetic-config.js';
import { Weather, type WeatherState } from './weather.js';

/** What each background participant starts with, USDC: they are never asked for margin. */
const BACKGROUND_USDC = '1000000000';
/** The venue measures the premium of its two largest assets at a larger notional. */
const LARGE_IMPACT = new Set(['BTC', 'ETH']);
const REFERENCE_LEVELS = 1_000;

export interface SyntheticSnapshot {
  readonly version: 1;
  readonly state: unknown;
}

interface AssetState {
  readonly fair: FairPriceState;
  readonly makers: MakersState;
  readonly takers: TakersState;
  readonly oracle: OracleState;
  readonly reference: ReferenceState;
}

interface MarketState {
  readonly marketTimeMs: number;
  readonly begun: boolean;
  readonly weather: WeatherState;
  readonly assets: readonly AssetState[];
}

interface AssetWorld {
  readonly fair: FairPrice;
  readonly makers: BackgroundMakers;
  readonly takers: BackgroundTakers;
  readonly oracle: OracleFeed;
  readonly reference: ReferenceBook;
}

/**
 * A seeded world: several assets with correlated fair prices, regimes and bursts; makers, uninformed and informed takers
 * on the exchange, and a reference venue that shows the same world a little earlier. Nobody in it looks at the
 * exchange's answers, so the same seed gives the same steps whatever clients do.
 */
export class SyntheticMarket {
  private readonly weather: Weather;
  private readonly worlds: readonly AssetWorld[];
  private timeMs: number;
  private begun: boolean;

  constructor(
    readonly config: SyntheticConfig,
    snapshot?: SyntheticSnapshot,
  ) {
    assert(
      snapshot === undefined || snapshot.version === 1,
      `synthetic snapshot of version ${String(snapshot?.version)}`,
    );
    const state = snapshot?.state as MarketState | undefined;
    this.weather = new Weather(config.seed, state?.weather);
    this.worlds = config.assets.map((asset, id) => makeWorld(config, asset, id, state?.assets[id]));
    this.timeMs = state?.marketTimeMs ?? config.startMs;
    this.begun = state?.begun ?? false;
  }

  /** The universe to configure the exchange with. */
  static exchangeAssets(config: SyntheticConfig): readonly AssetConfig[] {
    return config.assets.map((asset) => ({
      name: asset.name,
      szDecimals: asset.szDecimals,
      maxLeverage: asset.maxLeverage,
      book: 'matching',
      startPx: String(asset.startPx),
      impactNotional: LARGE_IMPACT.has(asset.name) ? '20000' : '6000',
    }));
  }

  /** Background accounts and their money: execute once, before the first step, on a new exchange only. */
  opening(): readonly CommandBody[] {
    return this.worlds.flatMap(({ makers, takers }) =>
      [makers.account, takers.accounts.noise, takers.accounts.informed].map((account): CommandBody => ({
        type: 'open_background',
        account,
        amount: BACKGROUND_USDC,
      })),
    );
  }

  /** The time of the newest step. */
  get marketTimeMs(): number {
    return this.timeMs;
  }

  /** Emits every step up to and including `marketTimeMs`, in order of time; an earlier time emits nothing. */
  advanceTo(marketTimeMs: number, emit: MarketSink): void {
    while (this.timeMs + STEP_MS <= marketTimeMs) this.step(emit);
  }

  referenceSymbols(): readonly string[] {
    return this.config.assets.map((asset) => asset.reference.symbol);
  }

  /** The reference book of this moment, undefined for an unknown symbol; empty before the first step. */
  referenceSnapshot(symbol: string, levels = REFERENCE_LEVELS): ReferenceSnapshot | undefined {
    const at = this.config.assets.findIndex((asset) => asset.reference.symbol === symbol);
    return this.worlds[at]?.reference.snapshot(this.timeMs, levels);
  }

  /** Plain JSON; give it to the constructor with the same configuration. */
  snapshot(): SyntheticSnapshot {
    const state: MarketState = {
      marketTimeMs: this.timeMs,
      begun: this.begun,
      weather: this.weather.state,
      assets: this.worlds.map(({ fair, makers, takers, oracle, reference }) => ({
        fair: fair.state,
        makers: makers.state,
        takers: takers.state,
        oracle: oracle.state,
        reference: reference.state,
      })),
    };
    return { version: 1, state };
  }

  private step(emit: MarketSink): void {
    this.timeMs += STEP_MS;
    const marketTimeMs = this.timeMs;
    const send = (command: CommandBody): void => emit({ kind: 'exchange', marketTimeMs, command });
    this.weather.step();
    for (const { fair, makers, takers, oracle, reference } of this.worlds) {
      fair.step(this.weather);
      reference.step(fair.now, marketTimeMs, (event) => emit({ kind: 'reference', marketTimeMs, event }));
      oracle.step(fair, send);
      if (!this.begun) makers.begin(fair, send);
      makers.step(fair, send);
      takers.step(fair, this.weather, send);
    }
    this.begun = true;
  }
}

/** Background accounts have addresses that say what they are: asset and role. */
const addressOf = (asset: number, role: number): string =>
  `0xbac0${(asset * 16 + role).toString(16).padStart(36, '0')}`;
const STREAMS_AN_ASSET = 8;

function makeWorld(
  config: SyntheticConfig,
  asset: SyntheticAssetConfig,
  id: number,
  state: AssetState | undefined,
): AssetWorld {
  const [exchangeAsset] = SyntheticMarket.exchangeAssets({ ...config, assets: [asset] });
  const instrument = new PerpInstrument(id, exchangeAsset!);
  const stream = (role: number): number => 1 + id * STREAMS_AN_ASSET + role;
  return {
    fair: new FairPrice(config, asset, stream(0), state?.fair),
    makers: new BackgroundMakers(
      config,
      asset,
      instrument,
      { account: addressOf(id, 1), stream: stream(1) },
      state?.makers,
    ),
    takers: new BackgroundTakers(
      config,
      asset,
      instrument,
      { noise: addressOf(id, 2), informed: addressOf(id, 3), stream: stream(2) },
      state?.takers,
    ),
    oracle: new OracleFeed(config.seed, instrument, stream(3), state?.oracle),
    reference: new ReferenceBook(config.seed, asset, stream(4), state?.reference),
  };
}
