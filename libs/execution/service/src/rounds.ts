import { Fault, type Timer } from '@argosy/domain';
import type { AccountDesk } from './account-desk.js';
import type { AccountPorts } from './account-ports.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
import type { MeteredVenue } from './metered-venue.js';

const DOUBT_TICK_MS = 250;
const CLOCK_TICK_MS = 1_000;
const ALLOWANCE_EVERY_MS = 60_000;
/** Sweeps of fills for one of open orders, and of funding. */
const ORDERS_EVERY_SWEEPS = 6;
const FUNDING_EVERY_SWEEPS = 12;
const INSTRUMENT_REFRESH_MS = 60_000;

/** What is done for an account again and again, each thing at its own pace. */
export class Rounds {
  private readonly timers: Timer[] = [];

  constructor(
    private readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    private readonly ports: AccountPorts,
    private readonly venue: MeteredVenue,
  ) {}

  /** The venue's clock, as soon as the venue answers. */
  watchClock(tick: () => void): void {
    this.every(CLOCK_TICK_MS, tick);
  }

  /** Halts, health and the dead-man switch, from the moment of leadership on. */
  watchSafety(tick: () => void): void {
    this.every(DOUBT_TICK_MS, tick);
    tick();
  }

  /** Reading back what the venue knows, once the account is ready. */
  readBack({ intake, sweeper }: AccountDesk, readInstruments: () => Promise<void>): void {
    const { sweepIntervalMs, observeIntervalMs } = this.settings;
    this.every(DOUBT_TICK_MS, () => intake.settleDoubts());
    this.every(sweepIntervalMs, () => sweeper.fetchFills());
    this.every(sweepIntervalMs * ORDERS_EVERY_SWEEPS, () => sweeper.listOrders());
    this.every(sweepIntervalMs * FUNDING_EVERY_SWEEPS, () => sweeper.fetchFunding());
    this.every(observeIntervalMs, () => sweeper.observe());
    // What is left of an earned limit; unread, the last answer counts.
    this.every(ALLOWANCE_EVERY_MS, () => this.tolerantly('allowance_unread', () => this.venue.requestAllowance()));
    this.every(INSTRUMENT_REFRESH_MS, () => this.tolerantly('instrument_refresh_failed', readInstruments));
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
  }

  private every(ms: number, run: () => Promise<void> | void): void {
    this.timers.push(this.ports.timers.every(ms, () => void run()));
  }

  private async tolerantly(eventType: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning(eventType, { account: this.account.accountId, reason: error.message });
    }
  }
}
