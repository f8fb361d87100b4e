import { ACT_NAMES, type ActName, perform } from '../fleet/acts.js';
import type { FaultClass } from './fault.js';

const ORDINARY: readonly ActName[] = ACT_NAMES.filter((name) => !name.startsWith('kill'));

/** What people do: not faults of anything, but the moments at which faults must not matter (F-28, F-29). */
export const PEOPLE_FAULTS: readonly FaultClass[] = [
  {
    kind: 'kill_switch',
    row: 'F-28',
    weight: 4,
    draw: (dice) => ({
      target: dice.of(['kill', 'kill_at_gateway', 'kill_at_gateway']),
      amount: 0,
      forMs: dice.of([0, 4_000, 8_000]),
    }),
    begin: (world, { target, forMs }) => {
      const takeBack = perform(world.people, target as ActName);
      return forMs === 0 ? undefined : takeBack;
    },
  },
  {
    kind: 'kill_and_resume',
    row: 'F-29',
    weight: 1,
    draw: (dice) => ({ target: dice.of(['kill', 'kill_at_gateway']), amount: 0, forMs: 0 }),
    begin: ({ people }, { target }) => {
      const [kill, resume] =
        target === 'kill'
          ? [() => people.kill(), () => people.resume()]
          : [() => people.killAtGateway(), () => people.resumeAtGateway()];
      kill();
      resume();
      kill();
      return undefined;
    },
  },
  {
    kind: 'person',
    row: 'F-41 F-44',
    weight: 6,
    draw: (dice) => ({ target: dice.of(ORDINARY), amount: 0, forMs: dice.of([2_000, 5_000]) }),
    begin: (world, { target }) => perform(world.people, target as ActName),
  },
];
