import type { JsonObject } from '../signing/field-order.js';
import { parseAction, UnsupportedAction } from './parse-action.js';
import { MalformedRequest } from './request-reader.js';

const ORDER: JsonObject = { a: 0, b: true, p: '100', s: '1', r: false, t: { limit: { tif: 'Gtc' } } };
const orderWith = (changes: JsonObject): JsonObject => ({
  type: 'order',
  orders: [{ ...ORDER, ...changes }],
  grouping: 'na',
});

describe('an action, read from JSON', () => {
  it.each<[string, JsonObject, unknown]>([
    [
      'order',
      orderWith({ c: `0x${'A'.repeat(32)}` }),
      {
        type: 'order',
        orders: [
          { asset: 0, isBuy: true, px: '100', sz: '1', reduceOnly: false, tif: 'Gtc', cloid: `0x${'a'.repeat(32)}` },
        ],
      },
    ],
    [
      'order of a builder that charges nothing',
      { ...orderWith({}), builder: { b: '0x', f: 0 } },
      { type: 'order', orders: [{ asset: 0, isBuy: true, px: '100', sz: '1', reduceOnly: false, tif: 'Gtc' }] },
    ],
    ['cancel', { type: 'cancel', cancels: [{ a: 1, o: 2 }] }, { type: 'cancel', cancels: [{ asset: 1, oid: 2 }] }],
    [
      'modify by cloid',
      { type: 'modify', oid: `0x${'1'.repeat(32)}`, order: ORDER },
      expect.objectContaining({ type: 'modify', oid: `0x${'1'.repeat(32)}` }),
    ],
    ['scheduleCancel without a time', { type: 'scheduleCancel' }, { type: 'scheduleCancel' }],
    ['scheduleCancel with null', { type: 'scheduleCancel', time: null }, { type: 'scheduleCancel' }],
    ['noop', { type: 'noop' }, { type: 'noop' }],
  ])('%s', (_what, action, expected) => {
    expect(parseAction(action)).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['no type', {}],
    ['an unknown type', { type: 'makeMeRich' }],
    ['a type that every object has', { type: 'toString' }],
    ['__proto__ as type', { type: '__proto__' }],
    ['orders that are no list', { type: 'order', orders: {}, grouping: 'na' }],
    ['an order that is text', { type: 'order', orders: ['x'], grouping: 'na' }],
    ['a price that is a number', orderWith({ p: 100 })],
    ['a price with an exponent', orderWith({ p: '1e5' })],
    ['a negative size', orderWith({ s: '-1' })],
    ['a size of NaN', orderWith({ s: 'NaN' })],
    ['a price in full-width digits', orderWith({ p: '１００' })],
    ['a thousands separator', orderWith({ p: '1,000' })],
    ['80 digits', orderWith({ p: '1'.repeat(80) })],
    ['an asset below zero', orderWith({ a: -1 })],
    ['an asset beyond 2^53', orderWith({ a: 2 ** 53 })],
    ['half an asset', orderWith({ a: 0.5 })],
    ['a side that is text', orderWith({ b: 'true' })],
    ['an unknown time in force', orderWith({ t: { limit: { tif: 'Fok' } } })],
    ['no time in force', orderWith({ t: {} })],
    ['a short client order id', orderWith({ c: '0x12' })],
    ['a cancel without an order id', { type: 'cancel', cancels: [{ a: 1 }] }],
  ])('is malformed: %s', (_what, action) => {
    expect(() => parseAction(action)).toThrow(MalformedRequest);
  });

  it.each<[string, JsonObject, string]>([
    ['a transfer', { type: 'usdSend' }, 'Action usdSend is not supported by this exchange.'],
    [
      'a trigger order',
      orderWith({ t: { trigger: { isMarket: true, triggerPx: '1', tpsl: 'tp' } } }),
      'Trigger orders are not supported by this exchange.',
    ],
    ['a grouping', { ...orderWith({}), grouping: 'normalTpsl' }, 'Order grouping is not supported by this exchange.'],
    ['a builder fee', { ...orderWith({}), builder: { b: '0x', f: 1 } }, 'Builder fee has not been approved.'],
  ])('is understood and refused: %s', (_what, action, text) => {
    expect(() => parseAction(action)).toThrow(new UnsupportedAction(text));
  });
});
