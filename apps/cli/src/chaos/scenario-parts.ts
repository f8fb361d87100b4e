import type { FaultName } from '@argosy/exchange-core';
import { type Act, type DiskUser, type Scenario, scenario, type Setting, type Step, type Target } from './scenario.js';

/** A length of time in milliseconds. */
export const ms = (usual: number, ...drawn: readonly number[]): Setting => ({
  usual,
  least: 100,
  most: 60_000,
  drawn: drawn.length === 0 ? [usual] : drawn,
});
export const times = (usual: number): Setting => ({ usual, least: 1, most: 1_000, drawn: [1, usual, 2 * usual] });
/** Of a hundred messages. */
export const percent = (usual: number): Setting => ({
  usual,
  least: 1,
  most: 100,
  drawn: [Math.ceil(usual / 2), usual],
});

export const at = (atMs: number, act: Act): Step => ({ ...act, atMs });
export const now = (act: Act): readonly Step[] => [at(0, act)];
export const dead = (who: Target): readonly Step[] => now({ kind: 'kill', who });
export const none = {};

/** A fault of the exchange that lasts and needs nothing else. */
export const venue = (
  name: string,
  story: string,
  faults: readonly string[],
  fault: FaultName,
  rest: Omit<Extract<Act, { kind: 'venue' }>, 'kind' | 'fault' | 'forMs'> = {},
  lasts: Setting = ms(5_000, 2_000, 8_000),
): Scenario =>
  scenario({
    name,
    story,
    faults,
    settings: { forMs: lasts },
    steps: ({ forMs }) => now({ kind: 'venue', fault, ...rest, forMs }),
  });

export const killed = (name: string, who: Target, fault = 'F-12'): Scenario =>
  scenario({
    name,
    story: `kill -9 of ${who.replace('leader:', 'whoever leads ')}`,
    faults: [fault],
    settings: none,
    steps: () => dead(who),
  });

/** By a limit of file sizes, which takes a tool of Linux. */
export const diskFull = (name: string, story: string, who: DiskUser): Scenario => ({
  ...scenario({
    name,
    story,
    faults: ['F-14'],
    settings: { forMs: ms(5_000) },
    steps: ({ forMs }) => now({ kind: 'full_disk', who, forMs }),
  }),
  isByHand: true,
});

/** Long enough to send an order, short enough to wait for. */
export const WINDOW_MS = 8_000;
