/** What signed requests ask, one function each. */
import type { ExchangeAction, ModifySpec, OrderSpec } from '../api/command.js';
import type { CancelOutcome, CommandResult, OrderOutcome } from '../api/outcome.js';
import { type Reject, reject } from '../api/reject.js';
import type { Account } from '../account/account.js';
import { dayOf } from '../account/fee-schedule.js';
import { accountValue, initialMargin, totalInitialMargin } from '../account/margin.js';
import { parseFixed, USD_DECIMALS, usdText } from '../account/money.js';
import type { ExchangeState } from '../exchange-state.js';
import { REQUESTS_BASE } from '../views.js';
import { admitOrder, isReject, parseOrder } from './order-check.js';
import type { Trading } from './trading.js';
import type { VenueOrder } from './venue-order.js';

/** Entries of one request. */
export const BATCH_MAX = 1_000;
const SCHEDULE_AHEAD_MS_MIN = 5_000;
const TRIGGERS_A_DAY_MAX = 10;
/** Cancels may go on beyond the cap of other requests by this many, or by as many again. */
const CANCELS_EXTRA = 100_000;
/** An account beyond its cap is let through this often. */
const THROTTLED_EVERY_MS = 10_000;
const MICRO = 1_000_000n;

export const fail = ({ code, message }: Reject): CommandResult => ({ ok: false, code, message });
export const DONE: CommandResult = { ok: true, response: { type: 'default' } };

export class Actions {
  constructor(
    private readonly state: ExchangeState,
    private readonly trading: Trading,
  ) {}

  /** How many requests an action counts as: a batch counts once for each entry. */
  static weight(action: ExchangeAction): number {
    if (action.type === 'order') return action.orders.length;
    if (action.type === 'cancel' || action.type === 'cancelByCloid') return action.cancels.length;
    return action.type === 'batchModify' ? action.modifies.length : 1;
  }

  /** Why an account that sent more than its volume earns must wait; cancels have more room. */
  throttle(account: Account, action: ExchangeAction): Reject | undefined {
    const { config, nowMs } = this.state;
    if (!config.addressLimits) return undefined;
    const earned = REQUESTS_BASE + Number(account.volume / MICRO);
    const isCancel = action.type === 'cancel' || action.type === 'cancelByCloid';
    const cap = isCancel ? Math.min(earned + CANCELS_EXTRA, earned * 2) : earned;
    if (account.requests < cap) return undefined;
    if (account.throttledMs + THROTTLED_EVERY_MS > nowMs)
      return reject('tooManyRequests', { used: account.requests, cap, volume: usdText(account.volume) });
    account.throttledMs = nowMs;
    return undefined;
  }

  run(account: Account, action: ExchangeAction): CommandResult {
    switch (action.type) {
      case 'order':
        return batch(action.orders, (orders) => ({
          type: 'order',
          outcomes: orders.map((order) => this.place(account, order)),
        }));
      case 'cancel':
        return batch(action.cancels, (cancels) => ({
          type: 'cancel',
          outcomes: cancels.map(({ asset, oid }) => this.cancel(account.orders.get(oid), asset)),
        }));
      case 'cancelByCloid':
        return batch(action.cancels, (cancels) => ({
          type: 'cancel',
          outcomes: cancels.map(({ asset, cloid }) => this.cancel(account.cloids.get(cloid.toLowerCase()), asset)),
        }));
      case 'modify': {
        const outcome = this.modify(account, action);
        return outcome.kind === 'error' ? { ok: false, code: outcome.code, message: outcome.message } : DONE;
      }
      case 'batchModify':
        return batch(action.modifies, (all) => ({
          type: 'order',
          outcomes: all.map((one) => this.modify(account, one)),
        }));
      case 'scheduleCancel':
        return this.scheduleCancel(account, action.time);
      case 'updateLeverage':
        return this.updateLeverage(account, action);
      case 'approveAgent': {
        const refused = this.state.accounts.approveAgent(account, action.agentAddress, action.agentName ?? '');
        return refused === undefined ? DONE : fail(refused);
      }
      case 'noop':
        return DONE;
    }
  }

