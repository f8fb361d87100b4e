import { ConfigError, type ConfigProblem } from './config-problem.js';
import { readConfig } from './read-config.js';

/**
 * Reads a service's configuration from its environment: only variables that start with one of the prefixes count, and
 * each of those must be known to the class, so that a mistyped limit stops the service instead of being ignored.
 * @throws ConfigError with every problem at once.
 */
export function loadConfig<T extends object>(
  type: new () => T,
  env: Readonly<Record<string, string | undefined>>,
  prefixes: readonly string[],
): Readonly<T> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && prefixes.some((prefix) => name.startsWith(prefix))) values[name] = value;
  }
  return readConfig(type, values, (path) => path.join('.'));
}

/** The problems of something that may throw ConfigError, for a report of several sources together. */
export function problemsOfLoading(load: () => unknown): readonly ConfigProblem[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
