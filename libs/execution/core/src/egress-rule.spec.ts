import { cancelMayLeave, type EgressView, orderMayLeave } from './egress-rule.js';

const stated = { tradingEnabled: true, killed: false, atMonotonicMs: 1_000 };
const open: EgressView = {
  monotonicMs: 2_000,
  lease: { epoch: 3, deadlineMonotonicMs: 5_000 },
  orderEpoch: 3,
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
  ['an order of an earlier epoch', { orderEpoch: 2 }, 'not_leader'],
  ['our own latch (I-11)', halt({ killLatched: true }), 'kill_switch_active'],
  ['a latch not read yet (I-13)', halt({ latchKnown: false }), 'halt_state_unknown'],
  ['risk that never spoke (I-13)', { halt: { killLatched: false, latchKnown: true } }, 'halt_state_unknown'],
  ['a word exactly as old as allowed', { monotonicMs: 4_000 }, undefined],
  ['a word one moment older (I-13)', { monotonicMs: 4_000.1 }, 'halt_state_unknown'],
  ['a kill that risk states', halt({ stated: { ...stated, killed: true } }), 'kill_switch_active'],
  ['trading disabled', halt({ stated: { ...stated, tradingEnabled: false } }), 'trading_disabled'],
];

describe('the egress rule', () => {
  it.each(rows)('%s', (_what, changes, code) => {
    expect(orderMayLeave({ ...open, ...changes })?.code).toBe(code);
  });

  it('lets a leader cancel past its deadline, and nobody else', () => {
    expect(cancelMayLeave({ epoch: 3, deadlineMonotonicMs: -1 })).toBeUndefined();
    expect(cancelMayLeave(undefined)?.code).toBe('not_leader');
  });
});
