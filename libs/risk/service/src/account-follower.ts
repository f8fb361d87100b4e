import { type AccountId, type Clock, Fault, type Fill, type Timer, type Timers } from '@argosy/domain';
import {
  type AccountEvent,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  type AccountExposure,
  type AccountObservation,
  exposurePageCodec,
  exposureRequestCodec,
  subjects,
} from '@argosy/contracts';
import { type Logger, type MessageBus, SequenceGuard } from '@argosy/platform-port';
import type { Exposure } from '@argosy/risk-core';
import type { RiskSettings } from './risk-settings.js';

const REFILL_PAGE = 500;
const REQUEST_TIMEOUT_MS = 2_000;
const SYNC_RETRY_MS = 500;
const RESYNC_INTERVAL_MS = 5_000;
/** Facts held back while a gap is being refilled; beyond it the account starts over from a snapshot. */
const HELD_LIMIT = 10_000;

interface Followed {
  ready: boolean;
  refilling: boolean;
  /** The leadership whose facts are followed; 0 before the first. */
  epoch: number;
  retry?: Timer;
  held: AccountEvent[];
  observation?: { readonly value: AccountObservation; readonly atMonotonicMs: number };
}

/** Told in the same tick, after exposure knows. */
export interface FollowerListener {
  /** The account was set anew from a snapshot. */
  readonly restored: (account: AccountId) => void;
  readonly observed: (account: AccountId, observation: AccountObservation) => void;
  readonly filled: (fill: Fill) => void;
}

/**
 * Keeps exposure true to execution's facts. It starts from a snapshot at a sequence, takes each fact once in order, fills
 * gaps by asking, and calls an account ready only while it knows everything (I-18, I-42).
 */
export class AccountFollower {
  private readonly guard: SequenceGuard;
  private readonly accounts = new Map<AccountId, Followed>();
  private stopped = false;

  constructor(
    private readonly settings: RiskSettings,
    private readonly exposure: Exposure,
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly listener: FollowerListener,
  ) {
    this.guard = new SequenceGuard(settings.accounts.size);
    for (const [account, { kind }] of settings.accounts) {
      exposure.setAccount(account, kind);
      this.accounts.set(account, { ready: false, refilling: false, epoch: 0, held: [] });
    }
  }

  start(): void {
    for (const account of this.accounts.keys()) void this.synchronise(account);
    this.timers.every(RESYNC_INTERVAL_MS, () => {
      for (const [account, { ready }] of this.accounts) if (!ready) void this.synchronise(account);
    });
  }

  stop(): void {
    this.stopped = true;
  }

  /** After a reconnection: whatever was sent meanwhile is a gap. */
  refillAll(): void {
    for (const account of this.accounts.keys()) void this.refill(account);
  }

  isReady(account: AccountId): boolean {
    return this.accounts.get(account)?.ready ?? false;
  }

  observation(account: AccountId): { readonly value: AccountObservation; readonly ageMs: number } | undefined {
    const seen = this.accounts.get(account)?.observation;
    return seen === undefined ? undefined : { value: seen.value, ageMs: this.clock.monotonicMs() - seen.atMonotonicMs };
  }

  take(event: AccountEvent): void {
    const followed = this.accounts.get(event.accountId);
    if (followed === undefined) return;
    if (!followed.ready && !followed.refilling) return;
    if (followed.refilling) {
      this.hold(event, followed);
      return;
    }
    // Of a leader that is none any more: what of it is durable the next one's snapshot holds, under numbers of its own.
    if (event.epoch < followed.epoch) return;
    if (event.epoch > followed.epoch) return this.newEpoch(event, followed);
    const place = this.guard.offer(event.accountId, event.sequence);
    if (place.kind === 'in_order') this.apply(event, followed);
    if (place.kind === 'gap') {
      this.hold(event, followed);
      void this.refill(event.accountId);
    }
  }

  /**
   * A new leader counts on from what was durable: numbers that we took from its predecessor's memory may come again with
   * another meaning, so everything starts over from a snapshot.
   */
  private newEpoch(event: AccountEvent, followed: Followed): void {
    followed.epoch = event.epoch;
    followed.ready = false;
    void this.synchronise(event.accountId);
    this.hold(event, followed);
  }

  /** Whether every fact up to the sequence has been taken; asks for what is missing when not. */
  hasAll(account: AccountId, sequence: bigint): boolean {
    const followed = this.accounts.get(account);
    if (followed === undefined || !followed.ready || followed.refilling) return false;
    if (this.guard.last(account) >= sequence) return true;
    void this.refill(account);
    return false;
  }

