/** What happens because time passes: scheduled cancels, premium samples and funding, each at its own moment. */
import { format, type Amount } from '@argosy/domain';
import type { Account } from './account/account.js';
import { dayOf } from './account/fee-schedule.js';
import { fundingOf, usdText } from './account/money.js';
import { valueAt } from './account/position.js';
import type { ExchangeState } from './exchange-state.js';
import type { AssetMarket } from './market/asset-market.js';
import type { Trading } from './order/trading.js';

const FUNDING_HASH = `0x${'0'.repeat(64)}`;

/** A rate at the domain's scale as text with at least one place, as the venue prints it. */
export function rateText(rate: bigint): string {
  const text = format(rate as Amount);
  return text.includes('.') ? text : `${text}.0`;
}

export class Clockwork {
  constructor(
    private readonly state: ExchangeState,
    private readonly trading: Trading,
  ) {}

  nextDueMs(): number {
    const { state } = this;
    const { funding } = state.config;
    let due = Math.min(state.fundedMs + funding.intervalMs, state.sampledMs + funding.premiumSampleMs);
    for (const account of state.scheduled) due = Math.min(due, account.scheduledMs!);
    return due;
  }

  /** Brings the exchange to `timeMs`; an earlier time changes nothing. */
  advanceTo(timeMs: number): void {
    const { state } = this;
    if (timeMs <= state.nowMs) return;
    if (state.nowMs === 0) this.begin(timeMs);
    for (let due = this.nextDueMs(); due <= timeMs; due = this.nextDueMs()) {
      state.nowMs = Math.max(state.nowMs, due);
      this.runScheduled();
      this.runFunding(timeMs);
    }
    state.nowMs = timeMs;
  }

  /** The first command sets the clock: nothing is owed for the time before. */
  private begin(timeMs: number): void {
    const { state } = this;
    const { funding } = state.config;
    state.fundedMs = timeMs - (timeMs % funding.intervalMs);
    state.sampledMs = timeMs - (timeMs % funding.premiumSampleMs);
    state.nowMs = timeMs;
  }

  private runScheduled(): void {
    const { state } = this;
    for (const account of [...state.scheduled]) {
      if (account.scheduledMs! > state.nowMs) continue;
      account.scheduledMs = undefined;
      state.scheduled.delete(account);
      const today = dayOf(state.nowMs);
      account.triggers = account.triggerDayMs === today ? account.triggers + 1 : 1;
      account.triggerDayMs = today;
      this.trading.cancelAll(account, 'scheduledCancel');
    }
  }

  private runFunding(untilMs: number): void {
    const { state } = this;
    const { intervalMs, premiumSampleMs } = state.config.funding;
    if (state.sampledMs + premiumSampleMs <= state.nowMs) {
      // After a long sleep one sample stands for all that were missed: the book did not change meanwhile.
      const until = Math.max(state.nowMs, Math.min(untilMs, state.fundedMs + intervalMs));
      const samples = Math.floor((until - state.sampledMs) / premiumSampleMs);
      state.sampledMs += samples * premiumSampleMs;
      for (const market of state.markets) {
        market.samplePremium(samples);
        state.contextChanged(market.instrument.asset);
      }
    }
    if (state.fundedMs + intervalMs > state.nowMs) return;
    state.fundedMs += intervalMs;
    for (const market of state.markets) this.pay(market);
  }

  private pay(market: AssetMarket): void {
    const { state } = this;
    const zero = state.config.funding.mode === 'zero';
    const premium = zero ? 0n : market.averagePremium();
    const rate = zero ? 0n : market.currentRate();
    market.premiumSum = 0n;
    market.premiumSamples = 0;
    const { name, asset } = market.instrument;
    const view = { coin: name, fundingRate: rateText(rate), premium: rateText(premium), timeMs: state.nowMs };
    market.fundingRates.push(view);
    state.emit({ type: 'funding_rate', asset, rate: view });
    if (rate === 0n) return;
    let paid = 0n;
    for (const account of state.accounts.byAddress.values()) paid += this.payAccount(account, market, rate);
    // Every payment was rounded down, so what all of them sum to is never above zero.
    state.fundingRounding -= paid;
  }

  private payAccount(account: Account, market: AssetMarket, rate: bigint): bigint {
    const { instrument } = market;
    const position = account.positions.get(instrument.asset);
    if (position === undefined || position.lots === 0) return 0n;
    const received = fundingOf(valueAt(position, market.oracleTicks), rate);
    account.cash += received;
    position.fundingAllTime -= received;
    position.fundingSinceOpen -= received;
    position.fundingSinceChange -= received;
    if (account.background) return received;
    const payment = {
      coin: instrument.name,
      asset: instrument.asset,
      timeMs: this.state.nowMs,
      fundingRate: rateText(rate),
      szi: instrument.szText(position.lots),
      usdc: usdText(received),
      hash: FUNDING_HASH,
    };
    account.fundings.push(payment);
    this.state.emit({ type: 'funding', account: account.address, payment });
    return received;
  }
}
