import {
  type AccountId,
  accountId,
  type Amount,
  type Clock,
  Fault,
  format,
  IdFormatError,
  type ModeCause,
  modeCause,
  ok,
  parseAmount,
  type Refusal,
  refusal,
  refused,
  type Result,
  roundTo,
  toApproximateNumber,
} from '@argosy/domain';
import type { AccountObservation, BeginLosses } from '@argosy/contracts';
import type { Logger } from '@argosy/platform-port';
import {
  beginMarks,
  type EquityPoint,
  judgeLosses,
  type LossBreach,
  type LossFigures,
  lossFigures,
  type LossMemory,
  type MarksSettings,
  observeEquity,
  type RiskStore,
  valueAtRiskUsd,
} from '@argosy/risk-core';
import type { Alerts } from './alerts.js';
import { namedPerson } from './named-person.js';
import type { RiskMetrics } from './risk.metrics.js';
import type { RiskSettings } from './risk-settings.js';

export interface LossPorts {
  readonly store: RiskStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alerts: Alerts;
  readonly metrics: RiskMetrics;
}

/** One account's losses, for the summary. */
export interface LossView extends LossFigures {
  readonly equity: Amount;
  readonly valueAtRisk: Amount | undefined;
}

/** To a thousandth of a percent. */
const PERCENT_STEP = parseAmount('0.001');
const percent = (share: Amount): string => `${format(roundTo((share * 100n) as Amount, PERCENT_STEP, 'down'))} %`;

/**
 * Follows every account's equity against the loss limits (RK-2). What a limit led to holds until a named person begins the
 * marks anew (I-21); an account whose equity nobody knows takes on nothing new.
 */
export class LossKeeper {
  private readonly memories = new Map<AccountId, LossMemory>();
  private readonly breached = new Map<AccountId, readonly LossBreach[]>();
  private readonly seenAtMs = new Map<AccountId, number>();
  private readonly saving = new Map<AccountId, { again: boolean }>();
  private readonly marks: MarksSettings;
  private epoch = 0;

