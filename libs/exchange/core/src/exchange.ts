import { assert } from '@argosy/domain';
import { BUY, QueuePositionBook, SELL } from '@argosy/matching';
import type { ExchangeConfig } from './api/config.js';
import type { CommandBody, ExchangeCommand } from './api/command.js';
import type { ExchangeListener } from './api/event.js';
import type { CommandResult } from './api/outcome.js';
import { type Reject, reject } from './api/reject.js';
import type { ExchangeSnapshot } from './api/snapshot.js';
import type {
  AgentView,
  AssetContext,
  BookView,
  CandleView,
  ClearinghouseView,
  ConservationView,
  FeesView,
  FundingRateView,
  InstrumentView,
  OrderStatus,
  OrderStatusView,
  OrderView,
  PublicTrade,
  RateLimitView,
  RoleView,
  UserFill,
  UserFunding,
  UserTransfer,
} from './api/view.js';
import { type Account, TRANSFERS_KEPT } from './account/account.js';
import { normalAddress } from './account/accounts.js';
import { parseFixed, USD_DECIMALS, usdText } from './account/money.js';
import { Clockwork } from './clockwork.js';
import { ExchangeState, hashOf, RECORDED_BACKGROUND } from './exchange-state.js';
import { AssetMarket } from './market/asset-market.js';
import { SIGNIFICANT_FIGURES } from './market/perp-instrument.js';
import { Actions, DONE, fail } from './order/actions.js';
import { isReject } from './order/order-check.js';
import { Trading } from './order/trading.js';
import { orderView } from './order/venue-order.js';
import { decodeState, encodeState } from './state-codec.js';
import {
  bookView,
  clearinghouseView,
  conservationView,
  contextView,
  feesView,
  leverageOf,
  rateLimitView,
} from './views.js';

const BOOK_LEVELS = 20;
/** A request that comes after its expiry counts this many times (the venue's own rule). */
const EXPIRED_WEIGHT = 5;
/** Most entries of one answer about the past. */
export const ANSWER_MAX = 2_000;
export const FUNDINGS_ANSWER_MAX = 500;

type BodyOf<Type extends CommandBody['type']> = Extract<CommandBody, { type: Type }>;

/**
 * The simulated exchange without sockets. One synchronous door in (`execute`), one listener out, and questions that
 * change nothing. Addresses are compared in lower case. The listener must not call back into `execute`.
 */
export class Exchange {
  private readonly state: ExchangeState;
  private readonly trading: Trading;
  private readonly actions: Actions;
  private readonly clockwork: Clockwork;
  private busy = false;

  /** @throws InvariantViolation for a configuration that makes no sense, or a snapshot of another one. */
  constructor(
    readonly config: ExchangeConfig,
    listener: ExchangeListener = () => undefined,
    snapshot?: ExchangeSnapshot,
  ) {
    this.state = new ExchangeState(config, listener);
    this.trading = new Trading(this.state);
    this.actions = new Actions(this.state, this.trading);
    this.clockwork = new Clockwork(this.state, this.trading);
    config.assets.forEach((asset, id) =>
      this.state.markets.push(new AssetMarket(id, asset, this.trading.bookOptions(id))),
    );
    if (snapshot !== undefined) decodeState(snapshot, this.state, this.trading);
    else if (config.assets.some((asset) => asset.book === 'queue')) this.state.accounts.open(RECORDED_BACKGROUND, true);
  }

  /** Executes one command at its time; every answer is a value, also the refusals. */
  execute(command: ExchangeCommand): CommandResult {
    assert(!this.busy, `command '${command.type}' from inside of the exchange's own listener`);
    assert(
      Number.isSafeInteger(command.timeMs) && command.timeMs > 0,
      `command '${command.type}' at time ${String(command.timeMs)}`,
    );
    this.busy = true;
    try {
      this.clockwork.advanceTo(command.timeMs);
      const result = this.run(command);
      this.state.flush();
      return result;
    } finally {
      this.busy = false;
    }
  }

