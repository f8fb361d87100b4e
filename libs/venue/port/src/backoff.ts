import type { Random } from '@argosy/domain';

const FIRST_DELAY_MS = 1_000;
const DELAY_MS_MAX = 60_000;

/** MD-2: 1, 2, 4, 8 … 60 s, each shortened by up to a quarter at random so that a fleet does not return as one. */
export function reconnectDelayMs(attempt: number, random: Random): number {
  const full = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16));
  return Math.round(full * (1 - random.unit() / 4));
}
