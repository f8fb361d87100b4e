import {
  accountId,
  type Amount,
  FULL_MODE,
  modeCause,
  orderRequestId,
  type OrderRequest,
  type Quantity,
  type Side,
  stateMode,
  strategyId,
} from '@argosy/domain';
import { aFill, anOrder, anOrderRequest } from '@argosy/testing';
import fc from 'fast-check';
import { Exposure } from '../exposure.js';
import type { RiskView } from '../risk-view.js';
import { reduceOnly } from './reduce-only.check.js';

const MAIN = accountId('main');
const MODES = { full: FULL_MODE, reduce_only: stateMode([modeCause('circuit_breaker', 'tripped')]) };
const STRATEGIES = ['maker-1', 'momentum-1'].map(strategyId);
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const passes = (exposure: Exposure, request: OrderRequest, mode: keyof typeof MODES): boolean =>
  reduceOnly({ ...request, instrumentVersion: 1 }, {
    reduction: exposure.reduction(request),
    trading: { mode: MODES[mode] },
  } as RiskView) === undefined;

interface Step {
  readonly what: 'ask' | 'fill' | 'cancel';
  readonly strategy: number;
  readonly side: Side;
  readonly size: bigint;
  readonly pick: number;
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom('ask', 'ask', 'fill', 'cancel'),
    strategy: fc.nat(1),
    side: fc.constantFrom<Side>('buy', 'sell'),
    size: fc.bigInt({ min: 1n, max: 6n }),
    pick: fc.nat(),
  }),
  { maxLength: 40 },
);

/** An account, two strategies, reductions that are asked for, fill in parts and end in any order. */
function run(
  start: bigint,
  given: readonly Step[],
  mode: keyof typeof MODES,
  law: (open: bigint, position: bigint) => void,
): void {
  const exposure = new Exposure();
  exposure.setAccount(MAIN, 'live');
  const { instrumentId } = anOrderRequest();
  exposure.restore(MAIN, [{ instrumentId, quantity: start as Amount }], []);
  const open = new Map<string, { request: OrderRequest; filled: bigint }>();
  given.forEach((step, index) => {
    const [id, live] = [...open][step.pick % Math.max(1, open.size)] ?? [];
    if (step.what === 'ask') {
      const request = anOrderRequest({
        orderRequestId: orderRequestId(`r${String(index)}`),
        strategyId: STRATEGIES[step.strategy]!,
        side: step.side,
        quantity: step.size as Quantity,
        reduceOnly: true,
      });
      if (passes(exposure, request, mode)) {
        exposure.claim(request);
        open.set(request.orderRequestId, { request, filled: 0n });
      }
    } else if (id !== undefined && live !== undefined) {
      const { request } = live;
      const rest = request.quantity - live.filled;
      const part = step.what === 'fill' ? (step.size < rest ? step.size : rest) : 0n;
      live.filled += part;
      if (part > 0n)
        exposure.fill(aFill({ side: request.side, quantity: part as Quantity, strategyId: request.strategyId }));
      const ended = step.what === 'cancel' || live.filled === request.quantity;
      if (ended) open.delete(id);
      exposure.follow(
        anOrder({ ...request, state: ended ? 'cancelled' : 'working', filledQuantity: live.filled as Quantity }),
      );
    }
    const sum = [...open.values()].reduce((total, { request, filled }) => total + request.quantity - filled, 0n);
    law(sum, exposure.position(MAIN, instrumentId));
  });
}

describe('reductions of one account by two strategies (RK-4)', () => {
  it.each(['full', 'reduce_only'] as const)(
    'in %s mode: what is open to reduce never exceeds the position, which never grows or turns, in any interleaving',
    (mode) => {
      fc.assert(
        fc.property(fc.bigInt({ min: -20n, max: 20n }), steps, (start, given) => {
          run(start, given, mode, (open, position) => {
            expect(open <= magnitude(position)).toBe(true);
            expect(magnitude(position) <= magnitude(start) && position * start >= 0n).toBe(true);
          });
        }),
      );
    },
  );

  it("is judged on the account's position, not on a strategy's own: another strategy's long may not be sold twice", () => {
    const exposure = new Exposure();
    const ask = (id: string, strategy: number): OrderRequest =>
      anOrderRequest({
        orderRequestId: orderRequestId(id),
        strategyId: STRATEGIES[strategy]!,
        side: 'sell',
        quantity: 5n as Quantity,
        reduceOnly: true,
      });
    const { instrumentId } = ask('x', 0);
    exposure.restore(MAIN, [{ instrumentId, quantity: 5n as Amount }], []);
    exposure.setStrategyPosition(MAIN, instrumentId, STRATEGIES[1]!, 5n as Amount);
    const first = ask('a', 0);
    expect(passes(exposure, first, 'full')).toBe(true);
    exposure.claim(first);
    expect(passes(exposure, ask('b', 1), 'full')).toBe(false);
    expect(passes(exposure, first, 'full')).toBe(true);
    exposure.release(first.orderRequestId);
    expect(passes(exposure, ask('b', 1), 'full')).toBe(true);
  });

  it('no interleaving of ordinary orders and reductions turns the position once only reductions may be made', () => {
    const ordinary = fc.array(
      fc.record({ side: fc.constantFrom<Side>('buy', 'sell'), size: fc.bigInt({ min: 1n, max: 4n }) }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -9n, max: 9n }), ordinary, steps, (start, before, given) => {
        const exposure = new Exposure();
        const { instrumentId } = anOrderRequest();
        exposure.restore(MAIN, [{ instrumentId, quantity: start as Amount }], []);
        before.forEach(({ side, size }, index) =>
          exposure.claim(
            anOrderRequest({ orderRequestId: orderRequestId(`o${String(index)}`), side, quantity: size as Quantity }),
          ),
        );
        const alone = exposure.worst(MAIN, instrumentId);
        given.forEach(({ side, size }, index) => {
          const request = anOrderRequest({
            orderRequestId: orderRequestId(`r${String(index)}`),
            side,
            quantity: size as Quantity,
            reduceOnly: true,
          });
          if (passes(exposure, request, 'reduce_only')) exposure.claim(request);
        });
        // Whatever reductions were let in, the worst case is no worse than the ordinary orders alone made it.
        expect(exposure.worst(MAIN, instrumentId)).toEqual(alone);
      }),
    );
  });
});
