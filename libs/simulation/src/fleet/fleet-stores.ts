import type { OrderJournal } from '@argosy/execution-core';
import { type LedgerStore, MemoryLedgerStore } from '@argosy/ledger-core';
import { NodeDigest } from '@argosy/ledger-store';
import { type LeaseStore, MemoryLeaseStore } from '@argosy/platform-election';
import type { RiskStore } from '@argosy/risk-core';
import { MemoryRiskStore } from '@argosy/risk-store';
import { MemoryStrategyStore, type StrategyStore } from '@argosy/strategy-api';
import { type JournalWatcher, WatchedJournal } from './watched-journal.js';

/** Every store of the fleet: the twins that pass the contract suites of the Postgres ones. */
export interface FleetStores {
  readonly journal: OrderJournal;
  readonly risk: RiskStore;
  readonly ledger: LedgerStore;
  readonly strategy: StrategyStore;
  readonly leases: LeaseStore;
}

export interface MemoryStores extends FleetStores {
  readonly leases: MemoryLeaseStore;
}

/** @param monotonicMs true time, on which the database's own clock is based. */
export const memoryStores = (monotonicMs: () => number, watcher: JournalWatcher): MemoryStores => ({
  journal: new WatchedJournal(watcher),
  risk: new MemoryRiskStore(),
  ledger: new MemoryLedgerStore(new NodeDigest()),
  strategy: new MemoryStrategyStore(),
  leases: new MemoryLeaseStore(monotonicMs),
});
