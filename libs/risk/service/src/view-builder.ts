import {
  type Amount,
  type Clock,
  type InstrumentId,
  notional,
  type OrderIntent,
  type OrderRequest,
  type Price,
  type Quantity,
  type StrategyId,
} from '@argosy/domain';
import {
  cutInstrument,
  cutOrders,
  cutStrategy,
  type Exposure,
  type OverrideView,
  RateWindow,
  type RiskView,
  type StrategyLimits,
} from '@argosy/risk-core';
import type { AccountFollower } from './account-follower.js';
import type { MarketPicture } from './market-picture.js';
import type { RiskSettings } from './risk-settings.js';
import type { TradingControl } from './trading-control.js';

const STRATEGY_KEYS_MAX = 1_000;
const REPEAT_KEYS_MAX = 10_000;

export interface ViewSources {
  readonly settings: RiskSettings;
  readonly clock: Clock;
  readonly market: MarketPicture;
  readonly exposure: Exposure;
  readonly follower: AccountFollower;
  readonly control: TradingControl;
  readonly strategyLimits: (strategy: StrategyId) => StrategyLimits | undefined;
  readonly override: (strategy: StrategyId) => OverrideView | undefined;
}

/** Takes the one moment that the checks judge: synchronously, so that no two orders pass on the same headroom (I-18). */
export class ViewBuilder {
  private readonly strategyRate: RateWindow;
  private readonly fleetRate: RateWindow;
  private readonly repeats: RateWindow;

  constructor(private readonly from: ViewSources) {
    const { limits } = from.settings;
    // One more than the limit tells a runaway; what lies beyond need not be counted.
    this.strategyRate = new RateWindow(limits.rateWindowMs, STRATEGY_KEYS_MAX, limits.strategyOrdersPerWindow + 1);
    this.fleetRate = new RateWindow(limits.rateWindowMs, 1, limits.fleetOrdersPerWindow + 1);
    this.repeats = new RateWindow(limits.repeatWindowMs, REPEAT_KEYS_MAX, limits.repeatsPerWindow + 1);
  }

  /** A repeat is no new order, but a flood of repeats is a flood. */
  countRepeat(strategy: StrategyId): void {
    const nowMs = this.from.clock.monotonicMs();
    this.strategyRate.add(strategy, nowMs);
    this.fleetRate.add('fleet', nowMs);
  }

  view(intent: OrderIntent, earlier: OrderRequest | undefined): RiskView {
    const { settings, market, exposure, control } = this.from;
    const nowMs = this.from.clock.monotonicMs();
    const override = this.from.override(intent.strategyId);
    const priceOf = (id: InstrumentId): Price | undefined => market.valuation(id);
    const before = exposure.totals(intent.accountKind, priceOf);
    const after = exposure.totals(intent.accountKind, priceOf, intent);
    const own = exposure.ownQuotes(intent.instrumentId);
    return {
      ...this.limits(intent, override),
      trading: control.view(intent.accountId),
      instrument: market.instrument(intent.instrumentId),
      account: this.account(intent),
      book: market.book(intent.instrumentId),
      references: market.references(intent.instrumentId, settings.limits.instruments.get(intent.instrumentId)),
      reduction: exposure.reduction(intent),
      override,
      worst: exposure.worst(intent.accountId, intent.instrumentId, intent),
      strategyWorst: exposure.strategyWorst(intent),
      gross: { before: before?.gross, after: after?.gross },
      net: { before: before?.net, after: after?.net },
      openOrders: exposure.openOrders,
      strategyOrdersInWindow: this.strategyRate.add(intent.strategyId, nowMs),
      fleetOrdersInWindow: this.fleetRate.add('fleet', nowMs),
      repeatsInWindow: this.repeats.add(repeatKey(intent), nowMs),
      ownBid: own.bid,
      ownAsk: own.ask,
      earlier,
    };
  }

  /** As cut by a person, for all but reductions: those must be able to take off what was built under the whole limits. */
  private limits(
    intent: OrderIntent,
    override: OverrideView | undefined,
  ): Pick<RiskView, 'limits' | 'instrumentLimits' | 'strategyLimits'> {
    const { limits } = this.from.settings;
    const instrumentLimits = limits.instruments.get(intent.instrumentId);
    const strategyLimits = this.from.strategyLimits(intent.strategyId);
    if (override === undefined || intent.reduceOnly) return { limits, instrumentLimits, strategyLimits };
    const { sizeFactor } = override;
    return {
      limits: cutOrders(limits, sizeFactor),
      instrumentLimits: instrumentLimits === undefined ? undefined : cutInstrument(instrumentLimits, sizeFactor),
      strategyLimits: strategyLimits === undefined ? undefined : cutStrategy(strategyLimits, sizeFactor),
    };
  }

  private account(intent: OrderIntent): RiskView['account'] {
    const { settings, follower, exposure } = this.from;
    const { accountId } = intent;
    const account = settings.accounts.get(accountId);
    if (account === undefined) return undefined;
    const seen = follower.observation(accountId);
    return {
      kind: account.kind,
      venue: account.venue,
      equity: seen?.value.equity,
      equityAgeMs: seen?.ageMs ?? Number.POSITIVE_INFINITY,
      marginUsed: seen?.value.marginUsed ?? (0n as Amount),
      gross: exposure.accountWorst(accountId, (id, quantity) => this.worth(id, quantity, intent), intent),
      marginWorst: exposure.accountWorst(accountId, (id, quantity) => this.marginOf(id, quantity, intent), intent),
      ready: follower.isReady(accountId),
    };
  }

  private worth(id: InstrumentId, quantity: Quantity, intent: OrderIntent): Amount | undefined {
    const price = this.from.market.valuation(id) ?? (id === intent.instrumentId ? intent.limitPrice : undefined);
    return price === undefined ? undefined : notional(price, quantity, 'up');
  }

  private marginOf(id: InstrumentId, quantity: Quantity, intent: OrderIntent): Amount | undefined {
    const value = this.worth(id, quantity, intent);
    const leverage = this.from.market.instrument(id)?.maxLeverage;
    return value === undefined || leverage === undefined ? undefined : ((value / BigInt(leverage)) as Amount);
  }
}

const repeatKey = (intent: OrderIntent): string =>
  [intent.strategyId, intent.instrumentId, intent.side, intent.quantity, intent.limitPrice, intent.timeInForce].join(
    '|',
  );
