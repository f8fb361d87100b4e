import { MemoryLedgerBooks, MemoryLedgerStore } from '@argosy/ledger-core';
import { NodeDigest } from './node-digest.js';
import { ledgerStoreContract } from './testing/ledger-store.contract.js';

ledgerStoreContract('MemoryLedgerStore', async () => {
  let books = new MemoryLedgerBooks();
  return {
    fresh: async () => {
      books = new MemoryLedgerBooks();
      return new MemoryLedgerStore(new NodeDigest(), books);
    },
    other: () => new MemoryLedgerStore(new NodeDigest(), books),
    stop: async () => undefined,
  };
});
