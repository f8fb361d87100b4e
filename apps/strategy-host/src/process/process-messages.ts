import type { RawParameters, RunSpec, StrategyEvent } from '@argosy/strategy-api';
import type { BatchAnswer } from '@argosy/strategy-service';

/** To a strategy's process: first what it is made of, then what happens. */
export type ToProcess =
  | { readonly kind: 'start'; readonly spec: RunSpec }
  | { readonly kind: 'feed'; readonly events: readonly StrategyEvent[] }
  | { readonly kind: 'reconfigure'; readonly parameters: RawParameters };

/** And back. */
export type FromProcess =
  /** Its code is loaded. */
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'answered' } & BatchAnswer)
  | { readonly kind: 'failed'; readonly reason: string };