  private place(account: Account, spec: OrderSpec): OrderOutcome {
    const parsed = parseOrder(this.state, spec);
    if (isReject(parsed)) return this.error(parsed, spec.asset);
    const lots = admitOrder(this.state, account, parsed);
    const outcome =
      typeof lots === 'number'
        ? this.trading.enter(account, parsed, lots)
        : this.trading.refuseParsed(account, parsed, lots);
    return outcome.kind === 'error' ? this.error(outcome, spec.asset) : outcome;
  }

  /** A refused modification leaves the old order as it was; an accepted one gives it a new id and a new place. */
  private modify(account: Account, { oid, order: spec }: ModifySpec): OrderOutcome {
    const old = typeof oid === 'number' ? account.orders.get(oid) : account.cloids.get(oid.toLowerCase());
    if (old === undefined) return this.error(reject('modifyMissingOrder'), spec.asset);
    const parsed = parseOrder(this.state, spec);
    if (isReject(parsed)) return this.error(parsed, spec.asset);
    const lots = admitOrder(this.state, account, parsed, old);
    if (typeof lots !== 'number') return this.error(lots, spec.asset);
    this.trading.cancel(old, 'canceled');
    const outcome = this.trading.enter(account, parsed, lots);
    return outcome.kind === 'error' ? this.error(outcome, spec.asset) : outcome;
  }

  private cancel(order: VenueOrder | undefined, asset: number): CancelOutcome {
    if (order === undefined || order.instrument.asset !== asset) return this.error(reject('missingOrder'), asset);
    this.trading.cancel(order, 'canceled');
    return { kind: 'success' };
  }

  private error({ code, message }: Reject, asset: number): { kind: 'error' } & Reject {
    return {
      kind: 'error',
      code,
      message: this.state.config.assetInErrors ? `${message} asset=${String(asset)}` : message,
    };
  }

  private scheduleCancel(account: Account, time: number | undefined): CommandResult {
    const { state } = this;
    if (time === undefined) {
      account.scheduledMs = undefined;
      state.scheduled.delete(account);
      return DONE;
    }
    const required = parseFixed(state.config.scheduleCancelVolume, USD_DECIMALS) ?? 0n;
    if (account.volume < required) {
      return fail(
        reject('scheduleVolume', { required: state.config.scheduleCancelVolume, traded: usdText(account.volume) }),
      );
    }
    if (!Number.isSafeInteger(time) || time < state.nowMs + SCHEDULE_AHEAD_MS_MIN)
      return fail(reject('scheduleTooEarly'));
    if (account.triggerDayMs === dayOf(state.nowMs) && account.triggers >= TRIGGERS_A_DAY_MAX) {
      return fail(reject('scheduleLimit', { max: TRIGGERS_A_DAY_MAX }));
    }
    account.scheduledMs = time;
    state.scheduled.add(account);
    return DONE;
  }

  private updateLeverage(account: Account, action: Extract<ExchangeAction, { type: 'updateLeverage' }>): CommandResult {
    const market = this.state.markets[action.asset];
    if (market === undefined) return fail(reject('unknownAsset', { asset: action.asset }));
    if (!action.isCross) return fail(reject('isolatedUnsupported'));
    const { maxLeverage, asset } = market.instrument;
    if (!Number.isInteger(action.leverage) || action.leverage < 1 || action.leverage > maxLeverage)
      return fail(reject('invalidLeverage'));
    const position = account.position(asset, maxLeverage);
    const needed =
      totalInitialMargin(account, this.state.markets, asset) +
      initialMargin(position, market.markTicks, 0n, 0n, action.leverage);
    if (action.leverage < position.leverage && needed > accountValue(account, this.state.markets))
      return fail(reject('leverageMargin'));
    position.leverage = action.leverage;
    return DONE;
  }
}

function batch<T>(
  entries: readonly T[],
  run: (entries: readonly T[]) => Extract<CommandResult, { ok: true }>['response'],
): CommandResult {
  if (entries.length === 0) return fail(reject('emptyBatch'));
  if (entries.length > BATCH_MAX) return fail(reject('batchTooLarge', { max: BATCH_MAX }));
  return { ok: true, response: run(entries) };
}