  /** Plain JSON; give it to the constructor with the same configuration. */
  snapshot(): ExchangeSnapshot {
    return encodeState(this.state, this.trading);
  }

  /** The protocol time of the newest command, 0 before the first. */
  get nowMs(): number {
    return this.state.nowMs;
  }
  /** When time alone would next change something (funding, scheduled cancel, premium sample); 0 before the first command. */
  nextDueMs(): number {
    return this.state.nowMs === 0 ? 0 : this.clockwork.nextDueMs();
  }

  assetId(coin: string): number | undefined {
    const asset = this.state.markets.findIndex(({ instrument }) => instrument.name === coin);
    return asset < 0 ? undefined : asset;
  }
  role(address: string): RoleView {
    const owner = this.state.accounts.ownerOf.get(normalAddress(address));
    if (owner !== undefined) return { role: 'agent', account: owner.address };
    return { role: this.account(address) === undefined ? 'missing' : 'user' };
  }
  /** Addresses of everybody but the background, in the order in which they came. */
  clients(): readonly string[] {
    return [...this.state.accounts.byAddress.values()].flatMap(({ address, background }) =>
      background ? [] : [address],
    );
  }
  agents(account: string): readonly AgentView[] {
    return this.state.accounts.agents(this.account(account));
  }
  /** The rules of an asset as they are now. */
  instrument(asset: number): InstrumentView {
    const { instrument, status } = this.market(asset);
    const { name, orderDecimals, maxLeverage } = instrument;
    return { name, szDecimals: orderDecimals, maxLeverage, status };
  }
  /** The best levels a side, by default 20, gathered to 2…5 significant figures where asked (`mantissa` 1, 2 or 5). */
  book(asset: number, levels = BOOK_LEVELS, significantFigures?: number, mantissa?: number): BookView {
    return bookView(this.market(asset), this.state.nowMs, levels, significantFigures, mantissa);
  }
  /** Newest first, at most 100. */
  recentTrades(asset: number): readonly PublicTrade[] {
    const { trades } = this.market(asset);
    return trades.newest(trades.limit);
  }
  context(asset: number): AssetContext {
    return contextView(this.market(asset), this.state.nowMs, this.config.funding.mode === 'zero');
  }
  /** Oldest first, at most 500 from `startMs` on. */
  fundingHistory(asset: number, startMs: number, endMs = Number.POSITIVE_INFINITY): readonly FundingRateView[] {
    return within(this.market(asset).fundingRates.toArray(), startMs, endMs, FUNDINGS_ANSWER_MAX);
  }
  /** Oldest first; undefined for an interval the venue does not have. */
  candles(asset: number, interval: string, startMs: number, endMs: number): readonly CandleView[] | undefined {
    const { candles, instrument } = this.market(asset);
    return candles.view(instrument, interval, startMs, endMs);
  }
  /** Newest first. */
  openOrders(account: string): readonly OrderView[] {
    const orders = [...(this.account(account)?.orders.values() ?? [])];
    return orders.reverse().map((order) => orderView(order, 'open', order.placedMs).order);
  }
  /** Undefined for an order that this account never had, or had so long ago that it is forgotten. */
  orderStatus(account: string, oidOrCloid: number | string): OrderStatusView | undefined {
    const owner = this.account(account);
    if (owner === undefined) return undefined;
    const key = typeof oidOrCloid === 'string' ? oidOrCloid.toLowerCase() : oidOrCloid;
    const open = typeof key === 'string' ? owner.cloids.get(key) : owner.orders.get(key);
    return open === undefined ? owner.finishedOrder(key) : orderView(open, 'open', open.placedMs);
  }
  /** Newest first, at most 2,000: open and finished. */
  historicalOrders(account: string): readonly OrderStatusView[] {
    const owner = this.account(account);
    if (owner === undefined) return [];
    const open = [...owner.orders.values()].map((order) => orderView(order, 'open', order.placedMs));
    const all = [...owner.finished.newest(ANSWER_MAX), ...open];
    return all
      .sort((a, b) => b.statusTimestampMs - a.statusTimestampMs || b.order.oid - a.order.oid)
      .slice(0, ANSWER_MAX);
  }
  /** Newest first, at most 2,000. */
  userFills(account: string): readonly UserFill[] {
    return this.account(account)?.fills.newest(ANSWER_MAX) ?? [];
  }
  /** Oldest first, at most 2,000 from `startMs` on, both ends included. */
  userFillsByTime(account: string, startMs: number, endMs = Number.POSITIVE_INFINITY): readonly UserFill[] {
    return within(this.account(account)?.fills.toArray() ?? [], startMs, endMs, ANSWER_MAX);
  }
  /** Oldest first, at most 500 from `startMs` on, both ends included. */
  userFundings(account: string, startMs: number, endMs = Number.POSITIVE_INFINITY): readonly UserFunding[] {
    return within(this.account(account)?.fundings.toArray() ?? [], startMs, endMs, FUNDINGS_ANSWER_MAX);
  }
  /** Oldest first, at most 500 from `startMs` on, both ends included. */
  userTransfers(account: string, startMs: number, endMs = Number.POSITIVE_INFINITY): readonly UserTransfer[] {
    return within(this.account(account)?.transfers.toArray() ?? [], startMs, endMs, FUNDINGS_ANSWER_MAX);
  }
  clearinghouse(account: string): ClearinghouseView {
    return clearinghouseView(this.state, this.account(account));
  }
  leverage(account: string, asset: number): number {
    return leverageOf(this.account(account), this.market(asset));
  }
  rateLimit(account: string): RateLimitView {
    return rateLimitView(this.account(account));
  }
  fees(account: string): FeesView {
    return feesView(this.state, this.account(account));
  }
  conservation(): ConservationView {
    return conservationView(this.state);
  }

