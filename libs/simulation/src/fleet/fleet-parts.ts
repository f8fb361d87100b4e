import type { Clock } from '@argosy/domain';
import type { DoubtPolicy, OrderJournal } from '@argosy/execution-core';
import { TradingGate } from '@argosy/execution-service';
import type { Leadership, MessageBus } from '@argosy/platform-port';
import type { RiskStore } from '@argosy/risk-core';
import type { TradingVenue } from '@argosy/venue-port';

/**
 * The parts of the fleet that a mutant may be made of: each is the real one, or what is wrapped around it. The product has
 * no such switches; they are arguments of constructors that the simulation calls.
 */
export interface FleetParts {
  journal(real: OrderJournal): OrderJournal;
  riskStore(real: RiskStore): RiskStore;
  leadership(real: Leadership): Leadership;
  gate(clock: Clock, haltStateLimitMs: number): TradingGate;
  venue(real: TradingVenue): TradingVenue;
  riskBus(real: MessageBus): MessageBus;
  doubt(real: DoubtPolicy): DoubtPolicy;
}

/** The product. */
export const REAL_PARTS: FleetParts = {
  journal: (real) => real,
  riskStore: (real) => real,
  leadership: (real) => real,
  gate: (clock, haltStateLimitMs) => new TradingGate(clock, haltStateLimitMs),
  venue: (real) => real,
  riskBus: (real) => real,
  doubt: (real) => real,
};
