import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accountId,
  DecimalFormatError,
  format,
  instrumentId,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  type PriceRule,
  roundTo,
  tickAt,
  toLegalPrice,
} from '@argosy/domain';
import { recordings } from '@argosy/testing';
import fc from 'fast-check';
import { Catalogue, parseMeta } from '../instruments.js';
import { type AccountView, parseAccountState, parseFunding, parseOpenOrder } from './account-records.js';
import { parseWireDecimal, parseWireStatistic, wireDecimal } from './decimal.js';
import { parseFrame } from './frame.js';
import { venueOrderStatus } from './order-status.js';
import { BookReader, coinOf, parseMarketState, parseTrades } from './public-frames.js';
import { parseCancelAnswer, parsePlaceAnswer } from './action-answers.js';

const ANY = { priceDecimals: 6, sizeDecimals: 6 };
const NOW = parseAmount('1') as never;
const folder = recordings();
const file = (path: string): unknown => JSON.parse(readFileSync(join(folder ?? '', path), 'utf8')) as unknown;
/** Every coin is ours: the cassettes are older than any universe. */
const everything: AccountView = {
  user: `0x${'1'.repeat(40)}`,
  accountId: accountId('main'),
  instrumentOf: (coin) => instrumentId(`hyperliquid_${coin}-PERP`),
};

