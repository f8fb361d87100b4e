import { type ClientOrderId, type ComponentHealth, modeCause } from '@argosy/domain';
import type { OrderOrigin } from '@argosy/execution-core';
import type { Logger } from '@argosy/platform-port';
import type { VenueTrouble } from '@argosy/venue-port';
import type { AccountSettings } from './execution-settings.js';
import type { MeteredVenue } from './metered-venue.js';
import type { TradingGate } from './trading-gate.js';

type Health = ComponentHealth<'venue'>;

/**
 * What this process sees of its venue, as a cause of the trading mode. That somebody else trades on the account, or that
 * our key is refused, stays until a person has looked and restarted: neither heals by itself.
 */
export class VenueHealth {
  private lasting: { readonly health: Health; readonly detail: string } | undefined;

  constructor(
    private readonly account: AccountSettings,
    private readonly venue: MeteredVenue,
    private readonly gate: TradingGate,
    private readonly logger: Logger,
  ) {}

  /** Somebody else trades on this account (I-02). */
  foreign(origin: OrderOrigin, id: ClientOrderId): void {
    this.last('foreign_epoch', `${origin}: ${id}`);
  }

  trouble({ kind, reason }: VenueTrouble): void {
    this.logger.warning('venue_trouble', { account: this.account.accountId, kind, reason });
    if (kind === 'key_refused') this.last('key_revoked', reason);
    else this.judge();
  }

  judge(): void {
    const { accountId } = this.account;
    if (this.lasting !== undefined) {
      this.gate.see(accountId, 'venue', modeCause('venue', this.lasting.health, this.lasting.detail));
      return;
    }
    const health: Health = !this.venue.connected ? 'unreachable' : this.venue.isPaused ? 'degraded' : 'ok';
    this.gate.see(accountId, 'venue', modeCause('venue', health));
  }

  private last(health: Health, detail: string): void {
    if (this.lasting === undefined) {
      this.logger.critical('venue_stopped', { account: this.account.accountId, health, detail });
      this.lasting = { health, detail };
    }
    this.judge();
  }
}
