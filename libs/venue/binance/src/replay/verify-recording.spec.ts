import { inspectRecording } from './inspect-recording.js';
import { verifyRecording } from './verify-recording.js';

const T0 = 1_723_161_255_000;
let at = 0;
const line = (frame: unknown): string => `${String(T0 + (at += 10))}000000 ${JSON.stringify(frame)}`;
const diff = (symbol: string, U: number, u: number, b: unknown = [], a: unknown = [], more = {}): string =>
  line({
    stream: `${symbol}@depth@100ms`,
    data: { e: 'depthUpdate', E: T0 + at, s: symbol.toUpperCase(), U, u, b, a, ...more },
  });
const best = (symbol: string, u: number, b: string, a: string): string =>
  line({ stream: `${symbol}@bookTicker`, data: { u, s: symbol.toUpperCase(), b, B: '1.0', a, A: '1.0' } });
const SNAPSHOT = { lastUpdateId: 10, bids: [['100.0', '1.0']], asks: [['101.0', '1.0']] };

describe('verifying a recording', () => {
  it('counts messages, books and comparisons of an honest one', async () => {
    const report = await verifyRecording([
      diff('btcusdt', 9, 10),
      line(SNAPSHOT),
      diff('btcusdt', 11, 12, [['100.5', '1.0']]),
      best('btcusdt', 12, '100.5', '101.0'),
    ]);
    expect(report).toMatchObject({
      ok: true,
      venue: 'binance',
      symbols: ['BTCUSDT'],
      lines: 4,
      messages: 3,
      snapshots: 1,
      booksServed: 1,
      comparisons: 1,
      mismatches: 0,
      problems: [],
    });
  });

  it('tells several symbols apart by their named snapshots', async () => {
    const named = (symbol: string): string => line({ stream: `${symbol}@depthSnapshot`, data: SNAPSHOT });
    const lines = ['btcusdt', 'ethusdt'].flatMap((symbol) => [
      diff(symbol, 9, 10),
      named(symbol),
      diff(symbol, 11, 12),
    ]);
    expect(await verifyRecording(lines)).toMatchObject({
      ok: true,
      symbols: ['BTCUSDT', 'ETHUSDT'],
      snapshots: 2,
      booksServed: 2,
    });
  });

  const bad: readonly [story: string, lines: () => readonly string[], counts: object, problem: RegExp][] = [
    ['nothing', () => [], { messages: 0 }, /no line is a frame/],
    ['another file', () => ['{"a":1}', 'hello'], { foreignLines: 2 }, /no line is a frame/],
    ['no snapshot', () => [diff('btcusdt', 1, 2)], { booksServed: 0 }, /never had a whole book/],
    [
      'a gap',
      () => [diff('btcusdt', 9, 10), line(SNAPSHOT), diff('btcusdt', 11, 12), diff('btcusdt', 14, 15)],
      { gaps: 1 },
      /gapped: gap: the book is at 12/,
    ],
    [
      'a crossed book',
      () => [diff('btcusdt', 9, 10), line(SNAPSHOT), diff('btcusdt', 11, 12, [['102.0', '1.0']])],
      { crossed: 1, booksServed: 0 },
      /crossed/,
    ],
    [
      'another best',
      () => [diff('btcusdt', 9, 10), line(SNAPSHOT), diff('btcusdt', 11, 12), best('btcusdt', 12, '99.0', '101.0')],
      { mismatches: 1 },
      /own best bid and ask differ/,
    ],
    [
      'a torn line',
      () => [diff('btcusdt', 9, 10), line(SNAPSHOT), diff('btcusdt', 11, 12), 'half a li'],
      { foreignLines: 1, booksServed: 1 },
      /1 lines are no/,
    ],
    [
      'a hole of a minute',
      () => [
        diff('btcusdt', 9, 10),
        line(SNAPSHOT),
        diff('btcusdt', 11, 12),
        ((at += 60_000), diff('btcusdt', 13, 14)),
      ],
      { stale: 1 },
      /disconnected: silent for/,
    ],
  ];
  it.each(bad)('names what is wrong: %s', async (_story, lines, counts, problem) => {
    const report = await verifyRecording(lines());
    expect(report).toMatchObject({ ok: false, brokenBooksServed: 0, ...counts });
    expect(report.problems.join('\n')).toMatch(problem);
  });

  it('gives the same report for the same lines', async () => {
    const lines = [diff('btcusdt', 9, 10), line(SNAPSHOT), diff('btcusdt', 11, 12)];
    expect(await verifyRecording(lines)).toEqual(await verifyRecording(lines));
  });
});

describe('inspecting a recording', () => {
  it('tells what to subscribe to hear it', async () => {
    expect(
      await inspectRecording([diff('btcusdt', 1, 2, [], [], { pu: 0 }), best('btcusdt', 2, '1.0', '2.0')]),
    ).toEqual({
      venue: 'binance-usdm',
      symbols: ['BTC-USDT-PERP'],
      streams: ['depth@100ms', 'bookTicker'],
    });
    expect(await inspectRecording(['nothing of ours'])).toBeUndefined();
  });
});
