import { scenario, type Scenario } from './scenario.js';
import { ms, now, dead, none, killed } from './scenario-parts.js';

/** The six services: killed, ended, frozen. */
export const PROCESS_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: 'kill-leader',
    story: 'kill -9 of whoever leads execution',
    faults: ['F-01'],
    settings: none,
    steps: () => dead('leader:execution'),
  }),
  scenario({
    name: 'hand-over',
    story: 'SIGTERM to whoever leads execution: it drains and hands over',
    faults: ['F-02'],
    settings: none,
    steps: () => now({ kind: 'end', who: 'leader:execution' }),
  }),
  scenario({
    name: 'freeze-leader',
    story: 'execution’s leader stands still, and comes back as a zombie',
    faults: ['F-03', 'F-04'],
    settings: { forMs: ms(2_000, 500, 2_000, 10_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'leader:execution', forMs }),
  }),
  killed('kill-risk', 'leader:risk'),
  killed('kill-ledger', 'leader:ledger'),
  killed('kill-market-data', 'leader:market-data'),
  killed('kill-strategy-host', 'leader:strategy-host'),
  killed('kill-gateway', 'leader:ops-gateway'),
  scenario({
    name: 'freeze-risk',
    story: 'risk’s leader stands still, and comes back as a zombie',
    faults: ['F-03', 'F-12'],
    settings: { forMs: ms(4_000, 2_000, 4_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'leader:risk', forMs }),
  }),
];
