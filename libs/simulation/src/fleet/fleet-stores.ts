import { createHash } from 'node:crypto';
import type { OrderJournal } from '@argosy/execution-core';
import { type LedgerStore, MemoryLedgerBooks, MemoryLedgerStore } from '@argosy/ledger-core';
import { NodeDigest } from '@argosy/ledger-store';
import type { AuditLog } from '@argosy/ops-core';
import { MemoryAuditLog } from '@argosy/ops-store';
import { type LeaseStore, MemoryLeaseStore } from '@argosy/platform-election';
import type { RiskStore } from '@argosy/risk-core';
import { MemoryStrategyStore, type StrategyStore } from '@argosy/strategy-api';
import { type JournalWatcher, WatchedJournal } from './watched-journal.js';
import { type RiskWatcher, WatchedRiskStore } from './watched-risk-store.js';

/** Every store of the fleet: the twins that pass the contract suites of the Postgres ones. */
export interface FleetStores {
  readonly journal: OrderJournal;
  readonly risk: RiskStore;
  readonly ledger: LedgerStore;
  readonly strategy: StrategyStore;
  readonly leases: LeaseStore;
  readonly audit: AuditLog;
}

export interface StoreWatcher extends JournalWatcher, RiskWatcher {}

export interface MemoryStores extends FleetStores {
  readonly leases: MemoryLeaseStore;
  readonly audit: MemoryAuditLog;
  /** A process' own way into the books, which remembers the epoch that this process writes under. */
  readonly openLedger: () => LedgerStore;
}

/** @param monotonicMs true time, on which the database's own clock is based. */
export function memoryStores(monotonicMs: () => number, watcher: StoreWatcher): MemoryStores {
  const books = new MemoryLedgerBooks();
  const openLedger = (): LedgerStore => new MemoryLedgerStore(new NodeDigest(), books);
  return {
    journal: new WatchedJournal(watcher),
    risk: new WatchedRiskStore(watcher),
    ledger: openLedger(),
    openLedger,
    strategy: new MemoryStrategyStore(),
    leases: new MemoryLeaseStore(monotonicMs),
    audit: new MemoryAuditLog((content) => createHash('sha256').update(content).digest('hex')),
  };
}
