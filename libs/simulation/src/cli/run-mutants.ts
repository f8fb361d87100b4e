import { mutantNamed } from '../mutants/mutants.js';
import { onWorkers, type SeedTask } from './seed-workers.js';

export interface MutantResult {
  readonly mutant: string;
  /** The first seed in which it was caught, and by what; absent when it was not. */
  readonly caughtBy?: { readonly seed: number; readonly invariant: string; readonly message: string };
  readonly seeds: number;
}

const SEEDS_MAX = 100;

/** Breaks one part after the other and looks how soon somebody notices. */
export async function runMutants(
  names: readonly string[],
  { first, workers }: { readonly first: number; readonly workers: number },
  told: (result: MutantResult) => void,
): Promise<readonly MutantResult[]> {
  const results: MutantResult[] = [];
  for (const mutant of names) {
    let given = 0;
    let lived = 0;
    const { because } = mutantNamed(mutant);
    let caught: MutantResult['caughtBy'];
    const take = (): SeedTask | undefined => {
      if (caught !== undefined || given >= SEEDS_MAX) return undefined;
      given += 1;
      return { seed: first + given - 1, mutant };
    };
    await onWorkers(workers, take, ({ seed, violations }) => {
      lived += 1;
      const [violation] = violations.filter(({ invariant }) => because.includes(invariant));
      if (violation !== undefined && (caught === undefined || seed < caught.seed))
        caught = { seed, invariant: violation.invariant, message: violation.message };
    });
    const result: MutantResult = { mutant, seeds: lived, ...(caught === undefined ? {} : { caughtBy: caught }) };
    results.push(result);
    told(result);
  }
  return results;
}