  /** @param kill shuts the whole fleet; called again with each look while a limit that kills is passed. */
  constructor(
    private readonly settings: RiskSettings,
    private readonly ports: LossPorts,
    private readonly kill: (killId: string, reason: string) => void,
  ) {
    const { varIntervalMs, varReturnsMax } = settings.limits;
    this.marks = { sampleIntervalMs: varIntervalMs, samplesMax: varReturnsMax + 1 };
  }

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    for (const [account, memory] of await this.ports.store.lossMemories()) {
      if (this.settings.accounts.has(account)) this.memories.set(account, memory);
    }
  }

  /** Synchronous: whatever it leads to holds before the next order is judged. */
  observed(account: AccountId, observation: AccountObservation): void {
    const { equity, netTransfers, venueTimeNs } = observation;
    const before = this.memories.get(account);
    // Not stated, transfers are as last known: taken for none, a deposit of last week would be a profit of today.
    const known = before === undefined ? 0n : before.marks.last.equity - before.marks.last.net;
    const point: EquityPoint = { at: venueTimeNs, equity, net: (equity - (netTransfers ?? known)) as Amount };
    this.seenAtMs.set(account, this.ports.clock.monotonicMs());
    const marks = observeEquity(before?.marks, point, this.marks);
    this.memories.set(account, { marks, stop: before?.stop });
    this.judge(account);
    void this.save(account);
  }

  private judge(account: AccountId): void {
    const memory = this.memories.get(account);
    if (memory === undefined) return;
    const figures = lossFigures(memory.marks);
    const breaches = judgeLosses(figures, this.settings.limits.loss);
    const known = new Set(this.breached.get(account)?.map(({ rule }) => rule.kind));
    this.breached.set(account, breaches);
    for (const breach of breaches) this.act(account, breach, !known.has(breach.rule.kind));
    this.report(account, figures);
  }

  private act(account: AccountId, { rule, loss, limit }: LossBreach, isNew: boolean): void {
    const live = this.settings.accounts.get(account)?.kind === 'live';
    const text = `${account} lost ${percent(loss)} (${rule.measure}), the limit is ${percent(limit)}`;
    if (isNew) {
      const severity = rule.effect === 'kill' && !live ? 'page' : rule.effect;
      this.ports.alerts.raise({ kind: rule.kind, severity, accountId: account, text });
    }
    if (rule.effect === 'page') this.hold(account, 'reduce_only', rule.kind, text);
    if (rule.effect !== 'kill') return;
    // A loss on paper is no reason to stop the money.
    if (live) this.kill(`loss-${account}-${rule.kind}-${String(this.ports.clock.now())}`, text);
    else this.hold(account, 'cancel_only', rule.kind, text);
  }

  private hold(account: AccountId, mode: 'reduce_only' | 'cancel_only', kind: string, reason: string): void {
    const memory = this.memories.get(account);
    if (memory === undefined || memory.stop?.mode === mode || memory.stop?.mode === 'cancel_only') return;
    this.memories.set(account, { ...memory, stop: { mode, kind, reason, at: this.ports.clock.now() } });
  }

  /** One write at a time an account, the newest wins; one that fails is made good with the next look. */
  private async save(account: AccountId): Promise<void> {
    const running = this.saving.get(account);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: true };
    this.saving.set(account, state);
    try {
      while (state.again) {
        state.again = false;
        const memory = this.memories.get(account);
        if (memory !== undefined) await this.ports.store.saveLosses(account, memory, this.epoch);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.error('losses_not_stored', { account, reason: error.message });
    } finally {
      this.saving.delete(account);
    }
  }

  /** Why the account may do less than its fleet. */
  causes(account: AccountId): readonly ModeCause[] {
    const stop = this.memories.get(account)?.stop;
    return [
      this.known(account) ? undefined : modeCause('loss_limit', 'unknown'),
      stop === undefined
        ? undefined
        : modeCause('loss_limit', stop.mode === 'reduce_only' ? 'breached' : 'exhausted', stop.reason),
    ].filter((cause) => cause !== undefined);
  }

  private known(account: AccountId): boolean {
    const seenAt = this.seenAtMs.get(account);
    return seenAt !== undefined && this.ports.clock.monotonicMs() - seenAt <= this.settings.limits.equityAgeMsMax;
  }

  /** Why a kill may not be lifted yet: it would kill again with the next look. */
  resumeRefusal(): Refusal | undefined {
    for (const [account, breaches] of this.breached) {
      if (this.settings.accounts.get(account)?.kind !== 'live') continue;
      const breach = breaches.find(({ rule }) => rule.effect === 'kill');
      if (breach === undefined) continue;
      const { rule, loss, limit } = breach;
      const mend = 'begin the loss marks of the account anew, or wait until the measure has passed';
      return refusal('loss_limit_breached', {
        account,
        rule: rule.kind,
        loss: percent(loss),
        limit: percent(limit),
        mend,
      });
    }
    return undefined;
  }

  /** A named person takes what was lost for lost: the marks begin at the present equity (I-21). */
  async begin(message: BeginLosses): Promise<Result<Record<string, never>, Refusal>> {
    const no = namedPerson(message);
    if (no !== undefined) return refused(no);
    const account = this.accountOf(message.accountId);
    const memory = account === undefined ? undefined : this.memories.get(account);
    if (account === undefined || memory === undefined) {
      return refused(refusal('account_unknown', { account: message.accountId }));
    }
    if (!this.known(account)) return refused(refusal('equity_unknown', { account }));
    const { last, samples } = memory.marks;
    const anew: LossMemory = { marks: { ...beginMarks(last, last.at), samples }, stop: undefined };
    const { actor, reason } = message;
    const change = { actor, reason, at: this.ports.clock.now(), epoch: this.epoch };
    try {
      await this.ports.store.beginLosses(account, anew, change);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    // What was seen while the store wrote counts from the new beginning.
    const seen = this.memories.get(account)?.marks.last ?? last;
    this.memories.set(account, { marks: observeEquity(anew.marks, seen, this.marks), stop: undefined });
    this.judge(account);
    this.ports.logger.warning('losses_begun', { account, actor, reason, equity: format(last.equity) });
    return ok({});
  }

  private accountOf(text: string): AccountId | undefined {
    try {
      const account = accountId(text);
      return this.settings.accounts.has(account) ? account : undefined;
    } catch (error) {
      if (!(error instanceof IdFormatError)) throw error;
      return undefined;
    }
  }

  view(account: AccountId): LossView | undefined {
    const marks = this.memories.get(account)?.marks;
    if (marks === undefined || !this.known(account)) return undefined;
    const { equity } = marks.last;
    return {
      ...lossFigures(marks),
      equity,
      valueAtRisk: valueAtRiskUsd(marks.samples, equity, this.settings.limits.varReturnsMin),
    };
  }

  private report(account: AccountId, { hourly, daily, drawdown }: LossFigures): void {
    const { lossRatio } = this.ports.metrics;
    lossRatio.set({ account, kind: 'hourly' }, -toApproximateNumber(hourly));
    lossRatio.set({ account, kind: 'daily' }, -toApproximateNumber(daily));
    lossRatio.set({ account, kind: 'drawdown' }, toApproximateNumber(drawdown));
  }
}