  private account(address: string): Account | undefined {
    return this.state.accounts.find(address);
  }
  private market(asset: number): AssetMarket {
    const market = this.state.markets[asset];
    assert(market !== undefined, `asset ${String(asset)} is not in the universe`);
    return market;
  }

  private run(command: ExchangeCommand): CommandResult {
    switch (command.type) {
      case 'action':
        return this.act(command);
      case 'deposit':
        return this.deposit(command.account, command.amount, false);
      case 'withdraw':
        return this.withdraw(command.account, command.amount);
      case 'open_background':
        return this.deposit(command.account, command.amount, true);
      case 'advance':
        return DONE;
      case 'force_fill':
        return this.forceFill(command);
      case 'mass_cancel':
        return this.massCancel(command.account);
      default:
        return this.runMarket(command);
    }
  }

  private runMarket(
    command: Exclude<
      ExchangeCommand,
      BodyOf<'action' | 'deposit' | 'withdraw' | 'open_background' | 'advance' | 'force_fill' | 'mass_cancel'>
    >,
  ): CommandResult {
    const market = this.state.markets[command.asset];
    if (market === undefined) return fail(reject('unknownAsset', { asset: command.asset }));
    switch (command.type) {
      case 'quote':
        return this.quote(command, market);
      case 'take':
        return this.take(command, market);
      case 'oracle':
        market.setOracle(this.state.nowMs, command.ticks, command.externalTicks, this.config.mark);
        this.state.contextChanged(command.asset);
        return DONE;
      case 'status':
        return this.setStatus(command, market);
      case 'force_close':
        return this.forceClose(command, market);
      case 'instrument':
        return this.changeInstrument(command, market);
      case 'levels':
      case 'print':
        return this.runRecorded(command, market);
    }
  }

