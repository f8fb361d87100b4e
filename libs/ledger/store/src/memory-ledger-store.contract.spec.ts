import { MemoryLedgerBooks, MemoryLedgerStore } from '@argosy/ledger-core';
import { NodeDigest } from './node-digest.js';
import { ledgerStoreContract, type LedgerStoreUnderTest } from './testing/ledger-store.contract.js';
import { suspenseContract } from './testing/suspense.contract.js';

const inMemory = async (): Promise<LedgerStoreUnderTest> => {
  let books = new MemoryLedgerBooks();
  return {
    fresh: async () => {
      books = new MemoryLedgerBooks();
      return new MemoryLedgerStore(new NodeDigest(), books);
    },
    other: () => new MemoryLedgerStore(new NodeDigest(), books),
    stop: async () => undefined,
  };
};

ledgerStoreContract('MemoryLedgerStore', inMemory);
suspenseContract('MemoryLedgerStore', inMemory);
