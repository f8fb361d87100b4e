import {
  type Amount,
  format,
  type InstrumentId,
  notional,
  type Quantity,
  ratio,
  toApproximateNumber,
  TRADING_MODES,
} from '@argosy/domain';
import type { AccountRisk, LimitUse, RiskSummary, StoppedStrategy } from '@argosy/contracts';
import type { Exposure, Totals } from '@argosy/risk-core';
import type { AccountFollower } from './account-follower.js';
import type { LossKeeper } from './loss-keeper.js';
import type { MarketPicture } from './market-picture.js';
import type { OverrideKeeper } from './override-keeper.js';
import type { RiskMetrics } from './risk.metrics.js';
import type { RiskSettings } from './risk-settings.js';
import type { RunawayGuard } from './runaway-guard.js';
import type { StuckWatch } from './stuck-watch.js';
import type { TradingControl } from './trading-control.js';

export interface SummarySources {
  readonly settings: RiskSettings;
  readonly exposure: Exposure;
  readonly market: MarketPicture;
  readonly follower: AccountFollower;
  readonly control: TradingControl;
  readonly losses: LossKeeper;
  readonly overrides: OverrideKeeper;
  readonly runaways: RunawayGuard;
  readonly stuck: StuckWatch;
  readonly metrics: RiskMetrics;
  readonly violations: ReadonlyMap<string, bigint>;
}

interface Money {
  readonly equity: Amount | undefined;
  readonly marginUsed: Amount;
  readonly drawdown: Amount | undefined;
  readonly valueAtRisk: Amount | undefined;
}

/** RK-8: limits and their use, losses, what is cut, stopped or stuck; the metrics show the same figures. */
export class SummaryReport {
  constructor(private readonly from: SummarySources) {}

  summary(): RiskSummary {
    const { exposure, market, control, runaways, stuck, overrides, violations } = this.from;
    const totals = exposure.totals('live', (id) => market.valuation(id));
    const money = this.money();
    const gross = totals?.gross;
    const { equity, marginUsed } = money;
    const leverage =
      gross === undefined || equity === undefined || equity <= 0n ? undefined : ratio<Amount>(gross, equity, 'up');
    const marginRatio =
      equity === undefined || marginUsed === 0n ? undefined : ratio<Amount>(equity, marginUsed, 'down');
    const fleet = control.fleetMode();
    const accounts = this.accounts();
    const summary: RiskSummary = {
      limits: [...this.limits(totals), ...this.lossLimits(accounts)],
      equityUsd: text(equity),
      grossExposureUsd: text(gross),
      netExposureUsd: text(totals?.net),
      leverage: text(leverage),
      marginRatio: text(marginRatio),
      violations: Object.fromEntries<bigint>(violations),
      openOrders: exposure.openOrders,
      inDoubtOrders: exposure.inDoubt,
      drawdown: text(money.drawdown),
      valueAtRiskUsd: text(money.valueAtRisk),
      accounts,
      stuckOrders: [...stuck.orders()],
      stuckPositions: [...stuck.positions()],
      overrides: [...overrides.list()],
      stoppedStrategies: runaways.list().map(stoppedView),
      mode: fleet.mode,
      causes: fleet.causes.map(({ component, reason }) => `${component}: ${reason}`),
      circuitBreakerTripped: control.breakerTripped,
    };
    this.report(gross, marginRatio, money, summary);
    return summary;
  }

  private limits(totals: Totals | undefined): readonly LimitUse[] {
    const { settings, exposure } = this.from;
    const { limits } = settings;
    return [
      use('max_gross_exposure_usd', format(limits.maxGrossExposureUsd), text(totals?.gross)),
      use('max_net_exposure_usd', format(limits.maxNetExposureUsd), text(totals?.net)),
      use('max_order_value_usd', format(limits.maxOrderValueUsd), ''),
      use('max_open_orders', String(limits.maxOpenOrders), String(exposure.openOrders)),
      use('price_collar_bps', String(limits.priceCollarBps), ''),
      ...[...limits.instruments].map(([instrument, { maxPositionUsd }]) => ({
        name: 'max_position_usd',
        scope: instrument,
        limit: format(maxPositionUsd),
        used: this.positionUse(instrument),
      })),
    ];
  }

