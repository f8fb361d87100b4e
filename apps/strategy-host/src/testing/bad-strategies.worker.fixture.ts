/** The thread of a strategy that misbehaves as its first parameter says; otherwise as `strategy-worker.ts`. */
import { parentPort, workerData } from 'node:worker_threads';

interface Fed {
  readonly kind: string;
  readonly events: readonly { readonly kind: string }[];
}
const { parameters } = workerData as { readonly parameters: { readonly deed: string } };
const hoard: unknown[] = [];

function misbehave(): unknown {
  switch (parameters.deed) {
    case 'spin':
      for (;;) hoard.length = 0;
    case 'leak':
      for (;;) hoard.push(new Array(10_000).fill(hoard.length));
    case 'exit':
      return process.exit(7);
    case 'environment':
      return Object.keys(process.env);
    default:
      return [];
  }
}

parentPort?.on('message', ({ kind, events }: Fed) => {
  if (kind !== 'feed') return;
  const returned = events.map((event) => (event.kind === 'book' ? misbehave() : []));
  parentPort?.postMessage({ kind: 'answered', returned, vitals: {} });
});
