import {
  type Amount,
  countsInExposure,
  type OrderEventType,
  parseAmount,
  parseQuantity,
  type Quantity,
} from '@argosy/domain';
import { A_MOMENT, aFill, anInstrument, anOrder } from '@argosy/testing';
import fc from 'fast-check';
import { applyFill, move } from './order-life.js';
import { PositionBook, positionBreaks } from './positions.js';

const REPORTS: readonly OrderEventType[] = [
  'venue_accepted',
  'venue_cancelled',
  'send_timed_out',
  'cancel_requested',
  'cancel_refused',
];

describe("an order's life", () => {
  it('never leaves an end by a report, and absorbs what comes late (I-24)', () => {
    for (const state of ['filled', 'cancelled', 'expired', 'rejected'] as const) {
      for (const event of REPORTS) expect(move(anOrder({ state }), event, A_MOMENT).kind).toBe('late');
    }
  });

  it('says illegal, and moves nothing, when a report fits nowhere', () => {
    expect(move(anOrder({ state: 'working' }), 'venue_rejected', A_MOMENT)).toEqual({
      kind: 'illegal',
      event: 'venue_rejected',
      fromState: 'working',
    });
  });

  it('a time-out frees nothing: the order counts in exposure until it is settled (I-18)', () => {
    const moved = move(anOrder({ state: 'sent' }), 'send_timed_out', A_MOMENT);
    expect(moved.kind === 'moved' && countsInExposure(moved.order.state)).toBe(true);
  });

  it('fills add up to what they are, in any order, and end the order exactly at its quantity (I-25, I-31)', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('sent', 'in_doubt', 'working', 'cancel_pending', 'cancelled', 'expired'),
        (all, state) => {
          const quantity = all.reduce((sum, part) => sum + part, 0n) as Quantity;
          let order = anOrder({ state, quantity });
          all.forEach((part, index) => {
            const filled = applyFill(order, aFill({ quantity: part as Quantity }), A_MOMENT);
            expect(filled.kind).toBe('filled');
            expect(filled.order.state === 'filled').toBe(index === all.length - 1);
            order = filled.order;
          });
          expect(order.filledQuantity).toBe(quantity);
          const over = applyFill(order, aFill({ quantity: 1n as Quantity }), A_MOMENT);
          expect(over).toMatchObject({ kind: 'overfilled', excess: 1n });
        },
      ),
    );
  });

  it('money that moved on a rejected order counts all the same, and is told', () => {
    const filled = applyFill(anOrder({ state: 'rejected' }), aFill(), A_MOMENT);
    expect(filled).toMatchObject({ kind: 'illegal', order: { state: 'rejected', filledQuantity: aFill().quantity } });
  });
});

describe('positions by fills (I-29)', () => {
  it('breaks are named on both sides, and nothing else is', () => {
    const { id } = anInstrument();
    const book = new PositionBook(new Map([[id, parseAmount('1')]]));
    book.apply(aFill({ side: 'sell', quantity: parseQuantity('0.4') }));
    expect(book.all()).toEqual([{ instrumentId: id, quantity: parseAmount('0.6') }]);
    expect(positionBreaks(book, [{ instrumentId: id, quantity: parseAmount('0.6') }])).toEqual([]);
    expect(positionBreaks(book, [])).toEqual([{ instrumentId: id, ours: parseAmount('0.6'), venue: 0n as Amount }]);
    const other = anInstrument({ id: 'hyperliquid_ETH-PERP' as never }).id;
    expect(positionBreaks(new PositionBook(), [{ instrumentId: other, quantity: 1n as Amount }])).toHaveLength(1);
  });
});
