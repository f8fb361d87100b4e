import { MemoryOrderJournal } from './memory-order-journal.adapter.js';
import { orderJournalContract } from './order-journal.contract.js';

describe('the order journal in memory', () => {
  orderJournalContract(() => Promise.resolve(new MemoryOrderJournal()));
});