describe('decimal text', () => {
  it('reads what the fleet reads, and never finer than allowed', () => {
    const text = fc.oneof(
      fc.stringMatching(/^-?\d{1,20}(\.\d{1,12})?$/),
      fc.stringMatching(/^-?\d{0,6}\.?\d{0,8}$/),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (each) => {
        let expected: bigint | undefined;
        try {
          expected = parseAmount(each);
        } catch (error) {
          if (!(error instanceof DecimalFormatError)) throw error;
        }
        expect(parseWireDecimal(each, 12)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['105055.0', 1, true],
    ['105055.5', 0, false],
    ['1.10000', 1, true],
    ['0.123456', 5, false],
    ['3495670.8399999999', 12, true],
    ['1.', 6, false],
    ['.5', 6, false],
    ['', 6, false],
    ['-', 6, false],
    ['１', 6, false],
  ])('%s with %d places is readable: %s', (each, places, isReadable) => {
    expect(parseWireDecimal(each, places) !== undefined).toBe(isReadable);
  });

  it('cuts the noise off a volume', () => {
    expect(parseWireStatistic('1.0000000000009999')).toBe(10n ** 12n);
  });

  it.each(['0', '-1', '123456789012345678901'])('does not write %s as a price', (each) => {
    expect(() => wireDecimal((each.length > 20 ? 10n ** 33n : parsePrice(each)) as Price)).toThrow(RangeError);
  });
});

describe('the venue words for an order', () => {
  it('a status that is not in its documents is unknown', () => {
    expect(['expired', 'Filled', 'toString', '', 'someNewRejected'].map(venueOrderStatus)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the universe', () => {
  const meta = (...universe: unknown[]) => ({ universe });
  const btc = { name: 'BTC', szDecimals: 5, maxLeverage: 50 };

  it('MD-1 gives tick, lot and least value', () => {
    const { listings } = parseMeta(meta(btc, { name: 'LOOM', szDecimals: 1, maxLeverage: 3, isDelisted: true }));
    expect(
      listings.map(({ asset, instrument }) => [
        asset,
        instrument.id,
        format(instrument.lot),
        instrument.status,
        instrument.maxLeverage,
      ]),
    ).toEqual([
      [0, 'hyperliquid_BTC-PERP', '0.00001', 'trading', 50],
      [1, 'hyperliquid_LOOM-PERP', '0.1', 'delisted', 3],
    ]);
    expect(listings[0]?.instrument).toMatchObject({
      priceRule: { kind: 'significant', figures: 5, decimals: 1 },
      quote: 'USDC',
      version: 1,
    });
  });

  it('leaves out what cannot be a subject, without moving the numbers of the others', () => {
    const { listings, skipped } = parseMeta(meta({ ...btc, name: 'xyz:GOLD' }, btc));
    expect([listings[0]?.asset, skipped]).toEqual([1, 1]);
  });

  it.each([
    [meta()],
    [meta(btc, btc)],
    [meta({ ...btc, szDecimals: 7 })],
    [meta({ ...btc, szDecimals: '5' })],
    [meta(null)],
    [{}],
    [[]],
  ])('refuses %j', (answer) => {
    expect(() => parseMeta(answer)).toThrow();
  });

  it('5.13 a coin that vanishes is delisted, and one that returns has a higher version', () => {
    const catalogue = new Catalogue();
    const both = parseMeta(meta(btc, { ...btc, name: 'ETH' })).listings;
    const versions = [both, both.slice(0, 1), both.slice(0, 1), both].map((listings) =>
      catalogue
        .update(listings)
        .map(({ listing: { instrument } }) => `${instrument.base}:${String(instrument.version)}:${instrument.status}`),
    );
    expect(versions).toEqual([['BTC:1:trading', 'ETH:1:trading'], ['ETH:2:delisted'], [], ['ETH:3:trading']]);
  });
});

describe('recorded answers and messages', () => {
  if (folder === undefined) {
    it('not run: no recordings (Hyperliquid answers)', () => {
      expect(folder).toBeUndefined();
    });
    return;
  }

  it('price and size texts are those of the published cases', () => {
    const cases = file('hyperliquid/price_size_format_cases.json') as {
      price: [string, number, string, string][];
      size: [string, number, string][];
      float_to_wire: [number, string][];
    };
    let checked = 0;
    for (const [text, sizeDecimals, market, expected] of cases.price) {
      const rule: PriceRule = { kind: 'significant', figures: 5, decimals: (market === 'perp' ? 6 : 8) - sizeDecimals };
      // Text that is no number, and negative prices, end before they are prices.
      if (text.startsWith('-') || !/\d/.test(text)) continue;
      const legal = toLegalPrice(rule, parsePrice(text), 'down');
      if (expected === 'ERROR') expect(() => wireDecimal(legal)).toThrow(RangeError);
      else expect([text, wireDecimal(legal)]).toEqual([text, expected]);
      checked += 1;
    }
    for (const [text, decimals, expected] of cases.size) {
      if (text.startsWith('-')) continue;
      const legal = roundTo(parseQuantity(text), parseQuantity((1 / 10 ** decimals).toFixed(decimals)), 'down');
      if (expected === 'ERROR') expect(() => wireDecimal(legal)).toThrow(RangeError);
      else expect([text, wireDecimal(legal)]).toEqual([text, expected]);
      checked += 1;
    }
    for (const [, text] of cases.float_to_wire) {
      if (text === '0') continue;
      expect(wireDecimal(parsePrice(text))).toBe(text);
      checked += 1;
    }
    expect(checked).toBe(19);
    expect(format(tickAt({ kind: 'significant', figures: 5, decimals: 1 }, parsePrice('105055')))).toBe('1');
  });

  it('every published status has its meaning, and every reject text is one', () => {
    const { statuses, errors } = file('hyperliquid/reject_catalogue.json') as {
      statuses: string[];
      errors: [string, string, string | null][];
    };
    const meanings = statuses.map((word) => [word, venueOrderStatus(word)] as const);
    expect(meanings.filter(([, meaning]) => meaning === undefined)).toEqual([]);
    for (const [word, meaning] of meanings)
      if (word.endsWith('Rejected')) expect([word, meaning]).toEqual([word, 'rejected']);
    for (const [, reason, word] of errors) {
      const legs = [{ cloid: '0'.repeat(32), quantity: parseQuantity('1') }];
      const response = (type: string) => ({
        type: 'action',
        payload: { status: 'ok', response: { type, data: { statuses: [{ error: reason }] } } },
      });
      if (word !== null)
        expect(parsePlaceAnswer(response('order'), legs)).toEqual({
          kind: 'orders',
          answers: [{ outcome: 'rejected', reason }],
        });
      else
        expect(parseCancelAnswer(response('cancel'), 1)).toEqual({
          kind: 'orders',
          answers: [{ outcome: 'unknown_order', reason }],
        });
    }
  });

  it('cassettes of /info are read whole', () => {
    const readers: Record<string, (answer: unknown) => unknown> = {
      meta: (answer) => parseMeta(answer).listings.length,
      l2Book: (answer) => new BookReader(ANY).book(answer).bids.length,
      clearinghouseState: (answer) =>
        parseAccountState({ time: 1_679_940_322_000, ...(answer as object) }, everything).positions.length,
      frontendOpenOrders: (answer) => (answer as unknown[]).map((row) => parseOpenOrder(row, everything)).length,
    };
    let read = 0;
    for (const name of readdirSync(join(folder, 'hyperliquid/cassettes'))) {
      for (const { request, response } of file(`hyperliquid/cassettes/${name}`) as {
        request: { body: { type: string } };
        response: unknown;
      }[]) {
        const reader = readers[request.body.type];
        if (reader === undefined) continue;
        expect(reader(response)).toBeGreaterThan(0);
        read += 1;
      }
    }
    expect(read).toBeGreaterThanOrEqual(5);
  });

  it('messages of other recorders are read too', () => {
    const set = file('normalise/hyperliquid.json') as { message_sets: { messages: unknown[] } };
    const counts = new Map<string, number>();
    for (const message of set.message_sets.messages) {
      const { channel, data } = parseFrame(JSON.stringify(message));
      const coin = coinOf(data) ?? '';
      if (channel === 'trades') parseTrades(data, coin, instrumentId('hyperliquid_X'), NOW);
      else if (channel === 'l2Book') new BookReader(ANY).book(data);
      else if (channel === 'bbo') new BookReader(ANY).best(data);
      else if (channel === 'activeAssetCtx') parseMarketState(data, instrumentId('hyperliquid_X'), NOW);
      counts.set(channel, (counts.get(channel) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      trades: 4,
      l2Book: 2,
      activeAssetCtx: 1,
      activeSpotAssetCtx: 1,
      bbo: 2,
    });
  });

  it('a funding payment is the same under delta and flat', () => {
    const flat = {
      time: 1_750_172_400_033,
      coin: 'HYPE',
      usdc: '-0.044263',
      szi: '30.0',
      fundingRate: '0.0000369155',
      nSamples: null,
    };
    const { time, ...delta } = flat;
    expect(parseFunding({ time, hash: '0x0', delta: { type: 'funding', ...delta } }, everything)).toEqual(
      parseFunding(flat, everything),
    );
  });
});
