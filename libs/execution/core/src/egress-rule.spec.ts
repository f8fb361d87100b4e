import { FULL_MODE, modeCause, stateMode } from '@argosy/domain';
import type { Lease } from '@argosy/platform-port';
import { cancelMayLeave, type EgressView, orderMayLeave } from './egress-rule.js';

const BREAKER = modeCause('circuit_breaker', 'tripped');
const CLOCK = modeCause('clock', 'uncertain');

const stated = { tradingEnabled: true, killed: false, atMonotonicMs: 1_000 };
const open: EgressView = {
  monotonicMs: 2_000,
  lease: { epoch: 3, deadlineMonotonicMs: 5_000 },
  order: { epoch: 3, reduceOnly: false },
  mode: FULL_MODE,
  halt: { killLatched: false, latchKnown: true, stated },
  haltStateLimitMs: 3_000,
};
const halt = (changes: Partial<EgressView['halt']>) => ({ halt: { ...open.halt, ...changes } });

const rows: ReadonlyArray<[string, Partial<EgressView>, string | undefined]> = [
  ['everything as it should be', {}, undefined],
  [
    'the last moment of the lease',
    { monotonicMs: 3_999.9, lease: { epoch: 3, deadlineMonotonicMs: 4_000 } },
    undefined,
  ],
  ['the deadline itself (I-01)', { monotonicMs: 4_000, lease: { epoch: 3, deadlineMonotonicMs: 4_000 } }, 'not_leader'],
  ['no lease', { lease: undefined }, 'not_leader'],
  ['an order of an earlier epoch', { order: { epoch: 2, reduceOnly: true } }, 'not_leader'],
  ['our own latch (I-11)', halt({ killLatched: true }), 'kill_switch_active'],
  ['a latch not read yet (I-13)', halt({ latchKnown: false }), 'halt_state_unknown'],
  ['risk that never spoke (I-13)', { halt: { killLatched: false, latchKnown: true } }, 'halt_state_unknown'],
  ['a word exactly as old as allowed', { monotonicMs: 4_000 }, undefined],
  ['a word one moment older (I-13)', { monotonicMs: 4_000.1 }, 'halt_state_unknown'],
  ['a kill that risk states', halt({ stated: { ...stated, killed: true } }), 'kill_switch_active'],
  ['the mode is stricter than the order (I-60)', { mode: stateMode([BREAKER]) }, 'trading_restricted'],
  ['a reduction in reduce-only mode', { mode: stateMode([BREAKER]), order: { epoch: 3, reduceOnly: true } }, undefined],
  [
    'a reduction in cancel-only mode',
    { mode: stateMode([BREAKER, CLOCK]), order: { epoch: 3, reduceOnly: true } },
    'trading_restricted',
  ],
  ['trading disabled', halt({ stated: { ...stated, tradingEnabled: false } }), 'trading_disabled'],
];

describe('the egress rule', () => {
  it.each(rows)('%s', (_what, changes, code) => {
    expect(orderMayLeave({ ...open, ...changes })?.code).toBe(code);
  });

  const cancels: ReadonlyArray<[string, Lease | undefined, number, boolean]> = [
    ['a leader cancels anything', { epoch: 3, deadlineMonotonicMs: 5_000 }, 1, true],
    ['past its deadline what its own epoch sent (I-01)', { epoch: 3, deadlineMonotonicMs: 2_000 }, 3, true],
    ['and nothing older, which may be somebody else’s by now', { epoch: 3, deadlineMonotonicMs: 2_000 }, 2, false],
    ['a standby cancels nothing (I-10)', undefined, 3, false],
  ];
  it.each(cancels)('cancels: %s', (_what, lease, orderEpoch, may) => {
    expect(cancelMayLeave(lease, { monotonicMs: 2_000, orderEpoch })?.code).toBe(may ? undefined : 'not_leader');
  });
});
