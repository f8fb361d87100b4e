import {
  accountId,
  type Amount,
  clientOrderId,
  type Fill,
  FILL_CAUSES,
  fillId,
  format,
  instrumentId,
  type Price,
  type Quantity,
  strategyId,
  timeNs,
  venueOrderId,
} from '@argosy/domain';
import fc from 'fast-check';
import {
  AccountEvent as WireEvent,
  Fill as WireFill,
  OrderFilled as WireFilled,
} from '../gen/argosy/order/v1/order.js';
import { type AccountEvent, accountEventCodec, accountEventsPageCodec } from './account-event.codec.js';

const optional = <T, K extends string>(name: K, values: fc.Arbitrary<T>): fc.Arbitrary<{ readonly [_ in K]?: T }> =>
  fc.option(values, { nil: undefined }).map((value): object => (value === undefined ? {} : { [name]: value }));
const positive = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 12n }));
const signed = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const times = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(timeNs);

const fills: fc.Arbitrary<Fill> = fc
  .tuple(
    fc.record({
      price: positive.map((raw) => raw as Price),
      quantity: positive.map((raw) => raw as Quantity),
      fee: signed.map((raw) => raw as Amount),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      accountKind: fc.constantFrom('live' as const, 'paper' as const),
      liquidity: fc.constantFrom('maker' as const, 'taker' as const),
      venueTimeNs: times,
      fillId: fc.string({ minLength: 1, maxLength: 120 }).map(fillId),
    }),
    optional('clientOrderId', fc.constant(clientOrderId('0'.repeat(31) + 'a'))),
    optional('strategyId', fc.constantFrom('maker', 'taker_2').map(strategyId)),
    optional(
      'venueClosedPnl',
      signed.map((raw) => raw as Amount),
    ),
    optional('cause', fc.constantFrom(...FILL_CAUSES)),
  )
  .map(([stated, order, strategy, closed, cause]) => ({
    ...stated,
    ...order,
    ...strategy,
    ...closed,
    ...cause,
    venueOrderId: venueOrderId('77'),
    accountId: accountId('main'),
    venue: 'hyperliquid' as const,
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    feeAsset: 'USDC',
  }));

const events: fc.Arbitrary<AccountEvent> = fc
  .tuple(fills, times, fc.bigInt({ min: 1n, max: 2n ** 60n }), optional('arrivalMid', positive))
  .map(([fill, occurredAt, sequence, mid]) => ({
    eventId: `main-${String(sequence)}`,
    accountId: accountId('main'),
    venue: 'hyperliquid',
    sequence,
    epoch: 7,
    occurredAt,
    traceparent: '',
    fact: { kind: 'order_filled', fill, ...(mid as { readonly arrivalMid?: Price }) },
  }));

describe('a fill on the wire', () => {
  // What is longer than the fleet's decimals may be is written, and refused by whoever reads it.
  const readable = (event: AccountEvent): boolean => {
    const { fill } = event.fact as Extract<AccountEvent['fact'], { kind: 'order_filled' }>;
    return [fill.price, fill.quantity, fill.fee].every((value) => format(value).split('.')[0]!.length <= 20);
  };

  it('is written field by field as the generated code writes it', () => {
    fc.assert(
      fc.property(events, (event) => {
        const bytes = accountEventCodec.encode(event);
        const again = WireEvent.encode(WireEvent.decode(bytes)).finish();
        expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(again).toString('hex'));
        const fact = WireEvent.decode(bytes).fact;
        const value = fact?.$case === 'orderFilled' ? fact.value : undefined;
        const { fill } = event.fact as Extract<AccountEvent['fact'], { kind: 'order_filled' }>;
        expect([value?.fill?.price, value?.fill?.quantity, value?.fill?.fee]).toEqual(
          [fill.price, fill.quantity, fill.fee].map(format),
        );
      }),
    );
  });

  it('comes back the same, alone and on a page', () => {
    fc.assert(
      fc.property(fc.array(events.filter(readable), { maxLength: 5 }), (list) => {
        for (const event of list) expect(accountEventCodec.decode(accountEventCodec.encode(event))).toEqual(event);
        const page = { events: list, lastSequence: 99n };
        expect(accountEventsPageCodec.decode(accountEventsPageCodec.encode(page))).toEqual(page);
      }),
    );
  });

  it('has no field that is written nowhere: a new one of the contract belongs into writeFill and writeFilled', () => {
    const fieldsOf = (message: object): string[] => Object.keys(message);
    expect(fieldsOf(WireFill.fromPartial({}))).toHaveLength(17);
    expect(fieldsOf(WireFilled.fromPartial({}))).toEqual(['fill', 'order', 'arrivalMid']);
  });

  it('is not made at all from a number that no text of a decimal holds', () => {
    const [event] = fc.sample(events, 1) as [AccountEvent];
    const { fill } = event.fact as Extract<AccountEvent['fact'], { kind: 'order_filled' }>;
    const absurd = { ...fill, price: (10n ** 200n) as Price };
    expect(() => accountEventCodec.encode({ ...event, fact: { kind: 'order_filled', fill: absurd } })).toThrow(
      'AccountEvent: a value does not fit its field',
    );
  });
});
