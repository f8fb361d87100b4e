import { scenario, type Scenario } from './scenario.js';
import { ms, at, now, none, killed, diskFull } from './scenario-parts.js';

/** What the fleet stands on is gone, stands still, or has no room. */
export const SERVER_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: 'exchange-frozen',
    story: 'the exchange stands still, clock and all',
    faults: ['F-07'],
    settings: { forMs: ms(3_000, 1_000, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'exchange-sim', forMs }),
  }),
  scenario({
    name: 'postgres-frozen',
    story: 'the database stands still, every process of it',
    faults: ['F-06', 'F-19'],
    settings: { forMs: ms(3_000, 500, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'postgres', forMs }),
  }),
  killed('postgres-down', 'postgres', 'F-16'),
  killed('nats-down', 'nats', 'F-22'),
  scenario({
    name: 'nats-wiped',
    story: 'kill -9 of nats and the loss of everything it had stored',
    faults: ['F-24'],
    settings: none,
    steps: () => now({ kind: 'wipe', who: 'nats' }),
  }),
  scenario({
    name: 'nats-frozen',
    story: 'the message server stands still',
    faults: ['F-22', 'F-23'],
    settings: { forMs: ms(3_000, 1_000, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'nats', forMs }),
  }),
  diskFull('disk-full', 'every file of the services and their strategies is full', 'services'),
  diskFull('postgres-disk-full', 'the database can write none of its files', 'postgres'),
  {
    ...scenario({
      name: 'nats-disk-full',
      story:
        'the message server can write none of its files, then is started again: it does not try a failed file again',
      faults: ['F-14', 'F-22'],
      settings: { forMs: ms(5_000) },
      steps: ({ forMs }) => [
        at(0, { kind: 'full_disk', who: 'nats', forMs }),
        at(forMs + 500, { kind: 'end', who: 'nats' }),
      ],
    }),
    isByHand: true,
  },
];
