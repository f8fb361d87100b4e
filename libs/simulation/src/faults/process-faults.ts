import type { FaultClass } from './fault.js';

const HOSTS = [
  'execution-a',
  'execution-b',
  'risk-a',
  'risk-b',
  'leader:market-data',
  'market-data-b',
  'leader:ledger',
  'ledger-b',
  'leader:strategy-host',
  'strategy-host-b',
  'leader:ops-gateway',
  'ops-gateway-b',
] as const;
const EXECUTION = ['execution-a', 'execution-b'] as const;

/** Faults of the processes themselves. `leader:execution` is whoever leads when it happens. */
export const PROCESS_FAULTS: readonly FaultClass[] = [
  {
    kind: 'kill',
    row: 'F-01 F-12',
    weight: 5,
    draw: (dice) => ({ target: dice.of(['leader:execution', 'leader:execution', ...HOSTS]), amount: 0, forMs: 0 }),
    begin: (world, { target }) => {
      world.named(target)?.kill();
      return undefined;
    },
  },
  {
    kind: 'terminate',
    row: 'F-02 F-45',
    weight: 2,
    draw: (dice) => ({ target: dice.of(['leader:execution', ...HOSTS]), amount: 0, forMs: 0 }),
    begin: (world, { target }) => {
      world.named(target)?.terminate();
      return undefined;
    },
  },
  {
    kind: 'pause',
    row: 'F-03',
    weight: 5,
    draw: (dice) => ({
      target: dice.of(['leader:execution', 'leader:execution', ...HOSTS]),
      amount: dice.of([500, 1_000, 1_500, 2_000, 5_000, 10_000]) + dice.between(0, 300),
      forMs: 0,
    }),
    begin: (world, { target, amount }) => {
      world.named(target)?.pause(amount * 1_000);
      return undefined;
    },
  },
  {
    kind: 'blocked_loop',
    row: 'F-04',
    weight: 3,
    draw: (dice) => ({
      target: dice.of(['leader:execution', ...EXECUTION]),
      amount: dice.between(300, 5_000),
      forMs: 0,
    }),
    begin: (world, { target, amount }) => {
      world.named(target)?.pause(amount * 1_000);
      return undefined;
    },
  },
  {
    kind: 'clock_step',
    row: 'F-36',
    weight: 2,
    draw: (dice) => ({
      target: dice.of(['leader:execution', ...HOSTS]),
      amount: dice.of([-5_000, -1_000, -200, 200, 1_000, 5_000]),
      forMs: dice.between(2_000, 8_000),
    }),
    begin: (world, { target, amount }) => {
      const machine = world.named(target)?.machine;
      if (machine === undefined) return undefined;
      machine.offsetUs += amount * 1_000;
      return () => {
        machine.offsetUs -= amount * 1_000;
      };
    },
  },
  {
    kind: 'disk_fails',
    row: 'F-14 F-15',
    weight: 1,
    draw: (dice) => ({ target: dice.of(HOSTS), amount: dice.between(1, 5), forMs: 0 }),
    begin: (world, { target, amount }) => {
      world.named(target)?.disk.fail(amount);
      return undefined;
    },
  },
];
