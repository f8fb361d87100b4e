import type { Timers } from '@argosy/domain';

/** What came of it within so many ms; undefined when that is not known yet. It goes on all the same. */
export async function soon<T>(timers: Timers, work: Promise<T>, withinMs: number): Promise<T | undefined> {
  let giveUp: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  const timer = timers.after(withinMs, giveUp);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.cancel();
  }
}
