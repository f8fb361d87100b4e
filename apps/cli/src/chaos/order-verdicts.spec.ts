import { clientOrderId, makeClientOrderId, type OrderState, parseQuantity } from '@argosy/domain';
import type { TruthEntry } from '@argosy/exchange-wire';
import { accountVerdict, banVerdict, epochVerdict, type KnownOrder } from './order-verdicts.js';

const ACCOUNT = '0xaa';
let seq = 0;
const idOf = (epoch: number, sequence: number): string =>
  makeClientOrderId({ fleet: 1, account: 1, epoch, sequence: BigInt(sequence) });
const order = (epoch: number, sequence: number, outcome: 'resting' | 'filled' | 'refused' = 'resting'): TruthEntry => ({
  kind: 'order',
  seq: (seq += 1),
  atMs: 0,
  account: ACCOUNT,
  signer: ACCOUNT,
  nonce: seq,
  cloid: `0x${idOf(epoch, sequence)}`,
  coin: 'BTC',
  isBuy: true,
  px: '1',
  sz: '2',
  tif: 'Gtc',
  reduceOnly: false,
  outcome,
});
const fill = (epoch: number, sequence: number, sz: string): TruthEntry => ({
  kind: 'fill',
  seq: (seq += 1),
  atMs: 0,
  account: ACCOUNT,
  oid: 1,
  cloid: `0x${idOf(epoch, sequence)}`,
  coin: 'BTC',
  tid: seq,
  isBuy: true,
  px: '1',
  sz,
  fee: '0',
  crossed: true,
  dir: 'Open Long',
});
const known = (...orders: readonly [epoch: number, sequence: number, state: OrderState, filled: string][]) =>
  new Map<string, KnownOrder>(
    orders.map(([epoch, sequence, state, filled]) => {
      const id = clientOrderId(idOf(epoch, sequence));
      return [id, { clientOrderId: id, state, filledQuantity: parseQuantity(filled) }];
    }),
  );

describe('what the exchange saw of epochs (I-02)', () => {
  it('holds when each leader sends its own and nobody comes back', () => {
    const { outcome, detail } = epochVerdict([order(3, 1), order(3, 2), order(4, 1)]);
    expect([outcome, detail]).toEqual(['held', '3 orders taken, epochs 3 → 4']);
  });

  it('is violated by one order of a deposed leader that was taken', () => {
    const { outcome, detail } = epochVerdict([order(3, 1), order(4, 1), order(3, 2)]);
    expect(outcome).toBe('violated');
    expect(detail).toContain('of epoch 3 after one of 4');
  });

  it('holds when that order was refused: that is what a fence is for', () => {
    expect(epochVerdict([order(4, 1), order(3, 2, 'refused')]).outcome).toBe('held');
  });
});

describe('accounting for every order (I-07, I-25, I-26)', () => {
  const truth = [order(3, 1), fill(3, 1, '1.5'), fill(3, 1, '0.5'), order(3, 2)];
  it('holds when both sides know the same ends and the same fills', () => {
    expect(accountVerdict(truth, known([3, 1, 'filled', '2'], [3, 2, 'cancelled', '0'])).outcome).toBe('held');
  });

  const broken: ReadonlyArray<[string, readonly TruthEntry[], ReadonlyMap<string, KnownOrder>, RegExp]> = [
    [
      'an order that only the exchange knows',
      truth,
      known([3, 1, 'filled', '2']),
      /0002 is known to the exchange alone/,
    ],
    ['an order still in doubt', truth, known([3, 1, 'filled', '2'], [3, 2, 'in_doubt', '0']), /0002 is in_doubt/],
    ['a lost fill', truth, known([3, 1, 'cancelled', '1.5'], [3, 2, 'cancelled', '0']), /0001 has other fills/],
    [
      'an order sent twice',
      [...truth, order(3, 2)],
      known([3, 1, 'filled', '2'], [3, 2, 'cancelled', '0']),
      /0002 was taken twice/,
    ],
  ];
  it.each(broken)('is violated by %s', (_what, entries, ours, problem) => {
    const { outcome, detail } = accountVerdict(entries, ours);
    expect(outcome).toBe('violated');
    expect(detail).toMatch(problem);
  });

  it('counts bans of this run alone', () => {
    expect([banVerdict(2, 2).outcome, banVerdict(2, 3).outcome]).toEqual(['held', 'violated']);
  });
});
