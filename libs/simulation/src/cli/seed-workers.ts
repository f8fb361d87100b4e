import { Worker } from 'node:worker_threads';
import type { SeedReport } from '../run-seed.js';

/** What a worker is asked: one seed, perhaps of a mutant. */
export interface SeedTask {
  readonly seed: number;
  readonly mutant?: string | undefined;
}

/**
 * Lives through seeds on several threads, each with a heap of its own. Reports come as they are ready, not in order;
 * `take` gives the next task, or undefined when there is none.
 */
export async function onWorkers(
  workers: number,
  take: () => SeedTask | undefined,
  report: (report: SeedReport, task: SeedTask) => void,
): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => oneWorker(take, report)));
}

function oneWorker(
  take: () => SeedTask | undefined,
  report: (report: SeedReport, task: SeedTask) => void,
): Promise<void> {
  const worker = new Worker(new URL('./seed-worker.js', import.meta.url));
  return new Promise((resolve, reject) => {
    let task: SeedTask | undefined;
    const next = (): void => {
      task = take();
      if (task === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(task);
    };
    worker.on('message', (message: SeedReport) => {
      if (task !== undefined) report(message, task);
      next();
    });
    worker.on('error', reject);
    next();
  });
}
