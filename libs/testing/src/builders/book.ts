import { type Book, instrumentId, type Level, parsePrice, parseQuantity } from '@argosy/domain';
import { A_MOMENT } from './order.js';

/** Levels from readable pairs: `levels(['60000', '1.5'], ['59999.9', '2'])`. */
export const levels = (...pairs: readonly (readonly [price: string, quantity: string])[]): readonly Level[] =>
  pairs.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) }));

/** BTC-PERP, three levels a side, 59,999.5 to 60,000.5, valid. */
export function aBook(changes: Partial<Book> = {}): Book {
  return {
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    bids: levels(['59999.5', '1'], ['59999', '2'], ['59998', '5']),
    asks: levels(['60000.5', '1'], ['60001', '2'], ['60002', '5']),
    venueTimeNs: A_MOMENT,
    receivedTimeNs: A_MOMENT,
    sequence: 1n,
    valid: true,
    ...changes,
  };
}
