import { MemoryLedgerStore } from './memory-ledger-store.js';
import { NodeDigest } from './node-digest.js';
import { ledgerStoreContract } from './testing/ledger-store.contract.js';

ledgerStoreContract('MemoryLedgerStore', async () => ({
  fresh: async () => new MemoryLedgerStore(new NodeDigest()),
  stop: async () => undefined,
}));
