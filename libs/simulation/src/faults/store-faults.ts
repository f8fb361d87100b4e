import { CRASH_POINTS, isAtStart, isRecurring, provoke } from './crash-points.js';
import type { FaultClass } from './fault.js';

/** What happens all the time is where most crashes fall: these are drawn more often than each of the others. */
const HOT = ['journal.write', 'journal.write', 'journal.write', 'ledger.book', 'risk.recordDecisions'] as const;
const TARGETS = [...HOT, ...CRASH_POINTS];

const crash = (side: 'before' | 'after'): FaultClass => ({
  kind: `crash_${side}`,
  row: 'F-13',
  weight: 8,
  draw: (dice) => {
    const target = dice.of(TARGETS);
    const [amount, forMs] = [dice.between(1, 6), dice.of([1_000, 3_000])];
    const terms = { target, amount: isRecurring(target) ? amount : 1, forMs };
    return isAtStart(target) ? { ...terms, atMs: 0 } : terms;
  },
  begin: (world, { target, amount }) => {
    world.crashes.add({ target, side, nth: amount });
    return provoke(world, target);
  },
});

/** Faults of the database. */
export const STORE_FAULTS: readonly FaultClass[] = [
  crash('before'),
  crash('after'),
  {
    // Between the intent that is durable and the byte that leaves: where a lease runs out unnoticed.
    kind: 'pause_after',
    row: 'F-03 F-09',
    weight: 4,
    draw: (dice) => ({
      target: 'journal.write',
      amount: dice.between(1, 12),
      forMs: dice.of([700, 1_000, 1_500, 3_000]),
    }),
    begin: (world, { target, amount, forMs }) => {
      world.crashes.add({ target, side: 'after', nth: amount, pauseUs: forMs * 1_000 });
      return undefined;
    },
  },
  {
    kind: 'postgres_down',
    row: 'F-16',
    weight: 3,
    draw: (dice) => ({ target: 'postgres', amount: 0, forMs: dice.of([300, 1_500, 4_000, 8_000]) }),
    begin: (world) => {
      world.postgres.up = false;
      return () => {
        world.postgres.up = true;
      };
    },
  },
  {
    kind: 'postgres_slow',
    row: 'F-19',
    weight: 2,
    draw: (dice) => ({ target: 'postgres', amount: dice.of([20, 200, 2_000]), forMs: dice.between(1_000, 6_000) }),
    begin: (world, { amount }) => {
      world.postgres.slowness = amount;
      return () => {
        world.postgres.slowness = 1;
      };
    },
  },
  {
    kind: 'answers_lost',
    row: 'F-18',
    weight: 4,
    draw: (dice) => ({ target: 'postgres', amount: dice.of([0.05, 0.3]), forMs: dice.between(1_000, 6_000) }),
    begin: (world, { amount }) => world.storeTrouble('answer_lost', amount),
  },
  {
    kind: 'calls_fail',
    row: 'F-19',
    weight: 3,
    draw: (dice) => ({ target: 'postgres', amount: dice.of([0.05, 0.3, 0.8]), forMs: dice.between(500, 4_000) }),
    begin: (world, { amount }) => world.storeTrouble('unreachable', amount),
  },
  {
    kind: 'store_clock_jumps',
    row: 'F-11',
    weight: 1,
    draw: (dice) => ({ target: 'postgres', amount: dice.of([-600_000, -3_000, 3_000, 600_000]), forMs: 0 }),
    begin: (world, { amount }) => {
      world.stores.leases.jumpClock(amount);
      return undefined;
    },
  },
  {
    kind: 'lease_deleted',
    row: 'F-11',
    weight: 1,
    draw: () => ({ target: 'execution.main', amount: 0, forMs: 0 }),
    begin: (world, { target }) => {
      world.deleteLease(target);
      return undefined;
    },
  },
];
