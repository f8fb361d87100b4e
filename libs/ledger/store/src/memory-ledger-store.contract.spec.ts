import { MemoryLedgerStore } from '@argosy/ledger-core';
import { NodeDigest } from './node-digest.js';
import { ledgerStoreContract } from './testing/ledger-store.contract.js';

ledgerStoreContract('MemoryLedgerStore', async () => ({
  fresh: async () => new MemoryLedgerStore(new NodeDigest()),
  stop: async () => undefined,
}));
