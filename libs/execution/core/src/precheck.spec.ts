import { type Amount, describeRefusal, type OrderIntent, parseAmount, parsePrice, parseQuantity } from '@argosy/domain';
import { anInstrument, anIntent, anOrder } from '@argosy/testing';
import { pendingReduction } from './positions.js';
import { precheck, type PrecheckView } from './precheck.js';

const view = (changes: Partial<PrecheckView> = {}): PrecheckView => ({
  instrument: anInstrument(),
  position: 0n as Amount,
  pendingReduction: 0n as Amount,
  freeMargin: parseAmount('750'),
  frozen: false,
  ...changes,
});
const q = parseQuantity;
const long = { position: parseAmount('1') };
const reduce = { side: 'sell', reduceOnly: true } as const;

type Case = readonly [string, Partial<OrderIntent>, Partial<PrecheckView>, string | undefined];
const cases: readonly Case[] = [
  ['a legal order', {}, {}, undefined],
  ['one tick off', { limitPrice: parsePrice('60000.05') }, {}, 'Order rejected: Invalid tick size'],
  ['half a lot', { quantity: q('0.0005') }, {}, 'Order rejected: Invalid lot size'],
  ['exactly the minimum', { quantity: q('0.001'), limitPrice: parsePrice('10000') }, {}, undefined],
  [
    'a tick below the minimum',
    { quantity: q('0.001'), limitPrice: parsePrice('9999.9') },
    {},
    'Order rejected: Below minimum notional',
  ],
  [
    'a reduction below the minimum',
    { ...reduce, quantity: q('0.001'), limitPrice: parsePrice('9999.9') },
    long,
    undefined,
  ],
  ['exactly the free margin', {}, {}, undefined],
  [
    'one unit less margin',
    {},
    { freeMargin: (parseAmount('750') - 1n) as Amount },
    'Order rejected: Insufficient margin',
  ],
  ['margin not known yet', {}, { freeMargin: undefined }, 'Order rejected: Equity unknown'],
  ['a reduction of all there is', { ...reduce, quantity: q('1') }, long, undefined],
  ['a lot more than there is', { ...reduce, quantity: q('1.001') }, long, 'Order rejected: Reduce-only violation'],
  [
    'a reduction of what others reduce',
    { ...reduce },
    { ...long, pendingReduction: parseAmount('-0.501') },
    'Order rejected: Reduce-only violation',
  ],
  ['a reduction that would increase', { side: 'buy', reduceOnly: true }, long, 'Order rejected: Reduce-only violation'],
  ['a reduction of nothing', { ...reduce }, {}, 'Order rejected: Reduce-only violation'],
  ['an instrument nobody knows', {}, { instrument: undefined }, 'Order rejected: Unknown instrument'],
  [
    'a halted instrument',
    {},
    { instrument: anInstrument({ status: 'halted' }) },
    'Order rejected: Instrument not trading',
  ],
  [
    'a reduction while delisting',
    { ...reduce },
    { ...long, instrument: anInstrument({ status: 'reduce_only' }) },
    undefined,
  ],
  ['an unexplained position', {}, { frozen: true }, 'Order rejected: Instrument not trading'],
  ['a reduction of an unexplained position', { ...reduce }, { ...long, frozen: true }, undefined],
  ['a tick that changed since', {}, { instrument: anInstrument({ version: 2 }) }, 'Order rejected: Instrument changed'],
];

describe('the pre-check, with the texts of the manuals (EX-2)', () => {
  it.each(cases)('%s', (_what, order, seen, text) => {
    const refusal = precheck(anIntent(order), view(seen));
    if (text === undefined) expect(refusal).toBeUndefined();
    else expect(describeRefusal(refusal!)).toMatch(new RegExp(`^${text}( \\(|\\.)`));
  });

  it('says which prices are legal', () => {
    const refusal = precheck(anIntent({ limitPrice: parsePrice('100.05') }), view());
    expect(describeRefusal(refusal!)).toContain('price=100.05, tick=0.1');
  });
});

describe('pendingReduction', () => {
  it('sums what is left of one side, and ignores what the other side left behind', () => {
    const orders = [
      anOrder({ ...reduce, quantity: q('0.5'), filledQuantity: q('0.2') }),
      anOrder({ ...reduce, quantity: q('0.1') }),
      anOrder({ side: 'buy', reduceOnly: true, quantity: q('9') }),
      anOrder({ side: 'sell', quantity: q('9') }),
    ];
    expect(pendingReduction(orders, anInstrument().id, 'sell')).toBe(parseAmount('-0.4'));
    expect(pendingReduction(orders, anInstrument().id, 'buy')).toBe(parseAmount('9'));
  });
});