  private hold(event: AccountEvent, followed: Followed): void {
    followed.held.push(event);
    if (followed.held.length <= HELD_LIMIT) return;
    followed.held = [];
    followed.ready = false;
  }

  private apply({ fact, accountId }: AccountEvent, followed: Followed): void {
    switch (fact.kind) {
      case 'order_changed':
        this.exposure.follow(fact.order);
        return;
      case 'order_filled':
        this.exposure.fill(fact.fill);
        if (fact.order !== undefined) this.exposure.follow(fact.order);
        this.listener.filled(fact.fill);
        return;
      case 'observed':
        this.observe(accountId, fact.observation, followed);
        return;
      case 'funding_paid':
      case 'position_unexplained':
        return;
    }
  }

  private observe(account: AccountId, value: AccountObservation, followed: Followed): void {
    followed.observation = { value, atMonotonicMs: this.clock.monotonicMs() };
    this.listener.observed(account, value);
  }

  private async synchronise(account: AccountId): Promise<void> {
    const followed = this.accounts.get(account);
    if (followed === undefined || followed.refilling || this.stopped) return;
    followed.refilling = true;
    try {
      const snapshot = await this.askExposure(account);
      if (snapshot !== undefined) this.restore(snapshot, followed);
    } finally {
      followed.refilling = false;
    }
    this.replayHeld(followed);
    if (followed.ready || this.stopped) return;
    followed.retry?.cancel();
    followed.retry = this.timers.after(SYNC_RETRY_MS, () => void this.synchronise(account));
  }

  private restore(snapshot: AccountExposure, followed: Followed): void {
    this.exposure.restore(snapshot.accountId, snapshot.observed?.positions ?? [], snapshot.openOrders);
    this.guard.resume(snapshot.accountId, snapshot.sequence);
    followed.epoch = Math.max(followed.epoch, snapshot.epoch);
    this.listener.restored(snapshot.accountId);
    if (snapshot.observed !== undefined) {
      this.observe(snapshot.accountId, snapshot.observed, followed);
    }
    followed.ready = snapshot.ready && snapshot.observed !== undefined;
    if (followed.ready)
      this.logger.info('account_followed', { account: snapshot.accountId, sequence: String(snapshot.sequence) });
  }

  /**
   * The account as execution sees it now, or undefined while it does not answer. A deposed leader that has just woken up may
   * answer first, with numbers that were never durable: its word is none.
   */
  async askExposure(account: AccountId): Promise<AccountExposure | undefined> {
    try {
      const answer = await this.bus.request(
        subjects.orderExposure,
        exposureRequestCodec,
        exposurePageCodec,
        { accountId: account },
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
      const exposure = answer.ok ? answer.value[0] : undefined;
      const epoch = this.accounts.get(account)?.epoch ?? 0;
      return exposure === undefined || exposure.epoch < epoch ? undefined : exposure;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return undefined;
    }
  }

  private async refill(account: AccountId): Promise<void> {
    const followed = this.accounts.get(account);
    if (followed === undefined || followed.refilling || !followed.ready) return;
    followed.refilling = true;
    try {
      if (!(await this.refillPages(account, followed))) followed.ready = false;
    } finally {
      followed.refilling = false;
    }
    this.replayHeld(followed);
    if (!this.isReady(account)) void this.synchronise(account);
  }

  /** False when execution did not answer: then the account is unknown until a new snapshot. */
  private async refillPages(account: AccountId, followed: Followed): Promise<boolean> {
    try {
      for (;;) {
        const fromSequence = this.guard.last(account) + 1n;
        const ask = { accountId: account, fromSequence, limit: REFILL_PAGE };
        const answer = await this.bus.request(
          subjects.orderEvents,
          accountEventsRequestCodec,
          accountEventsPageCodec,
          ask,
          { timeoutMs: REQUEST_TIMEOUT_MS },
        );
        if (!answer.ok) return false;
        for (const event of answer.value.events) {
          if (this.guard.offer(account, event.sequence).kind === 'in_order') this.apply(event, followed);
        }
        if (answer.value.events.length < REFILL_PAGE) return true;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('refill_failed', { account, reason: error.message });
      return false;
    }
  }

  private replayHeld(followed: Followed): void {
    const held = followed.held;
    followed.held = [];
    if (!followed.ready) return;
    const [first] = held;
    if (first !== undefined && first.sequence > this.guard.last(first.accountId) + 1n) {
      // Execution could not give what lies before: asking again for ever would change nothing, a snapshot does.
      followed.ready = false;
      return;
    }
    for (const event of held) this.take(event);
  }
}
