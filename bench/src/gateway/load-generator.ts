import { createRequire } from 'node:module';

interface Options {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
}

interface Result {
  readonly requests: { readonly average: number };
  readonly errors: number;
  readonly non2xx: number;
}

// The package brings no types; this is as much of it as the bench uses.
const autocannon = createRequire(import.meta.url)('autocannon') as (options: Options) => Promise<Result>;

/** Answers a second. @throws Error when any request failed: a fast no is no read. */
export async function requestsPerSecond(options: Options): Promise<number> {
  const { requests, errors, non2xx } = await autocannon(options);
  if (errors + non2xx === 0) return requests.average;
  throw new Error(`${options.url}: ${String(errors)} errors, ${String(non2xx)} answers that were no 2xx`);
}