  private act({ signer, nonce, expiresAfter, action }: BodyOf<'action'>): CommandResult {
    const { state } = this;
    const { nowMs } = state;
    const address = normalAddress(signer);
    if (expiresAfter !== undefined && expiresAfter < nowMs) {
      const late = state.accounts.ownerOf.get(address) ?? this.account(address);
      if (late !== undefined) late.requests += Actions.weight(action) * EXPIRED_WEIGHT;
      return fail(reject('actionExpired', { expiresAfter, now: nowMs }));
    }
    const account = state.accounts.ownerOf.get(address) ?? this.account(address) ?? this.grant(address);
    if (account === undefined || account.background) return fail(reject('unknownAccount', { address }));
    const refused = this.actions.throttle(account, action) ?? state.accounts.nonceWindow(address).use(nonce, nowMs);
    if (refused !== undefined) return fail(refused);
    account.requests += Actions.weight(action);
    return this.actions.run(account, action);
  }

  /** Opens a client account on its first use, where the configuration lets it. */
  private grant(address: string): Account | undefined {
    const { openAccountsGrant } = this.config;
    if (openAccountsGrant === undefined) return undefined;
    this.deposit(address, openAccountsGrant, false);
    return this.account(address);
  }

  private deposit(address: string, amount: string, background: boolean): CommandResult {
    const micro = parseFixed(amount, USD_DECIMALS);
    if (micro === undefined) return fail(reject('invalidAmount', { amount: amount.slice(0, 64) }));
    const account = this.state.accounts.open(address, background);
    if (isReject(account)) return fail(account);
    this.transfer(account, 'deposit', micro);
    return DONE;
  }

  private withdraw(address: string, amount: string): CommandResult {
    const micro = parseFixed(amount, USD_DECIMALS);
    if (micro === undefined) return fail(reject('invalidAmount', { amount: amount.slice(0, 64) }));
    const account = this.account(address);
    if (account === undefined || account.background) return fail(reject('unknownAccount', { address }));
    const free = parseFixed(this.clearinghouse(address).withdrawable, USD_DECIMALS) ?? 0n;
    if (micro > free) return fail(reject('notWithdrawable', { amount, withdrawable: usdText(free) }));
    this.transfer(account, 'withdraw', micro);
    return DONE;
  }

  private transfer(account: Account, type: UserTransfer['type'], micro: bigint): void {
    const signed = type === 'deposit' ? micro : -micro;
    account.cash += signed;
    this.state.deposits += signed;
    if (account.background) return;
    // Two transfers of one account in one millisecond need two hashes.
    const hash = hashOf(this.state.nowMs * TRANSFERS_KEPT + (account.transfers.length % TRANSFERS_KEPT));
    account.transfers.push({ type, timeMs: this.state.nowMs, usdc: usdText(micro), hash });
  }

  private quote({ account, slot, isBuy, ticks, lots }: BodyOf<'quote'>, market: AssetMarket): CommandResult {
    const maker = this.account(account);
    if (maker === undefined) return fail(reject('unknownAccount', { address: account }));
    const old = maker.slots.get(slot);
    if (old !== undefined && old.handle > 0) this.trading.cancel(old, 'canceled');
    maker.slots.delete(slot);
    if (lots === 0) return DONE;
    const outcome = this.trading.enter(
      maker,
      { market, isBuy, ticks, lots, reduceOnly: false, tif: 'Gtc', cloid: undefined },
      lots,
    );
    const order = outcome.kind === 'error' ? undefined : this.trading.live.get(outcome.oid);
    if (order !== undefined) maker.slots.set(slot, order);
    return DONE;
  }

  private take({ account, isBuy, ticks, lots }: BodyOf<'take'>, market: AssetMarket): CommandResult {
    const taker = this.account(account);
    if (taker === undefined) return fail(reject('unknownAccount', { address: account }));
    this.trading.enter(taker, { market, isBuy, ticks, lots, reduceOnly: false, tif: 'Ioc', cloid: undefined }, lots);
    return DONE;
  }

  private setStatus({ asset, status, reason }: BodyOf<'status'>, market: AssetMarket): CommandResult {
    if (status === 'delisted') this.cancelAllOf(market, 'delistedCanceled');
    market.status = status;
    market.statusReason = reason;
    this.state.emit({ type: 'status', asset, status, reason, timeMs: this.state.nowMs });
    this.state.contextChanged(asset);
    return DONE;
  }

