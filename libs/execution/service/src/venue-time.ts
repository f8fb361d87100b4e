import { Fault, modeCause, msToNs, type TimeNs } from '@argosy/domain';
import { VenueClock } from '@argosy/execution-core';
import type { AccountPorts } from './account-ports.js';
import type { AccountSettings } from './execution-settings.js';
import type { TradingGate } from './trading-gate.js';

/** Between two looks that a request refused as too late asks for, ms. */
const EXPIRED_LOOK_MS = 1_000;

type VenueTimePorts = Pick<AccountPorts, 'clock' | 'venue' | 'logger'>;

/**
 * The venue's clock as this process knows it: looked at from time to time, and the cause of cancel-only while it is not
 * known well enough (I-56), because no expiry could be trusted then.
 */
export class VenueTime {
  private readonly venueClock = new VenueClock();
  private lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly account: AccountSettings,
    private readonly ports: VenueTimePorts,
    private readonly gate: TradingGate,
  ) {}

  /** The venue's time at its earliest; our own clock's while the venue's is unknown, when no order may leave anyway. */
  now(): TimeNs {
    const { clock } = this.ports;
    return this.venueClock.earliest(clock.monotonicMs()) ?? clock.now();
  }

  /** Until when the venue takes a request that leaves now: at most `validityMs`, never past the deadline (I-05). */
  expiry(deadlineMonotonicMs: number, validityMs: number): TimeNs | undefined {
    return this.venueClock.expiry(this.ports.clock.monotonicMs(), deadlineMonotonicMs, validityMs);
  }

  /** Of a cancel, which is worth sending however badly the clock is known. */
  cancelExpiry(validityMs: number): TimeNs {
    return (this.now() + msToNs(validityMs)) as TimeNs;
  }

  /** Undefined while nothing is known. */
  nowMs(): number | undefined {
    const earliest = this.venueClock.earliest(this.ports.clock.monotonicMs());
    return earliest === undefined ? undefined : Number(earliest / 1_000_000n);
  }

  /** Looks at the venue's clock when it is due, and tells the gate what it is worth. */
  tick(): void {
    const nowMs = this.ports.clock.monotonicMs();
    if (this.venueClock.isSampleDue(nowMs)) void this.look();
    else this.judge();
  }

  /** The venue called a request of ours too late: its clock may have been set, and every next one would be too late too. */
  expired(): void {
    if (this.ports.clock.monotonicMs() - this.lookedAtMs >= EXPIRED_LOOK_MS) void this.look();
  }

  /** Resolves when the clock has been looked at, whatever came of it. */
  async look(): Promise<void> {
    const { clock, venue, logger } = this.ports;
    this.lookedAtMs = clock.monotonicMs();
    this.venueClock.asked(this.lookedAtMs);
    try {
      const verdict = this.venueClock.take(await venue.serverTime());
      if (verdict !== 'taken') logger.warning('venue_clock', { account: this.account.accountId, verdict });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      logger.warning('venue_clock_unread', { account: this.account.accountId, reason: error.message });
    }
    this.judge();
  }

  private judge(): void {
    const trouble = this.venueClock.trouble(this.ports.clock.monotonicMs());
    const cause = trouble === undefined ? undefined : modeCause('clock', 'uncertain', trouble);
    this.gate.see(this.account.accountId, 'clock', cause);
  }
}
