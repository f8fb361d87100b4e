const WITHIN_MS = 30_000;
const PAUSE_MS = 200;

/** Tries until it works: services start in their own time. @throws the last error after half a minute. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
