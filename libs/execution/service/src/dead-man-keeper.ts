import { type Clock, Fault } from '@argosy/domain';
import { type DeadManMoment, type DeadManStatus, DeadManSwitch } from '@argosy/execution-core';
import type { Leadership, Logger } from '@argosy/platform-port';
import type { TradingVenue, VenueOrderReport } from '@argosy/venue-port';
import type { AccountSettings } from './execution-settings.js';
import type { VenueTime } from './venue-time.js';

export interface DeadManPorts {
  readonly venue: TradingVenue;
  readonly clock: Clock;
  readonly leadership: Leadership;
  readonly logger: Logger;
}

/** Keeps the venue's own dead-man switch from firing while this process leads, and lets it fire when nobody does. */
export class DeadManKeeper {
  private readonly policy: DeadManSwitch;

  constructor(
    private readonly account: AccountSettings,
    private readonly ports: DeadManPorts,
    private readonly time: VenueTime,
    private readonly nonce: () => bigint,
  ) {
    this.policy = new DeadManSwitch(ports.venue.fence.deadMan);
  }

  get status(): DeadManStatus {
    return this.policy.status;
  }

  tick(exposed: boolean): void {
    const step = this.policy.step(this.moment(exposed));
    if (step.kind === 'wait') return;
    void this.ask(step.kind === 'arm' ? step.atVenueMs : undefined);
  }

  /** True when this report says that the switch has fired: orders are gone and positions naked. */
  hasFired({ reason }: VenueOrderReport): boolean {
    const word = this.ports.venue.fence.deadMan?.firedWord;
    if (word === undefined || reason !== word) return false;
    const isNews = this.policy.noticeFired(this.time.nowMs() ?? 0);
    if (isNews) this.ports.logger.critical('dead_man_fired', { account: this.account.accountId });
    return isNews;
  }

  private moment(exposed: boolean): DeadManMoment {
    const monotonicMs = this.ports.clock.monotonicMs();
    const lease = this.ports.leadership.current();
    const leads = lease !== undefined && monotonicMs < lease.deadlineMonotonicMs;
    return { monotonicMs, venueMs: this.time.nowMs(), leads, exposed };
  }

  private async ask(atVenueMs: number | undefined): Promise<void> {
    const { venue, clock, logger } = this.ports;
    const before = this.policy.status.cause;
    try {
      const answer = await venue.armDeadMan(atVenueMs, this.nonce());
      this.policy.answered(answer, { monotonicMs: clock.monotonicMs(), venueMs: this.time.nowMs() });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.policy.doubted(clock.monotonicMs());
    }
    const { state, cause } = this.policy.status;
    if (state === 'absent' && cause !== before)
      logger.warning('dead_man_absent', { account: this.account.accountId, cause: cause ?? '' });
  }
}
