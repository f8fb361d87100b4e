import { parsePrice } from '@argosy/domain';
import { A_MOMENT, aBook, aFill, anInstrument, anOrder } from '@argosy/testing';
import { eventOf, textOf } from './event-text.js';

describe('the text of the strategy log (I-32)', () => {
  it.each<[string, unknown]>([
    [
      'an order with everything it can carry',
      { kind: 'order', at: A_MOMENT, order: anOrder({ arrivalMid: parsePrice('60001.5') }) },
    ],
    ['a fill', { kind: 'fill', at: A_MOMENT, fill: aFill({ venueClosedPnl: 1n as never }) }],
    ['a book', { kind: 'book', at: A_MOMENT, book: aBook() }],
    ['an instrument', { kind: 'instrument', at: A_MOMENT, instrument: anInstrument() }],
  ])('holds %s', (_what, event) => {
    expect(JSON.parse(textOf(event))).toMatchObject({ at: String(A_MOMENT) });
  });

  it('writes decimals as people do', () => {
    expect(textOf({ arrivalMid: parsePrice('60001.5') })).toBe('{"arrivalMid":"60001.5"}');
  });

  it('keeps a number whole whose kind nobody has told: a field that is new must not end the host', () => {
    expect(textOf({ novelty: 1n })).toBe('{"novelty":{"$integer":"1"}}');
    expect(eventOf(textOf({ novelty: -1n }))).toEqual({ novelty: -1n });
  });
});
