import { runSeed } from './run-seed.js';

/** What broke in so many seeds from `first` on: empty when nothing did. */
export async function broken(first: number, seeds: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const { violations } = await runSeed({ seed });
    for (const { invariant, message } of violations.slice(0, 3))
      found.push(`seed ${String(seed)}: ${invariant} ${message}; again: npm run sim -- --seed ${String(seed)}`);
  }
  return found;
}