  private forceFill({ account, oid, share }: BodyOf<'force_fill'>): CommandResult {
    const order = this.account(account)?.orders.get(oid);
    if (order === undefined) return fail(reject('missingOrder'));
    const lots = shareOf(order.lots, share, order.instrument.lotStep);
    if (typeof lots !== 'number') return fail(lots);
    this.trading.forceFill(order, lots);
    return DONE;
  }

  private forceClose(command: BodyOf<'force_close'>, market: AssetMarket): CommandResult {
    const account = this.account(command.account);
    if (account === undefined) return fail(reject('unknownAccount', { address: command.account }));
    const held = Math.abs(account.positions.get(command.asset)?.lots ?? 0);
    if (held === 0) return fail(reject('nothingToClose'));
    const lots = shareOf(held, command.share, market.instrument.lotStep);
    if (typeof lots !== 'number') return fail(lots);
    // Before it takes the position, a venue takes the margin back that open orders hold.
    if (command.cause === 'liquidation') this.trading.cancelAll(account, 'liquidatedCanceled');
    this.trading.forceClose(account, market, lots, command.cause);
    return DONE;
  }

  private massCancel(address: string | undefined): CommandResult {
    const one = address === undefined ? undefined : this.account(address);
    if (address !== undefined && one === undefined) return fail(reject('unknownAccount', { address }));
    for (const account of one === undefined ? this.state.accounts.byAddress.values() : [one])
      if (!account.background) this.trading.cancelAll(account, 'canceled');
    return DONE;
  }

  private cancelAllOf({ instrument }: AssetMarket, status: OrderStatus): void {
    for (const account of this.state.accounts.byAddress.values()) {
      if (account.background) continue;
      for (const order of [...account.orders.values()])
        if (order.instrument === instrument) this.trading.cancel(order, status);
    }
  }

  private changeInstrument(command: BodyOf<'instrument'>, { instrument }: AssetMarket): CommandResult {
    const { szDecimals = instrument.orderDecimals, significantFigures = instrument.significantFigures } = command;
    if (!Number.isInteger(szDecimals) || szDecimals < 0 || szDecimals > instrument.szDecimals)
      return fail(reject('invalidSize'));
    if (!Number.isInteger(significantFigures) || significantFigures < 1 || significantFigures > SIGNIFICANT_FIGURES)
      return fail(reject('invalidPrice'));
    instrument.lotStep = 10 ** (instrument.szDecimals - szDecimals);
    instrument.significantFigures = significantFigures;
    this.state.contextChanged(command.asset);
    return DONE;
  }

  private runRecorded(command: BodyOf<'levels' | 'print'>, { book }: AssetMarket): CommandResult {
    if (!(book instanceof QueuePositionBook)) return fail(reject('wrongBook', { asset: command.asset }));
    if (command.type === 'print') book.print(command.isBuy ? BUY : SELL, command.ticks, command.lots);
    else {
      const levels = command.updates.map(
        ({ isBid, ticks, lots }) => ({ side: isBid ? BUY : SELL, tick: ticks, quantity: lots }) as const,
      );
      if (command.reset) book.replace(levels);
      else for (const { side, tick, quantity } of levels) book.setLevel(side, tick, quantity);
      this.state.bookChanged(command.asset);
    }
    this.trading.afterMatching();
    return DONE;
  }
}

/** `share` of `lots` in whole steps, at least one; all of it where the rest would be less than a step. */
function shareOf(lots: number, share: number, step: number): number | Reject {
  if (!(share > 0 && share <= 1)) return reject('invalidShare', { share });
  return Math.min(lots, Math.max(step, Math.floor((lots * share) / step) * step));
}

function within<T extends { readonly timeMs: number }>(
  rows: readonly T[],
  startMs: number,
  endMs: number,
  most: number,
): T[] {
  return rows.filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs).slice(0, most);
}
