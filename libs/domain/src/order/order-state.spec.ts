import fc from 'fast-check';
import {
  countsInExposure,
  isFinal,
  isLate,
  nextState,
  ORDER_EVENTS,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  type OrderEventType,
  type OrderState,
} from './order-state.js';

const walk = (events: readonly OrderEventType[]): OrderState | 'illegal' =>
  events.reduce<OrderState | undefined>((state, event) => state && nextState(state, event), 'new') ?? 'illegal';

const lives: ReadonlyArray<[string, OrderEventType[], OrderState | 'illegal']> = [
  [
    'an order that rests and fills',
    ['risk_approved', 'send_started', 'venue_accepted', 'fill', 'final_fill'],
    'filled',
  ],
  ['the fill outruns the accept', ['risk_approved', 'send_started', 'final_fill'], 'filled'],
  ['a timeout the venue denies', ['risk_approved', 'send_started', 'send_timed_out', 'venue_unaware'], 'rejected'],
  ['a timeout that traded', ['risk_approved', 'send_started', 'send_timed_out', 'final_fill'], 'filled'],
  ['a timeout that rests', ['risk_approved', 'send_started', 'send_timed_out', 'venue_accepted'], 'working'],
  [
    'a cancel that the venue confirms',
    ['risk_approved', 'send_started', 'venue_accepted', 'cancel_requested', 'venue_cancelled'],
    'cancelled',
  ],
  [
    'a cancel that came too late',
    ['risk_approved', 'send_started', 'venue_accepted', 'cancel_requested', 'final_fill'],
    'filled',
  ],
  [
    'a cancel before the answer to the order',
    ['risk_approved', 'send_started', 'cancel_requested', 'venue_accepted', 'venue_cancelled'],
    'cancelled',
  ],
  [
    'a cancelled order that had filled',
    ['risk_approved', 'send_started', 'venue_accepted', 'venue_cancelled', 'fill'],
    'cancelled',
  ],
  ['an egress that was shut', ['risk_approved', 'send_prevented'], 'rejected'],
  ['refused by risk', ['risk_refused'], 'rejected'],
  ['sent without approval', ['send_started'], 'illegal'],
  ['not found believed without doubt', ['risk_approved', 'send_started', 'venue_accepted', 'venue_unaware'], 'illegal'],
  ['a rejected order that fills', ['risk_approved', 'send_started', 'venue_rejected', 'fill'], 'illegal'],
];

describe('the order state table (EX-1, I-24)', () => {
  it.each(lives)('%s', (_life, events, expected) => {
    expect(walk(events)).toBe(expected);
  });

  it('reaches every state from new', () => {
    const reached = new Set<OrderState>(['new']);
    for (const state of reached) for (const event of ORDER_EVENTS) reached.add(nextState(state, event) ?? state);
    expect([...reached].sort()).toEqual([...ORDER_STATES].sort());
  });

  it('uses every event', () => {
    const used = new Set(Object.values(ORDER_TRANSITIONS).flatMap((row) => Object.keys(row)));
    expect([...used].sort()).toEqual([...ORDER_EVENTS].sort());
  });

  it('lets every live state end', () => {
    for (const state of ORDER_STATES.filter((candidate) => !isFinal(candidate))) {
      const seen = new Set<OrderState>([state]);
      for (const from of seen) for (const event of ORDER_EVENTS) seen.add(nextState(from, event) ?? from);
      expect([state, [...seen].some(isFinal)]).toEqual([state, true]);
    }
  });

  it('moves a finished order to another state only by a final fill', () => {
    for (const state of ORDER_STATES.filter(isFinal)) {
      for (const event of ORDER_EVENTS) {
        const next = nextState(state, event);
        if (next !== undefined && next !== state) expect([state, event, next]).toEqual([state, 'final_fill', 'filled']);
      }
    }
  });

  it('keeps full exposure while the outcome is unknown (5.1)', () => {
    expect(countsInExposure('in_doubt')).toBe(true);
    expect(ORDER_STATES.filter((state) => isFinal(state) && countsInExposure(state))).toEqual([]);
  });

  it('absorbs any report that repeats or trails what is known, and never one that is news', () => {
    fc.assert(
      fc.property(fc.constantFrom(...lives.filter(([, , end]) => end !== 'illegal')), ([, events]) => {
        const end = walk(events);
        if (end === 'illegal') return;
        for (const event of events.filter(
          (candidate) => candidate !== 'fill' && candidate !== 'final_fill' && candidate !== 'risk_refused',
        )) {
          expect([event, nextState(end, event) !== undefined || isLate(end, event)]).toEqual([event, true]);
        }
      }),
    );
    expect(isLate('working', 'venue_cancelled')).toBe(false);
    expect(isLate('rejected', 'fill')).toBe(false);
  });
});
