/** The whole of a strategy's thread: one strategy, fed through one port, with nothing else within reach. */
import { SeededRandom } from '@argosy/platform-runtime';
import { createStrategy, readParameters, type RunSpec, thrownBy } from '@argosy/strategy-service';
import { parentPort, workerData } from 'node:worker_threads';
import { STRATEGY_TYPES } from '../strategy-table.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

const port = parentPort;
if (port === null) throw new Error('this is the code of a strategy thread');

const tell = (message: FromWorker): void => port.postMessage(message);

/** Whatever the strategy throws is told and ends it; what it returns and cannot be sent is its fault too. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    tell({ kind: 'failed', reason: thrownBy(error) });
    port?.close();
  }
}

guarded(() => {
  const { type, strategy } = createStrategy(STRATEGY_TYPES, workerData as RunSpec, (seed) => new SeededRandom(seed));
  port.on('message', (message: ToWorker) => {
    guarded(() => {
      if (message.kind === 'reconfigure') return strategy.reconfigure(readParameters(type, message.parameters));
      const returned = message.events.map((event) => strategy.on(event));
      tell({ kind: 'answered', returned, vitals: strategy.vitals });
    });
  });
});
