/** The exchange's whole state as plain JSON and back. Big integers are text; orders keep their place in their queues. */
import { assert } from '@argosy/domain';
import { BUY, type EngineSide, GTC, PriceTimeEngine, type QueuePositionBook, SELL } from '@argosy/matching';
import type { ExchangeSnapshot } from './api/snapshot.js';
import type { MarketStatus, VenueTimeInForce } from './api/command.js';
import type { FundingRateView, OrderStatusView, PublicTrade, UserFill, UserFunding, UserTransfer } from './api/view.js';
import { Account } from './account/account.js';
import { NonceWindow } from './account/nonce-window.js';
import type { ExchangeState } from './exchange-state.js';
import type { AssetMarket } from './market/asset-market.js';
import type { MinuteCandle } from './market/candles.js';
import type { Trading } from './order/trading.js';
import type { VenueOrder } from './order/venue-order.js';

interface OrderRow {
  readonly oid: number;
  readonly cloid?: string;
  readonly account: string;
  readonly isBuy: boolean;
  readonly ticks: number;
  readonly lots: number;
  readonly originalLots: number;
  readonly reduceOnly: boolean;
  readonly tif: VenueTimeInForce;
  readonly placedMs: number;
  readonly filledNotional: string;
  /** Background in front of it, queue books only. */
  readonly ahead?: number;
}

interface MarketRow {
  readonly name: string;
  readonly status: MarketStatus;
  readonly statusReason: string;
  /** Absent where the rules are those it began with. */
  readonly rules?: readonly [lotStep: number, significantFigures: number];
  readonly oracle: number;
  readonly external?: number;
  readonly mark: number;
  readonly last?: number;
  readonly basis: string;
  readonly basisMs: number;
  readonly premiumSum: string;
  readonly premiumSamples: number;
  readonly openLots: number;
  readonly trades: readonly PublicTrade[];
  readonly fundingRates: readonly FundingRateView[];
  readonly minutes: readonly MinuteCandle[];
  readonly hours: readonly {
    readonly hourMs: number;
    readonly openMark: number;
    readonly notional: string;
    readonly lots: number;
  }[];
  /** Best price first, first in line first. */
  readonly orders: readonly OrderRow[];
  readonly levels: readonly (readonly [side: EngineSide, tick: number, background: number, taken: number])[];
}

interface AccountRow {
  readonly address: string;
  readonly background: boolean;
  readonly cash: string;
  readonly positions: readonly (readonly [
    asset: number,
    lots: number,
    cost: string,
    leverage: number,
    all: string,
    open: string,
    change: string,
  ])[];
  readonly agents: readonly (readonly [string, string])[];
  readonly fills: readonly UserFill[];
  readonly fundings: readonly UserFunding[];
  /** Absent in snapshots from before there were any. */
  readonly transfers?: readonly UserTransfer[];
  readonly finished: readonly OrderStatusView[];
  readonly slots: readonly (readonly [slot: number, oid: number])[];
  readonly days: readonly (readonly [dayMs: number, taker: string, maker: string])[];
  readonly volume: string;
  readonly requests: number;
  readonly throttledMs?: number;
  readonly scheduledMs?: number;
  readonly triggerDayMs: number;
  readonly triggers: number;
}

interface StateRow {
  readonly nextOid: number;
  readonly nextTid: number;
  readonly deposits: string;
  readonly fees: string;
  readonly fundingRounding: string;
  readonly fundedMs: number;
  readonly sampledMs: number;
  readonly accounts: readonly AccountRow[];
  readonly nonces: readonly (readonly [string, readonly number[]])[];
  readonly markets: readonly MarketRow[];
}

export function encodeState(state: ExchangeState, trading: Trading): ExchangeSnapshot {
  const row: StateRow = {
    nextOid: state.nextOid,
    nextTid: state.nextTid,
    deposits: String(state.deposits),
    fees: String(state.fees),
    fundingRounding: String(state.fundingRounding),
    fundedMs: state.fundedMs,
    sampledMs: state.sampledMs,
    accounts: [...state.accounts.byAddress.values()].map(encodeAccount),
    nonces: [...state.accounts.nonces].map(([signer, window]) => [signer, [...window.nonces]] as const),
    markets: state.markets.map((market) => encodeMarket(market, trading)),
  };
  return { version: 1, nowMs: state.nowMs, state: row };
}

