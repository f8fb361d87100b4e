/** Answers to questions: state in, plain values out. */
import { format, ONE, type Amount } from '@argosy/domain';
import { BUY, type EngineLevel, SELL } from '@argosy/matching';
import type {
  AssetContext,
  BookView,
  ClearinghouseView,
  ConservationView,
  FeesView,
  LevelView,
  PositionView,
  RateLimitView,
} from './api/view.js';
import type { Account } from './account/account.js';
import { accountValue, liquidationTicks, maintenanceMargin, positionMargin } from './account/margin.js';
import { fixedText, usdText } from './account/money.js';
import { emptyPosition, type Position, unrealised, valueAt } from './account/position.js';
import { rateText } from './clockwork.js';
import type { ExchangeState } from './exchange-state.js';
import type { AssetMarket } from './market/asset-market.js';
import type { PerpInstrument } from './market/perp-instrument.js';

/** The venue grants this many requests to an address, and one more for each USDC it traded. */
export const REQUESTS_BASE = 10_000;
const IMPACT_DIGITS = 6;
const MICRO = 1_000_000n;
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Levels gathered to at most `figures` significant figures, the last of them a multiple of `mantissa`: bids down, asks up. */
export function bookView(market: AssetMarket, nowMs: number, levels: number, figures?: number, mantissa = 1): BookView {
  const { instrument, book } = market;
  const side = (at: typeof BUY | typeof SELL): LevelView[] => {
    const raw =
      figures === undefined
        ? book.depth(at, levels)
        : gather(book.depth(at, Number.POSITIVE_INFINITY), levels, at === BUY, figures, mantissa);
    return raw.map(({ tick, quantity, orders }) => ({
      px: instrument.pxText(tick),
      sz: instrument.szText(quantity),
      n: orders,
    }));
  };
  return { coin: instrument.name, timeMs: nowMs, bids: side(BUY), asks: side(SELL) };
}

function gather(
  raw: readonly EngineLevel[],
  levels: number,
  down: boolean,
  figures: number,
  mantissa: number,
): EngineLevel[] {
  const result: { tick: number; quantity: number; orders: number }[] = [];
  for (const { tick, quantity, orders } of raw) {
    const step = 10 ** Math.max(0, String(tick).length - figures) * mantissa;
    const at = (down ? Math.floor(tick / step) : Math.ceil(tick / step)) * step;
    const last = result.at(-1);
    if (last?.tick === at) {
      last.quantity += quantity;
      last.orders += orders;
    } else if (result.length === levels) break;
    else result.push({ tick: at, quantity, orders });
  }
  return result;
}

export function contextView(market: AssetMarket, nowMs: number, zeroFunding: boolean): AssetContext {
  const { instrument, bid, ask } = market;
  const day = market.day(nowMs);
  const impact = market.impact();
  const impactText = (price: bigint): string => fixedText(price, instrument.pxDecimals + IMPACT_DIGITS);
  return {
    coin: instrument.name,
    status: market.status,
    oraclePx: instrument.pxText(market.oracleTicks),
    markPx: instrument.pxText(market.markTicks),
    ...(bid === undefined || ask === undefined ? {} : { midPx: fixedText((bid + ask) * 5, instrument.pxDecimals + 1) }),
    funding: rateText(zeroFunding ? 0n : market.currentRate()),
    premium: rateText(market.premium() ?? 0n),
    openInterest: instrument.szText(market.openLots),
    dayNtlVlm: usdText(day.notional),
    dayBaseVlm: instrument.szText(day.lots),
    prevDayPx: instrument.pxText(day.openMark),
    ...(impact === undefined ? {} : { impactPxs: [impactText(impact.bid), impactText(impact.ask)] as const }),
  };
}

