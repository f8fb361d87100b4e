import { isLegalPrice, isLegalQuantity, parseQuantity } from '@argosy/domain';
import { aBook, levels } from './book.js';
import { anInstrument } from './instrument.js';
import { aFill, anIntent, anOrder, anOrderRequest } from './order.js';

describe('builders', () => {
  it('tell one story: the request, its order and its fill belong together and fit the instrument', () => {
    const [instrument, request, order, fill] = [anInstrument(), anOrderRequest(), anOrder(), aFill()];
    expect(anIntent()).toMatchObject(request);
    expect(order).toMatchObject(request);
    expect(fill).toMatchObject({
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId,
      side: order.side,
    });
    expect(isLegalPrice(instrument.priceRule, order.limitPrice)).toBe(true);
    expect(isLegalQuantity(instrument.lot, fill.quantity)).toBe(true);
    expect([request.instrumentId, fill.instrumentId, aBook().instrumentId]).toEqual(new Array(3).fill(instrument.id));
  });

  it('change only what is asked', () => {
    const changed = anOrder({ quantity: parseQuantity('2') });
    expect({ ...changed, quantity: anOrder().quantity }).toEqual(anOrder());
  });

  it('make books that are not crossed', () => {
    const { bids, asks } = aBook({ bids: levels(['1', '1']) });
    expect((bids[0]?.price ?? 0n) < (asks[0]?.price ?? 0n)).toBe(true);
  });
});