/** @throws InvariantViolation when the snapshot is of another version or of other assets. */
export function decodeState(snapshot: ExchangeSnapshot, state: ExchangeState, trading: Trading): void {
  assert(snapshot.version === 1, `exchange snapshot of version ${String(snapshot.version)}`);
  const row = snapshot.state as StateRow;
  const names = row.markets.map((market) => market.name).join(' ');
  const expected = state.markets.map((market) => market.instrument.name).join(' ');
  assert(names === expected, `exchange snapshot of '${names}', configured '${expected}'`);
  state.nowMs = snapshot.nowMs;
  state.nextOid = row.nextOid;
  state.nextTid = row.nextTid;
  state.deposits = BigInt(row.deposits);
  state.fees = BigInt(row.fees);
  state.fundingRounding = BigInt(row.fundingRounding);
  state.fundedMs = row.fundedMs;
  state.sampledMs = row.sampledMs;
  for (const account of row.accounts) decodeAccount(account, state);
  for (const [signer, nonces] of row.nonces) state.accounts.nonces.set(signer, new NonceWindow(nonces));
  row.markets.forEach((market, asset) => decodeMarket(market, state.markets[asset]!, state, trading));
  for (const { address, slots } of row.accounts) {
    const account = state.accounts.byAddress.get(address)!;
    for (const [slot, oid] of slots) account.slots.set(slot, trading.live.get(oid)!);
    // Orders are asked for and cancelled in the order in which they were placed, not in that of the books.
    const orders = [...account.orders].sort(([a], [b]) => a - b);
    account.orders.clear();
    for (const [oid, order] of orders) account.orders.set(oid, order);
  }
  state.settleQuietly();
}

function encodeAccount(account: Account): AccountRow {
  return {
    address: account.address,
    background: account.background,
    cash: String(account.cash),
    positions: [...account.positions].map(([asset, p]) => [
      asset,
      p.lots,
      String(p.cost),
      p.leverage,
      String(p.fundingAllTime),
      String(p.fundingSinceOpen),
      String(p.fundingSinceChange),
    ]),
    agents: [...account.agents],
    fills: account.fills.toArray(),
    fundings: account.fundings.toArray(),
    transfers: account.transfers.toArray(),
    finished: account.finished.toArray(),
    slots: [...account.slots].filter(([, order]) => order.handle > 0).map(([slot, order]) => [slot, order.oid]),
    days: account.days.map((day) => [day.dayMs, String(day.taker), String(day.maker)]),
    volume: String(account.volume),
    requests: account.requests,
    ...(account.throttledMs === 0 ? {} : { throttledMs: account.throttledMs }),
    ...(account.scheduledMs === undefined ? {} : { scheduledMs: account.scheduledMs }),
    triggerDayMs: account.triggerDayMs,
    triggers: account.triggers,
  };
}

function decodeAccount(row: AccountRow, state: ExchangeState): void {
  const account = new Account(row.address, row.background);
  state.accounts.byAddress.set(row.address, account);
  account.cash = BigInt(row.cash);
  for (const [asset, lots, cost, leverage, all, open, change] of row.positions) {
    account.positions.set(asset, {
      lots,
      cost: BigInt(cost),
      leverage,
      openBuy: 0n,
      openSell: 0n,
      fundingAllTime: BigInt(all),
      fundingSinceOpen: BigInt(open),
      fundingSinceChange: BigInt(change),
    });
  }
  for (const [address, name] of row.agents) {
    account.agents.set(address, name);
    state.accounts.ownerOf.set(address, account);
  }
  for (const fill of row.fills) account.fills.push(fill);
  for (const funding of row.fundings) account.fundings.push(funding);
  for (const transfer of row.transfers ?? []) account.transfers.push(transfer);
  for (const view of row.finished) account.remember(view);
  for (const [dayMs, taker, maker] of row.days)
    account.days.push({ dayMs, taker: BigInt(taker), maker: BigInt(maker) });
  account.volume = BigInt(row.volume);
  account.requests = row.requests;
  account.throttledMs = row.throttledMs ?? 0;
  account.triggerDayMs = row.triggerDayMs;
  account.triggers = row.triggers;
  if (row.scheduledMs === undefined) return;
  account.scheduledMs = row.scheduledMs;
  state.scheduled.add(account);
}

