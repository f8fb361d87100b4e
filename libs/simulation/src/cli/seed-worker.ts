import { parentPort } from 'node:worker_threads';
import { mutantNamed } from '../mutants/mutants.js';
import { runSeed } from '../run-seed.js';
import type { SeedTask } from './seed-workers.js';

parentPort?.on('message', ({ seed, mutant }: SeedTask) => {
  const parts = mutant === undefined ? undefined : mutantNamed(mutant).parts;
  void runSeed({ seed, ...(parts === undefined ? {} : { parts }) }).then((report) => {
    parentPort?.postMessage(report);
  });
});
