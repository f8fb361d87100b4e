import {
  accountId,
  type Amount,
  type InstrumentId,
  instrumentId,
  type Order,
  type OrderRequest,
  orderRequestId,
  type OrderState,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  type Side,
  strategyId,
} from '@argosy/domain';
import { aFill, anOrder, anOrderRequest } from '@argosy/testing';
import fc from 'fast-check';
import { Exposure } from './exposure.js';

const MAIN = accountId('main');
const BTC = instrumentId('hyperliquid_BTC-PERP');
const ETH = instrumentId('hyperliquid_ETH-PERP');
const q = parseQuantity;
const ask = (id: string, side: Side, quantity: string, changes: Partial<OrderRequest> = {}): OrderRequest =>
  anOrderRequest({ orderRequestId: orderRequestId(id), side, quantity: q(quantity), ...changes });
const orderOf = (request: OrderRequest, state: OrderState, filled = 0n): Order =>
  anOrder({ ...request, state, filledQuantity: filled as Quantity });
const begin = (): Exposure => {
  const exposure = new Exposure();
  exposure.setAccount(MAIN, 'live');
  return exposure;
};
const at = (price: string) => (): Price => parsePrice(price);

describe('exposure', () => {
  it('counts an approval from the moment it is given until execution says how it ended, a time-out included (I-18)', () => {
    const exposure = begin();
    const request = ask('a', 'buy', '1');
    exposure.claim(request);
    for (const state of ['approved', 'sent', 'in_doubt', 'working', 'cancel_pending'] as const) {
      exposure.follow(orderOf(request, state));
      expect(exposure.worst(MAIN, BTC)).toEqual({ long: q('1'), short: 0n });
      expect(exposure.inDoubt).toBe(state === 'in_doubt' ? 1 : 0);
    }
    for (const state of ['rejected', 'cancelled', 'expired', 'filled'] as const) {
      exposure.claim(request);
      exposure.follow(orderOf(request, state));
      expect([exposure.openOrders, exposure.worst(MAIN, BTC).long]).toEqual([0, 0n]);
    }
  });

  it('a reduction takes off what is there before the others of its side fill: then they go further', () => {
    const exposure = begin();
    exposure.restore(MAIN, [{ instrumentId: BTC, quantity: parseAmount('1') }], []);
    exposure.claim(ask('sell', 'sell', '1'));
    expect(exposure.worst(MAIN, BTC).short).toBe(0n);
    exposure.claim(ask('reduce', 'sell', '1', { reduceOnly: true }));
    expect(exposure.worst(MAIN, BTC)).toEqual({ long: q('1'), short: q('1') });
  });

  it('no order of filling whatever reaches beyond the worst case', () => {
    const orders = fc.array(
      fc.record({
        side: fc.constantFrom<Side>('buy', 'sell'),
        size: fc.bigInt({ min: 1n, max: 5n }),
        reduceOnly: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -8n, max: 8n }), orders, fc.infiniteStream(fc.nat()), (start, open, dice) => {
        const exposure = begin();
        exposure.restore(MAIN, [{ instrumentId: BTC, quantity: start as Amount }], []);
        open.forEach(({ side, size, reduceOnly }, index) =>
          exposure.claim(ask(`o${String(index)}`, side, '1', { quantity: size as Quantity, reduceOnly })),
        );
        const { long, short } = exposure.worst(MAIN, BTC);
        let position = start;
        const left = open.map((order) => ({ ...order }));
        for (const chance of dice) {
          const live = left.filter(({ size }) => size > 0n);
          const order = live[chance % Math.max(1, live.length)];
          if (order === undefined) break;
          order.size -= 1n;
          const step = order.side === 'buy' ? 1n : -1n;
          // The venue lets a reduction take off one unit only if there is one.
          if (!order.reduceOnly || position * step < 0n) position += step;
          expect(position <= long && -position <= short).toBe(true);
        }
      }),
    );
  });

  it('claims, fills and ends in any order leave exactly the filled position and no claim', () => {
    const kinds = fc.array(
      fc.record({ side: fc.constantFrom<Side>('buy', 'sell'), filled: fc.bigInt({ min: 0n, max: 3n }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(kinds, fc.infiniteStream(fc.nat()), (orders, dice) => {
        const exposure = begin();
        let expected = 0n;
        const lives = orders.map(({ side, filled }, index) => {
          const request = ask(`o${String(index)}`, side, '1', { quantity: 3n as Quantity });
          const fill = aFill({ side, quantity: filled as Quantity });
          expected += side === 'buy' ? filled : -filled;
          return [
            () => exposure.claim(request),
            () => exposure.follow(orderOf(request, 'working')),
            () => (exposure.fill(fill), exposure.follow(orderOf(request, 'working', filled))),
            () => exposure.follow(orderOf(request, 'cancelled', filled)),
          ];
        });
        for (const chance of dice) {
          const running = lives.filter((life) => life.length > 0);
          if (running.length === 0) break;
          running[chance % running.length]?.shift()?.();
        }
        expect([exposure.position(MAIN, BTC), exposure.openOrders]).toEqual([expected, 0]);
        expect(exposure.worst(MAIN, BTC)).toEqual({
          long: expected > 0n ? expected : 0n,
          short: expected < 0n ? -expected : 0n,
        });
      }),
    );
  });

  it('no two orders pass on the same headroom: whatever is approved in turn stays within the limit (I-18)', () => {
    const limit = parseAmount('100');
    const wishes = fc.array(
      fc.record({ side: fc.constantFrom<Side>('buy', 'sell'), size: fc.integer({ min: 1, max: 60 }) }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(wishes, (all) => {
        const exposure = begin();
        all.forEach(({ side, size }, index) => {
          const request = ask(`o${String(index)}`, side, String(size));
          const after = exposure.totals('live', at('1'), request);
          if (after !== undefined && after.gross <= limit) exposure.claim(request);
        });
        const { long, short } = exposure.worst(MAIN, BTC);
        expect(long <= (limit as bigint) && short <= (limit as bigint)).toBe(true);
      }),
    );
  });

  it('judges an order that is open already once, not twice', () => {
    const exposure = begin();
    const request = ask('a', 'buy', '2');
    exposure.claim(request);
    expect(exposure.worst(MAIN, BTC, request).long).toBe(q('2'));
    expect(exposure.strategyWorst(request).long).toBe(q('2'));
    expect(exposure.totals('live', at('10'), request)).toEqual({ gross: parseAmount('20'), net: parseAmount('20') });
  });

  it('adds gross over instruments, and nets what points the other way only at the worst', () => {
    const exposure = begin();
    exposure.restore(
      MAIN,
      [
        { instrumentId: BTC, quantity: parseAmount('2') },
        { instrumentId: ETH, quantity: parseAmount('-3') },
      ],
      [],
    );
    expect(exposure.totals('live', at('10'))).toEqual({ gross: parseAmount('50'), net: parseAmount('10') });
    exposure.claim(ask('a', 'buy', '3', { instrumentId: ETH }));
    expect(exposure.totals('live', at('10'))).toEqual({ gross: parseAmount('50'), net: parseAmount('20') });
    expect(exposure.totals('paper', at('10'))).toEqual({ gross: 0n, net: 0n });
  });

  it('what cannot be valued makes the whole unknown, unless the order at hand names a price', () => {
    const exposure = begin();
    exposure.claim(ask('a', 'buy', '1', { instrumentId: ETH }));
    const price = (id: InstrumentId) => (id === ETH ? undefined : parsePrice('1'));
    expect(exposure.totals('live', price)).toBeUndefined();
    expect(exposure.totals('live', price, ask('b', 'buy', '1'))).toBeUndefined();
    expect(exposure.totals('live', price, ask('b', 'buy', '1', { instrumentId: ETH }))).toBeDefined();
  });

  it("a restore takes execution's word for everything, and what no fill explains counts for every strategy", () => {
    const exposure = begin();
    exposure.claim(ask('gone', 'buy', '5'));
    exposure.fill(aFill({ quantity: q('1') }));
    const listed = orderOf(ask('listed', 'sell', '2'), 'working', q('0.5'));
    exposure.restore(MAIN, [{ instrumentId: BTC, quantity: parseAmount('3') }], [listed]);
    expect([exposure.has(orderRequestId('gone')), exposure.openOrders]).toEqual([false, 1]);
    expect(exposure.worst(MAIN, BTC)).toEqual({ long: q('3'), short: 0n });
    expect(exposure.strategyWorst(ask('n', 'buy', '1')).long).toBe(q('4'));
    expect(exposure.strategyWorst(ask('n', 'buy', '1', { strategyId: strategyId('other') })).long).toBe(q('3'));
    exposure.setStrategyPosition(MAIN, BTC, strategyId('maker-1'), parseAmount('3'));
    expect(exposure.strategyWorst(ask('n', 'buy', '1', { strategyId: strategyId('other') })).long).toBe(q('1'));
  });

  it('knows the best of our own orders of each side', () => {
    const exposure = begin();
    for (const [id, side, price] of [
      ['a', 'buy', '10'],
      ['b', 'buy', '11'],
      ['c', 'sell', '13'],
      ['d', 'sell', '12'],
    ] as const)
      exposure.claim(ask(id, side, '1', { limitPrice: parsePrice(price) }));
    expect(exposure.ownQuotes(BTC)).toEqual({ bid: parsePrice('11'), ask: parsePrice('12') });
    expect(exposure.ownQuotes(ETH)).toEqual({ bid: undefined, ask: undefined });
  });
});
