import { type Clock, type InstrumentId, type ModeCause, modeCause, type Timers } from '@argosy/domain';
import type { Exposure, RiskLimits } from '@argosy/risk-core';
import type { MarketPicture } from './market-picture.js';

const LOOK_INTERVAL_MS = 250;
/** A fleet that has just started has not missed anything yet. */
const GRACE_MS = 5_000;

/**
 * What the prices allow (I-60): nothing new while what we hold or have ordered cannot be priced freshly, no order at all while
 * nothing can. A single stale instrument that we are not in is its own orders' matter alone (I-30).
 */
export class MarketHealth {
  private cause: ModeCause | undefined;
  private startedAtMs = 0;

  constructor(
    private readonly limits: RiskLimits,
    private readonly market: MarketPicture,
    private readonly exposure: Exposure,
    private readonly clock: Clock,
  ) {}

  start(timers: Timers): void {
    this.startedAtMs = this.clock.monotonicMs();
    timers.every(LOOK_INTERVAL_MS, () => {
      this.look();
    });
  }

  causes(): readonly (ModeCause | undefined)[] {
    return [this.cause];
  }

  private look(): void {
    const stale = new Set([...this.limits.instruments.keys()].filter((id) => !this.market.isFresh(id, this.limits)));
    if (stale.size === this.limits.instruments.size) {
      const young = this.clock.monotonicMs() - this.startedAtMs < GRACE_MS;
      this.cause = young ? undefined : modeCause('market_data', 'unreachable');
      return;
    }
    const exposed = [...new Set(this.exposedTo())].filter((id) => stale.has(id));
    this.cause = exposed.length === 0 ? undefined : modeCause('market_data', 'degraded', exposed.sort().join(', '));
  }

  private *exposedTo(): Iterable<InstrumentId> {
    for (const { instrument } of this.exposure.positions()) yield instrument;
    for (const { instrumentId } of this.exposure.open()) yield instrumentId;
  }
}
