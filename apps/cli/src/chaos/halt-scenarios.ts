import { scenario, type Scenario } from './scenario.js';
import { ms, at, now, none } from './scenario-parts.js';

/** The kill switch, alone and in the middle of something. */
export const HALT_SCENARIOS: readonly Scenario[] = [
  {
    ...scenario({
      name: 'kill-switch-disk-full',
      story: 'the kill switch while every file of the services and their strategies is full',
      faults: ['F-14', 'F-28'],
      settings: { killMs: ms(2_000), forMs: ms(6_000) },
      steps: ({ killMs, forMs }) => [
        at(0, { kind: 'full_disk', who: 'services', forMs }),
        at(killMs, { kind: 'kill_switch' }),
      ],
    }),
    isByHand: true,
  },
  scenario({
    name: 'kill-switch',
    story: 'the kill switch, with nothing else wrong',
    faults: ['F-28'],
    settings: none,
    steps: () => now({ kind: 'kill_switch' }),
  }),
  scenario({
    name: 'kill-switch-under-fault',
    story: 'the kill switch while answers are lost, errors or late',
    faults: ['F-28', 'F-30'],
    settings: { killMs: ms(1_500, 500, 1_500), forMs: ms(5_000) },
    steps: ({ killMs, forMs }) => [
      at(0, { kind: 'venue', fault: 'accept_then_timeout', target: { lane: 'acknowledgement' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'error_after_accept', target: { lane: 'acknowledgement' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'delay', target: { lane: 'private' }, settings: { ms: 1_000 }, forMs }),
      at(killMs, { kind: 'kill_switch' }),
    ],
  }),
  scenario({
    name: 'kill-switch-in-failover',
    story: 'the kill switch while execution fails over',
    faults: ['F-01', 'F-28'],
    settings: { killMs: ms(400, 100, 400, 1_000) },
    steps: ({ killMs }) => [at(0, { kind: 'kill', who: 'leader:execution' }), at(killMs, { kind: 'kill_switch' })],
  }),
];
