import type { RawParameters, StrategyEvent } from '@argosy/strategy-api';
import type { BatchAnswer } from '@argosy/strategy-service';

/** To a strategy's thread; what it is made of comes as its start data. */
export type ToWorker =
  | { readonly kind: 'feed'; readonly events: readonly StrategyEvent[] }
  | { readonly kind: 'reconfigure'; readonly parameters: RawParameters };

/** And back. */
export type FromWorker =
  ({ readonly kind: 'answered' } & BatchAnswer) | { readonly kind: 'failed'; readonly reason: string };
