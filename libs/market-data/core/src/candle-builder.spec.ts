import { instrumentId, type MarketTrade, msToNs, parsePrice, parseQuantity } from '@argosy/domain';
import { CandleBuilder } from './candle-builder.js';

const ID = instrumentId('binance_BTC-USDT');
const MINUTE = 60_000;
const aTrade = (atMs: number, price: string, quantity = '1'): MarketTrade => ({
  instrumentId: ID,
  tradeId: String(atMs),
  price: parsePrice(price),
  quantity: parseQuantity(quantity),
  aggressor: 'buy',
  venueTimeNs: msToNs(atMs),
  receivedTimeNs: msToNs(atMs),
});

describe('a candle builder', () => {
  it('gathers a minute and closes it with the first trade after', () => {
    const builder = new CandleBuilder(ID);
    for (const trade of [aTrade(5, '10'), aTrade(6, '12', '0.5'), aTrade(7, '9'), aTrade(MINUTE - 1, '11')])
      expect(builder.add(trade)).toBeUndefined();
    const closed = builder.add(aTrade(MINUTE, '20'));
    expect(closed).toEqual({
      instrumentId: ID,
      openTimeNs: msToNs(0),
      closeTimeNs: msToNs(MINUTE),
      open: parsePrice('10'),
      high: parsePrice('12'),
      low: parsePrice('9'),
      close: parsePrice('11'),
      volume: parseQuantity('3.5'),
      trades: 4,
      closed: true,
    });
    expect(builder.current).toMatchObject({ open: parsePrice('20'), trades: 1, closed: false });
  });

  it('closes by the clock when nobody trades, and then leaves late trades out', () => {
    const builder = new CandleBuilder(ID);
    builder.add(aTrade(10, '10'));
    expect(builder.advance(msToNs(MINUTE - 1))).toBeUndefined();
    expect(builder.advance(msToNs(MINUTE))).toMatchObject({ closed: true, trades: 1 });
    expect(builder.add(aTrade(MINUTE - 1, '99'))).toBeUndefined();
    expect([builder.current, builder.lateTrades]).toEqual([undefined, 1]);
  });
});