  private lossLimits(accounts: readonly AccountRisk[]): readonly LimitUse[] {
    const { loss } = this.from.settings.limits;
    return accounts.flatMap(({ accountId: scope, hourlyChange, dailyChange, drawdown }) => [
      { name: 'hourly_loss_kill', scope, limit: format(loss.hourlyKill), used: lossOf(hourlyChange) },
      { name: 'daily_loss_kill', scope, limit: format(loss.dailyKill), used: lossOf(dailyChange) },
      { name: 'drawdown_reduce_only', scope, limit: format(loss.drawdownReduceOnly), used: drawdown },
      { name: 'drawdown_kill', scope, limit: format(loss.drawdownKill), used: drawdown },
    ]);
  }

  private accounts(): AccountRisk[] {
    const { settings, losses, control } = this.from;
    return [...settings.accounts].map(([account, { kind }]) => {
      const view = losses.view(account);
      const own = control.accountMode(account);
      return {
        accountId: account,
        accountKind: kind,
        equityUsd: text(view?.equity),
        aumUsd: text(view?.aum),
        hourlyChange: text(view?.hourly),
        dailyChange: text(view?.daily),
        drawdown: text(view?.drawdown),
        mode: own.mode,
        causes: own.causes.map(({ component, reason }) => `${component}: ${reason}`),
        valueAtRiskUsd: text(view?.valueAtRisk),
      };
    });
  }

  /** The live accounts together; the fleet's drawdown is that of its worst account. */
  private money(): Money {
    const { settings, follower, losses } = this.from;
    let equity: bigint | undefined;
    let marginUsed = 0n;
    let drawdown: Amount | undefined;
    let valueAtRisk: bigint | undefined;
    for (const [account, { kind }] of settings.accounts) {
      const seen = kind === 'live' ? follower.observation(account) : undefined;
      if (seen === undefined) continue;
      equity = (equity ?? 0n) + seen.value.equity;
      marginUsed += seen.value.marginUsed;
      const view = losses.view(account);
      if (view !== undefined && (drawdown === undefined || view.drawdown > drawdown)) drawdown = view.drawdown;
      // Added up as if the worst came to all at once: never less than the fleet's own.
      if (view?.valueAtRisk !== undefined) valueAtRisk = (valueAtRisk ?? 0n) + view.valueAtRisk;
    }
    return {
      equity: equity as Amount | undefined,
      marginUsed: marginUsed as Amount,
      drawdown,
      valueAtRisk: valueAtRisk as Amount | undefined,
    };
  }

  private positionUse(instrument: InstrumentId): string {
    const { settings, market, exposure } = this.from;
    const price = market.valuation(instrument);
    if (price === undefined) return '';
    let used = 0n;
    for (const account of settings.accounts.keys()) {
      const { long, short } = exposure.worst(account, instrument);
      const larger: Quantity = long > short ? long : short;
      used += notional(price, larger, 'up');
    }
    return format(used as Amount);
  }

  private report(
    gross: Amount | undefined,
    marginRatio: Amount | undefined,
    { drawdown }: Money,
    { stuckOrders, stuckPositions, overrides }: RiskSummary,
  ): void {
    const { metrics, settings, control, losses } = this.from;
    if (gross !== undefined) metrics.totalExposure.set({}, toApproximateNumber(gross));
    if (marginRatio !== undefined) metrics.marginRatio.set({}, toApproximateNumber(marginRatio));
    if (drawdown !== undefined) metrics.currentDrawdown.set({}, toApproximateNumber(drawdown));
    metrics.stuck.set({ kind: 'order' }, stuckOrders.length);
    metrics.stuck.set({ kind: 'position' }, stuckPositions.length);
    metrics.sizeFactor.set({}, Math.min(1, ...overrides.map(({ sizeFactor }) => Number(sizeFactor))));
    for (const account of settings.accounts.keys()) {
      metrics.mode.set({ account }, TRADING_MODES.indexOf(control.view(account).mode.mode));
      const valueAtRisk = losses.view(account)?.valueAtRisk;
      if (valueAtRisk !== undefined) metrics.valueAtRisk.set({ account }, toApproximateNumber(valueAtRisk));
    }
  }
}

const text = (value: Amount | undefined): string => (value === undefined ? '' : format(value));
const use = (name: string, limit: string, used: string): LimitUse => ({ name, scope: 'fleet', limit, used });
/** A change as a loss: a gain uses nothing of a limit. */
const lossOf = (change: string): string => (change.startsWith('-') ? change.slice(1) : change === '' ? '' : '0');
const stoppedView = (record: ReturnType<RunawayGuard['list']>[number]): StoppedStrategy => ({
  strategyId: record.strategyId,
  kind: record.kind,
  reason: record.reason,
  sinceNs: record.at,
});
