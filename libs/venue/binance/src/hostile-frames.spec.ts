import type { FeedStateName } from '@argosy/domain';
import { ManualTime, recordings, SeededRandom, settled } from '@argosy/testing';
import fc from 'fast-check';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { anAdapter, aSnapshot, type FakeBinance, json } from './fake-binance.fixture.js';
import { verifyRecording } from './replay/verify-recording.js';

async function live() {
  const time = new ManualTime();
  const { venue, seen, adapter, id } = anAdapter(time, new SeededRandom(5));
  await adapter.start([id], seen);
  venue.socket?.onOpen();
  venue.diff(99, 101);
  await settled();
  venue.snapshotAnswer = () => new Promise(() => undefined);
  return { venue, seen, adapter, time };
}

describe('Bad input 5: hostile frames', () => {
  const raw = (text: string) => (venue: FakeBinance) => venue.socket?.onMessage(text);
  const keepsLive: readonly [story: string, say: (venue: FakeBinance) => void][] = [
    ['nothing', raw('')],
    ['a frame cut short', raw('{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":17231')],
    ['HTML', raw('<html><body>502 Bad Gateway</body></html>')],
    ['bytes that were no UTF-8', raw('{"stream":"btcusdt@trade","data":{"\ufffd\ufffd')],
    ['null', raw('null')],
    ['a list', raw('[1,2,3]')],
    ['a number beyond doubles', raw('1e999')],
    ['a thousand brackets', raw('['.repeat(100_000))],
    ['an oversized frame', raw(`{"stream":"btcusdt@depth@100ms","data":{"x":"${'y'.repeat(1_100_000)}"}}`)],
    ['an unknown channel', (venue) => venue.frame('liquidationStorm', { e: 'x' })],
    ['an unknown symbol', raw('{"stream":"dogeusdt@trade","data":{"s":"DOGEUSDT"}}')],
    [
      'a stream that holds another symbol',
      raw('{"stream":"btcusdt@depth@100ms","data":{"s":"ETHUSDT","U":102,"u":102,"b":[],"a":[]}}'),
    ],
    ['a stream without data', raw('{"stream":"btcusdt@depth@100ms"}')],
    ['a stream named by a prototype', raw('{"stream":"__proto__@depth","data":{"__proto__":{"x":1}}}')],
    ['a trade at price zero', (venue) => venue.frame('trade', { t: 1, p: '0.00', q: '1', T: venue.nowMs, m: true })],
    [
      'a trade of negative size',
      (venue) => venue.frame('trade', { t: 1, p: '100.00', q: '-1', T: venue.nowMs, m: true }),
    ],
    ['a trade in µs', (venue) => venue.frame('trade', { t: 1, p: '100.00', q: '1', T: venue.nowMs * 1_000, m: true })],
    ['a trade without a maker', (venue) => venue.frame('trade', { t: 1, p: '100.00', q: '1', T: venue.nowMs })],
    [
      'a trade finer than the tick',
      (venue) => venue.frame('trade', { t: 1, p: '100.001', q: '1', T: venue.nowMs, m: true }),
    ],
    ['a bookTicker of numbers', (venue) => venue.frame('bookTicker', { u: 101, b: 100, B: 1, a: 101, A: 1 })],
    ['a bookTicker without an id', (venue) => venue.frame('bookTicker', { b: '1', B: '1', a: '2', A: '1' })],
    ['a negative mark price', (venue) => venue.frame('markPrice', { E: venue.nowMs, p: '-1' })],
    ['the answer to a subscription', raw('{"result":null,"id":1}')],
    ['the same diff once more', (venue) => venue.diff(99, 101)],
  ];
  it.each(keepsLive)('%s changes nothing', async (_story, say) => {
    const { venue, seen } = await live();
    const before = seen.books.length;
    say(venue);
    expect(seen.books).toHaveLength(before);
    expect(seen.trades).toHaveLength(0);
    expect(seen.states).toHaveLength(0);
    expect(seen.feeds.at(-1)?.state).toBe('live');
    venue.diff(102, 102, [['100.20', '1.00000']], []);
    expect(seen.books).toHaveLength(before + 1);
  });

  const breaksBook: readonly [story: string, state: FeedStateName, say: (venue: FakeBinance) => void][] = [
    ['a diff with a hole before it', 'gapped', (venue) => venue.diff(103, 104)],
    ['a diff that goes back', 'gapped', (venue) => venue.diff(50, 60)],
    ['ids that wrapped around', 'gapped', (venue) => venue.diff(1, 2)],
    ['ids that are text', 'gapped', (venue) => venue.diff(102, 102, [], [], { U: '102', u: '102' })],
    ['ids that run backwards inside', 'gapped', (venue) => venue.diff(103, 102)],
    ['ids over 2^53', 'gapped', (venue) => venue.diff(2 ** 53, 2 ** 53 + 2)],
    ['ids that are missing', 'gapped', (venue) => venue.frame('depth@100ms', { s: 'BTCUSDT', b: [], a: [] })],
    ['an event time in µs', 'gapped', (venue) => venue.diff(102, 102, [], [], { E: venue.nowMs * 1_000 })],
    ['an event time in s', 'gapped', (venue) => venue.diff(102, 102, [], [], { E: Math.floor(venue.nowMs / 1_000) })],
    ['an event time as text', 'gapped', (venue) => venue.diff(102, 102, [], [], { E: String(venue.nowMs) })],
    ['a good bid beside a bad ask', 'gapped', (venue) => venue.diff(102, 102, [['100.20', '1']], [['101.00', 'NaN']])],
    ['a price of zero', 'gapped', (venue) => venue.diff(102, 102, [['0.00', '1']], [])],
    ['a negative price', 'gapped', (venue) => venue.diff(102, 102, [['-5.00', '1']], [])],
    ['a negative size', 'gapped', (venue) => venue.diff(102, 102, [['99.00', '-1']], [])],
    ['a price finer than the tick', 'gapped', (venue) => venue.diff(102, 102, [['99.001', '1']], [])],
    ['a price beyond 2^53 ticks', 'gapped', (venue) => venue.diff(102, 102, [], [['99999999999999999999.00', '1']])],
    ['levels that are no list', 'gapped', (venue) => venue.diff(102, 102, { 0: ['1', '1'] }, [])],
    [
      'more levels than any book has',
      'gapped',
      (venue) =>
        venue.diff(
          102,
          102,
          Array.from({ length: 5_001 }, (_, n) => [`${String(n + 1)}.00`, '1']),
          [],
        ),
    ],
    ['a bid at the ask', 'crossed', (venue) => venue.diff(102, 102, [['101.00', '1']], [])],
    ['an ask through the bids', 'crossed', (venue) => venue.diff(102, 102, [], [['50.00', '1']])],
    [
      'every bid taken away',
      'gapped',
      (venue) =>
        venue.diff(
          102,
          102,
          [
            ['100.00', '0'],
            ['99.00', '0'],
          ],
          [],
        ),
    ],
    ['an event from the day before', 'stale', (venue) => venue.diff(102, 102, [], [], { E: venue.nowMs - 86_400_000 })],
  ];
  it.each(breaksBook)('%s ends live, and nothing is served', async (_story, state, say) => {
    const { venue, seen } = await live();
    const before = seen.books.length;
    say(venue);
    expect(seen.books).toHaveLength(before);
    expect(seen.feeds.at(-1)?.state).toBe(state);
    await settled();
    venue.diff(10_000, 10_001);
    expect(seen.books).toHaveLength(before);
  });

  it("an event from the future is stale once the rate of the venue's clock is known", async () => {
    const { venue, seen, time } = await live();
    await time.advanceAsync(1_100);
    venue.diff(102, 102, [], [], { E: venue.nowMs + 60_000 });
    expect(seen.feeds.at(-1)).toMatchObject({ state: 'stale' });
  });
});