export function clearinghouseView(state: ExchangeState, account: Account | undefined): ClearinghouseView {
  const { markets } = state;
  const positions = account === undefined ? [] : [...account.positions].filter(([, position]) => position.lots !== 0);
  const value = account === undefined ? 0n : accountValue(account, markets);
  let notional = 0n;
  let margin = 0n;
  let maintenance = 0n;
  for (const [asset, position] of positions) {
    const market = markets[asset]!;
    notional += absolute(valueAt(position, market.markTicks));
    margin += positionMargin(position, market.markTicks);
    maintenance += maintenanceMargin(position, market);
  }
  // The venue lets profit be withdrawn down to initial margin, and to a tenth of all notional.
  const kept = margin > notional / 10n ? margin : notional / 10n;
  return {
    timeMs: state.nowMs,
    accountValue: usdText(value),
    totalNtlPos: usdText(notional),
    totalRawUsd: usdText(account?.cash ?? 0n),
    totalMarginUsed: usdText(margin),
    crossMaintenanceMarginUsed: usdText(maintenance),
    withdrawable: usdText(value > kept ? value - kept : 0n),
    positions: positions.map(([asset, position]) => positionView(state, account!, markets[asset]!, position)),
  };
}

function positionView(state: ExchangeState, account: Account, market: AssetMarket, position: Position): PositionView {
  const { instrument } = market;
  const profit = unrealised(position, market.markTicks);
  const margin = positionMargin(position, market.markTicks);
  const entryMargin = position.cost / BigInt(position.leverage);
  const liquidation = liquidationTicks(account, position, market, state.markets);
  return {
    coin: instrument.name,
    asset: instrument.asset,
    szi: instrument.szText(position.lots),
    entryPx: entryPxText(instrument, position),
    positionValue: usdText(absolute(valueAt(position, market.markTicks))),
    unrealizedPnl: usdText(profit),
    returnOnEquity: entryMargin === 0n ? '0.0' : format(((profit * ONE) / entryMargin) as Amount),
    leverage: position.leverage,
    maxLeverage: instrument.maxLeverage,
    marginUsed: usdText(margin),
    ...(liquidation === undefined ? {} : { liquidationPx: instrument.pxText(liquidation) }),
    cumFunding: {
      allTime: usdText(position.fundingAllTime),
      sinceOpen: usdText(position.fundingSinceOpen),
      sinceChange: usdText(position.fundingSinceChange),
    },
  };
}

/** Cost ÷ size, rounded to the nearest base tick as the venue shows it. */
function entryPxText(instrument: PerpInstrument, position: Position): string {
  const lots = BigInt(Math.abs(position.lots));
  return instrument.pxText((position.cost + lots / 2n) / lots);
}

export function rateLimitView(account: Account | undefined): RateLimitView {
  const volume = account?.volume ?? 0n;
  return {
    cumVlm: usdText(volume),
    nRequestsUsed: account?.requests ?? 0,
    nRequestsCap: REQUESTS_BASE + Number(volume / MICRO),
  };
}

export function feesView(state: ExchangeState, account: Account | undefined): FeesView {
  const days = account?.days ?? [];
  const rates = state.schedule.ratesFor(days, state.nowMs);
  return {
    takerRate: rateText(rates.taker),
    makerRate: rateText(rates.maker),
    dailyVolumes: days.map((day) => ({ dayMs: day.dayMs, taker: usdText(day.taker), maker: usdText(day.maker) })),
  };
}

export function conservationView(state: ExchangeState): ConservationView {
  let values = 0n;
  const sums = state.markets.map(() => 0);
  for (const account of state.accounts.byAddress.values()) {
    values += accountValue(account, state.markets);
    for (const [asset, position] of account.positions) sums[asset]! += position.lots;
  }
  return {
    deposits: usdText(state.deposits),
    accountValues: usdText(values),
    feesCollected: usdText(state.fees),
    fundingRounding: usdText(state.fundingRounding),
    positions: Object.fromEntries(
      state.markets.map(({ instrument }, asset) => [instrument.name, instrument.szText(sums[asset]!)]),
    ),
  };
}

export const leverageOf = (account: Account | undefined, market: AssetMarket): number =>
  (account?.positions.get(market.instrument.asset) ?? emptyPosition(Math.min(20, market.instrument.maxLeverage)))
    .leverage;
