import { assert, type Timer, Timers } from '@argosy/domain';

/** Beyond this Node fires at once instead of late (its timers count in signed 32 bits). */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

function checked(delayMs: number): number {
  assert(delayMs >= 0 && delayMs <= LONGEST_DELAY_MS, `timer delay out of range: ${String(delayMs)} ms`);
  return delayMs;
}

/** The machine's timers. They keep the process alive, as Node's own do: a service ends by cancelling what it started. */
export class SystemTimers extends Timers {
  override after(delayMs: number, run: () => void): Timer {
    const handle = setTimeout(run, checked(delayMs));
    return { cancel: () => clearTimeout(handle) };
  }

  override every(intervalMs: number, run: () => void): Timer {
    const handle = setInterval(run, checked(intervalMs));
    return { cancel: () => clearInterval(handle) };
  }
}
