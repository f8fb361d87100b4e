import { MemoryStrategyStore } from '@argosy/strategy-api';
import { strategyStoreContract } from './testing/strategy-store.contract.js';

let kept = new MemoryStrategyStore();
strategyStoreContract('MemoryStrategyStore', () => ({
  fresh: async () => (kept = new MemoryStrategyStore()),
  other: () => kept,
}));
