import type { KillLatch, OrderJournal } from '@argosy/execution-core';
import type { RiskStore } from '@argosy/risk-core';
import { withChanges } from './delegate.js';

/** A kill is confirmed and not stored. */
export const forgetfulJournal = (real: OrderJournal): OrderJournal =>
  withChanges(real, {
    killLatch: () => Promise.resolve(undefined),
    latchKill: (latch: KillLatch) => Promise.resolve(latch),
  });

export const forgetfulRiskStore = (real: RiskStore): RiskStore =>
  withChanges(real, { kill: () => real.tradingState() });

/** Says that it is written before it is. */
export const hastyJournal = (real: OrderJournal): OrderJournal =>
  withChanges(real, {
    write: (batch) => {
      real.write(batch).catch(() => undefined);
      return Promise.resolve();
    },
  });
