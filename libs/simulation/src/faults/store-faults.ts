import type { FaultClass } from './fault.js';

/** Where a service may die: before the store does what it was asked, and after, before it is told so (F-13). */
const CRASH_POINTS = [
  'journal.write',
  'journal.write',
  'journal.write',
  'journal.claimEpoch',
  'journal.load',
  'journal.present',
  'journal.anchor',
  'journal.markPublished',
  'journal.latchKill',
  'leases.take',
  'leases.renew',
  'risk.recordDecisions',
  'risk.claimEpoch',
  'risk.configure',
  'risk.kill',
  'ledger.book',
  'ledger.anchor',
  'strategy.saveCheckpoint',
  'strategy.record',
] as const;

/** Faults of the database. */
export const STORE_FAULTS: readonly FaultClass[] = [
  {
    kind: 'crash_before',
    row: 'F-13',
    weight: 4,
    draw: (dice) => ({ target: dice.of(CRASH_POINTS), amount: dice.between(1, 6), forMs: 0 }),
    begin: (world, { target, amount }) => {
      world.crashAt({ target, side: 'before', nth: amount });
      return undefined;
    },
  },
  {
    kind: 'crash_after',
    row: 'F-13',
    weight: 5,
    draw: (dice) => ({ target: dice.of(CRASH_POINTS), amount: dice.between(1, 6), forMs: 0 }),
    begin: (world, { target, amount }) => {
      world.crashAt({ target, side: 'after', nth: amount });
      return undefined;
    },
  },
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
      world.crashAt({ target, side: 'after', nth: amount, pauseUs: forMs * 1_000 });
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
