export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The first value that is there, looked for every `everyMs`. @throws Error naming what never came. */
export async function awaited<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { withinMs = 30_000, everyMs = 20 } = {},
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > untilMs) throw new Error(`never happened within ${String(withinMs)} ms: ${what}`);
    await pause(everyMs);
  }
}
