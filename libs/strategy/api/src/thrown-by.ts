const LENGTH_MAX = 400;

/** What a strategy threw, in words; anything can be thrown. */
export function thrownBy(error: unknown): string {
  return error instanceof Error
    ? `threw ${error.name}: ${error.message}`.slice(0, LENGTH_MAX)
    : `threw ${typeof error}`;
}