function encodeMarket(market: AssetMarket, trading: Trading): MarketRow {
  const orders: OrderRow[] = [];
  const levels: MarketRow['levels'][number][] = [];
  const { book } = market;
  for (const side of [BUY, SELL] as const) {
    book.forEach(side, (oid, _tick, _quantity, handle) => {
      const ahead = book instanceof PriceTimeEngine ? undefined : book.ahead(handle);
      orders.push(encodeOrder(trading.live.get(oid)!, ahead));
    });
    if (!(book instanceof PriceTimeEngine))
      book.forEachLevel(side, (tick, background, taken) => levels.push([side, tick, background, taken]));
  }
  return {
    name: market.instrument.name,
    status: market.status,
    statusReason: market.statusReason,
    rules: [market.instrument.lotStep, market.instrument.significantFigures],
    oracle: market.oracleTicks,
    ...(market.externalTicks === undefined ? {} : { external: market.externalTicks }),
    mark: market.markTicks,
    ...(market.lastTicks === undefined ? {} : { last: market.lastTicks }),
    basis: String(market.mark.basis),
    basisMs: market.mark.updatedMs,
    premiumSum: String(market.premiumSum),
    premiumSamples: market.premiumSamples,
    openLots: market.openLots,
    trades: market.trades.toArray(),
    fundingRates: market.fundingRates.toArray(),
    minutes: market.candles.minutes.toArray().map((minute) => ({ ...minute })),
    hours: market.hours.map((hour) => ({ ...hour, notional: String(hour.notional) })),
    orders,
    levels,
  };
}

function encodeOrder(order: VenueOrder, ahead: number | undefined): OrderRow {
  const { oid, cloid, account, isBuy, ticks, lots, originalLots, reduceOnly, tif, placedMs, filledNotional } = order;
  return {
    oid,
    ...(cloid === undefined ? {} : { cloid }),
    account: account.address,
    isBuy,
    ticks,
    lots,
    originalLots,
    reduceOnly,
    tif,
    placedMs,
    filledNotional: String(filledNotional),
    ...(ahead === undefined ? {} : { ahead }),
  };
}

function decodeMarket(row: MarketRow, market: AssetMarket, state: ExchangeState, trading: Trading): void {
  market.status = row.status;
  market.statusReason = row.statusReason;
  if (row.rules !== undefined) [market.instrument.lotStep, market.instrument.significantFigures] = row.rules;
  market.oracleTicks = row.oracle;
  market.externalTicks = row.external;
  market.markTicks = row.mark;
  market.lastTicks = row.last;
  market.mark.basis = BigInt(row.basis);
  market.mark.updatedMs = row.basisMs;
  market.premiumSum = BigInt(row.premiumSum);
  market.premiumSamples = row.premiumSamples;
  market.openLots = row.openLots;
  for (const trade of row.trades) market.trades.push(trade);
  for (const rate of row.fundingRates) market.fundingRates.push(rate);
  for (const minute of row.minutes) market.candles.minutes.push({ ...minute });
  for (const hour of row.hours) market.hours.push({ ...hour, notional: BigInt(hour.notional) });
  const { book } = market;
  if (!(book instanceof PriceTimeEngine))
    for (const [side, tick, background, taken] of row.levels) book.restoreLevel(side, tick, background, taken);
  for (const order of row.orders) decodeOrder(order, market, state, trading);
}

function decodeOrder(row: OrderRow, market: AssetMarket, state: ExchangeState, trading: Trading): void {
  const { oid, isBuy, ticks, lots, originalLots, reduceOnly, tif, placedMs } = row;
  const account = state.accounts.byAddress.get(row.account);
  assert(account !== undefined, `order ${String(oid)} of an account that the snapshot does not have`);
  const order: VenueOrder = {
    oid,
    cloid: row.cloid,
    account,
    instrument: market.instrument,
    isBuy,
    ticks,
    lots,
    originalLots,
    reduceOnly,
    tif,
    placedMs,
    filledNotional: BigInt(row.filledNotional),
    handle: 0,
    ending: undefined,
  };
  trading.addResting(order, rest(market.book, order, row.ahead ?? 0));
}

function rest(book: PriceTimeEngine | QueuePositionBook, order: VenueOrder, ahead: number): number {
  const side = order.isBuy ? BUY : SELL;
  if (!(book instanceof PriceTimeEngine)) return book.restore(side, order.ticks, order.lots, order.oid, ahead);
  const handle = book.limit(side, order.ticks, order.lots, GTC, order.oid);
  assert(handle > 0, `order ${String(order.oid)} of a snapshot does not rest`);
  return handle;
}