/** What a book that was served must always be. */
function expectGoodBooks(
  books: readonly {
    readonly bids: readonly { readonly price: bigint; readonly quantity: bigint }[];
    readonly asks: readonly { readonly price: bigint; readonly quantity: bigint }[];
  }[],
): void {
  for (const { bids, asks } of books) {
    const prices = [...bids]
      .reverse()
      .concat(asks)
      .map(({ price }) => price);
    expect(bids.length * asks.length).toBeGreaterThan(0);
    expect(prices.every((price, index) => price > 0n && (index === 0 || price > (prices[index - 1] as bigint)))).toBe(
      true,
    );
    expect([...bids, ...asks].every(({ quantity }) => quantity > 0n)).toBe(true);
  }
}

/** One way to spoil a list of frames. */
const mutation = fc.record({
  at: fc.nat(10_000),
  where: fc.nat(10_000),
  how: fc.constantFrom('cut', 'drop', 'repeat', 'swap', 'byte', 'digit', 'insert'),
  what: fc.constantFrom(
    '0',
    '9',
    '-',
    '"',
    '}',
    '[',
    'null',
    '1e400',
    '\u0000',
    '٣',
    ',',
    '99999999999999999999',
    '__proto__',
  ),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function spoil(frames: readonly string[], { at, where, how, what }: Mutation): readonly string[] {
  const list = [...frames];
  const index = at % list.length;
  const frame = list[index] ?? '';
  const place = where % Math.max(1, frame.length);
  const replace = (text: string): readonly string[] => list.with(index, text);
  switch (how) {
    case 'cut':
      return replace(frame.slice(0, place));
    case 'drop':
      return list.toSpliced(index, 1);
    case 'repeat':
      return list.toSpliced(index, 0, frame);
    case 'swap':
      return list.with(index, list[place % list.length] ?? '').with(place % list.length, frame);
    case 'byte':
      return replace(frame.slice(0, place) + what + frame.slice(place + 1));
    case 'digit': {
      const digit = frame.slice(place).search(/\d/);
      return digit < 0 ? list : replace(frame.slice(0, place + digit) + what + frame.slice(place + digit + 1));
    }
    case 'insert':
      return replace(frame.slice(0, place) + what + frame.slice(place));
  }
}

describe('5.7: spoiled streams', () => {
  /** A minute of an honest market: bids around 100, asks above, each diff a few levels. */
  function honestFrames(nowMs: number): readonly string[] {
    const random = new SeededRandom(11);
    return Array.from({ length: 40 }, (_, step) => {
      const bid = 9_000 + Math.floor(random.unit() * 1_000);
      const ask = 10_101 + Math.floor(random.unit() * 1_000);
      const size = (): string =>
        random.unit() < 0.3 ? '0.00000' : `${String(1 + Math.floor(random.unit() * 9))}.50000`;
      const text = (ticks: number): string =>
        `${String(Math.floor(ticks / 100))}.${String(ticks % 100).padStart(2, '0')}`;
      const data = {
        e: 'depthUpdate',
        E: nowMs,
        s: 'BTCUSDT',
        U: 102 + step * 2,
        u: 103 + step * 2,
        b: [[text(bid), size()]],
        a: [[text(ask), size()]],
      };
      return JSON.stringify({ stream: 'btcusdt@depth@100ms', data });
    });
  }

  it('never throw out of the adapter and never serve a broken book, whatever is cut, repeated, swapped or altered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        const time = new ManualTime();
        const { venue, seen, adapter, id } = anAdapter(time, new SeededRandom(5));
        await adapter.start([id], seen);
        venue.socket?.onOpen();
        venue.diff(99, 101);
        await settled();
        venue.snapshotAnswer = () => json(aSnapshot({ lastUpdateId: 141 }));
        for (const frame of mutations.reduce(spoil, honestFrames(venue.nowMs))) venue.socket?.onMessage(frame);
        await settled();
        expectGoodBooks(seen.books);
        await adapter.stop();
      }),
      { numRuns: 300 },
    );
  });

  const folder = recordings();
  const file = folder === undefined ? undefined : join(folder, 'binance-raw', 'usdm_btcusdt_20240808.gz');
  if (file === undefined || !existsSync(file)) {
    it('not run: no recordings (mutated Binance frames)', () => {
      expect(file === undefined || !existsSync(file)).toBe(true);
    });
    return;
  }

  it('of a real recording end in a report, with good books only', async () => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) }))
      if (lines.push(line) === 400) break;
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        const books: Parameters<typeof expectGoodBooks>[0][number][] = [];
        const report = await verifyRecording(mutations.reduce(spoil, lines), {
          onBook: (book) => void books.push(book),
        });
        expect(report.brokenBooksServed).toBe(0);
        expectGoodBooks(books);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
