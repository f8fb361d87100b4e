import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import type { Shell } from './shell.js';

/** Time and chance of this machine. */
export const machinePorts = (): Pick<Shell, 'clock' | 'timers' | 'random'> => ({
  clock: new SystemClock(),
  timers: new SystemTimers(),
  random: new SystemRandom(),
});
