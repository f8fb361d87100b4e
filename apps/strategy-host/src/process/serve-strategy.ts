import { SeededRandom } from '@argosy/platform-runtime/seeded-random';
import {
  type AnyStrategyType,
  createStrategy,
  readParameters,
  type RunningStrategy,
  type RunSpec,
  type StrategyTypes,
  thrownBy,
} from '@argosy/strategy-api';
import { boundedAnswer, boundedVitals } from './bounded-answer.js';
import type { ParentLink } from './parent-link.js';
import type { ToProcess } from './process-messages.js';

/** Answers the host for one strategy; whatever the strategy throws is told and ends the process. */
export function serveStrategy(link: ParentLink, types: StrategyTypes): void {
  let made: { readonly type: AnyStrategyType; readonly strategy: RunningStrategy<unknown> } | undefined;

  const make = (spec: RunSpec): void => {
    made = createStrategy(types, spec, (seed) => new SeededRandom(seed));
  };
  const take = (message: ToProcess): void => {
    if (message.kind === 'start') return make(message.spec);
    if (made === undefined) throw new Error('fed before it was made');
    const { type, strategy } = made;
    if (message.kind === 'reconfigure') return strategy.reconfigure(readParameters(type, message.parameters));
    const returned = message.events.map((event) => boundedAnswer(strategy.on(event)));
    link.tell({ kind: 'answered', returned, vitals: boundedVitals(strategy.vitals) });
  };
  link.onMessage((message) => {
    try {
      take(message);
    } catch (error) {
      link.leave(error instanceof Error && error.name === 'NonsenseAction' ? error.message : thrownBy(error));
    }
  });
  link.tell({ kind: 'ready' });
}
