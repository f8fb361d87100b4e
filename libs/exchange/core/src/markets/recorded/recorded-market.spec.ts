import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { recordings } from '@argosy/testing';
import { ALICE, buy, CONFIG, expectConserved, micro, NOON_MS, sell } from '../../exchange.fixture.js';
import type { CommandBody } from '../../api/command.js';
import type { ExchangeEvent } from '../../api/event.js';
import { Exchange } from '../../exchange.js';
import type { ReferenceLevel } from '../market.js';
import { RecordedMarket, type RecordedMessage } from './recorded-market.js';

const RULES = {
  ...CONFIG,
  assets: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 40, book: 'queue' as const, startPx: '60000', impactNotional: '20000' },
  ],
  funding: { ...CONFIG.funding, mode: 'zero' as const },
  mark: 'oracle' as const,
};

/** A recorded market that drives an exchange whose clock is the recording's. */
class Playback {
  readonly events: ExchangeEvent[] = [];
  readonly exchange = new Exchange(RULES, (event) => this.events.push(event));
  readonly commands: CommandBody[] = [];
  readonly market: RecordedMarket;
  nowMs = NOON_MS;

  constructor(chain: 'spot' | 'usdm' = 'spot') {
    this.market = new RecordedMarket({ asset: 0, szDecimals: 5, chain }, (step) => {
      if (step.kind !== 'exchange') return;
      this.commands.push(step.command);
      expect(this.exchange.execute({ ...step.command, timeMs: this.nowMs }).ok).toBe(true);
    });
  }
  snapshot(lastUpdateId: number, bids: ReferenceLevel[], asks: ReferenceLevel[]): void {
    this.market.feed({ type: 'snapshot', symbol: 'BTCUSDT', lastUpdateId, timeMs: this.nowMs, bids, asks }, this.nowMs);
  }
  depth(first: number, final: number, bids: ReferenceLevel[], asks: ReferenceLevel[] = []): void {
    this.market.feed(
      {
        type: 'depth',
        symbol: 'BTCUSDT',
        timeMs: this.nowMs,
        firstUpdateId: first,
        finalUpdateId: final,
        previousFinalUpdateId: first - 1,
        bids,
        asks,
      },
      this.nowMs,
    );
  }
  trade(price: string, quantity: string, buyerIsMaker: boolean): void {
    this.market.feed(
      { type: 'trade', symbol: 'BTCUSDT', timeMs: this.nowMs, tradeId: 1, price, quantity, buyerIsMaker },
      this.nowMs,
    );
  }
  place(order: ReturnType<typeof buy>): string {
    this.nowMs++;
    const result = this.exchange.execute({
      type: 'action',
      signer: ALICE,
      nonce: this.nowMs,
      timeMs: this.nowMs,
      action: { type: 'order', orders: [order] },
    });
    if (!result.ok || result.response.type !== 'order') throw new Error(JSON.stringify(result));
    const [outcome] = result.response.outcomes;
    return outcome?.kind === 'error'
      ? outcome.message
      : `${String(outcome?.kind)}${outcome?.kind === 'filled' ? ` ${outcome.totalSz}@${outcome.avgPx}` : ''}`;
  }
  fills(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'fill' ? [`${event.fill.sz}@${event.fill.px} ${event.fill.crossed ? 'taker' : 'maker'}`] : [],
    );
  }
}

function aPlayback(): Playback {
  const playback = new Playback();
  playback.snapshot(
    100,
    [
      ['60000.90', '1.00000000'],
      ['60000.10', '0.50000000'],
      ['59999.50', '2.00000000'],
    ],
    [
      ['60001.10', '0.70000000'],
      ['60001.90', '0.30000000'],
      ['60003.00', '1.00000000'],
    ],
  );
  return playback;
}

describe('recorded market', () => {
  it('floors bids and ceils asks to legal prices, sums sizes, and takes the mid as oracle and mark', () => {
    const { exchange } = aPlayback();
    const { bids, asks } = exchange.book(0);
    expect(bids).toEqual([
      { px: '60000.0', sz: '1.5', n: 1 },
      { px: '59999.0', sz: '2.0', n: 1 },
    ]);
    expect(asks).toEqual([
      { px: '60002.0', sz: '1.0', n: 1 },
      { px: '60003.0', sz: '1.0', n: 1 },
    ]);
    expect([exchange.context(0).oraclePx, exchange.context(0).markPx, exchange.context(0).funding]).toEqual([
      '60001.0',
      '60001.0',
      '0.0',
    ]);
  });

  it('fills our resting orders by their place in the queue against recorded trades', () => {
    const playback = aPlayback();
    expect(playback.place(buy('60000', '0.2', { tif: 'Alo' }))).toBe('resting');
    playback.trade('60000.90', '1.40000000', true);
    expect(playback.fills()).toEqual([]);
    playback.trade('60000.10', '0.25000000', true);
    expect(playback.fills()).toEqual(['0.15@60000.0 maker']);
    playback.trade('59999.50', '1.00000000', true);
    expect(playback.fills()[1]).toBe('0.05@60000.0 maker');
    expectConserved(playback.exchange);
  });

  it('what we take stays gone until the next update of that level, on either of the prices that make it', () => {
    const playback = aPlayback();
    expect(playback.place(buy('60002', '0.4', { tif: 'Ioc' }))).toBe('filled 0.4@60002.0');
    expect(playback.exchange.book(0).asks[0]).toEqual({ px: '60002.0', sz: '0.6', n: 1 });
    playback.depth(101, 102, [['59000.00', '1.00000000']]);
    expect(playback.exchange.book(0).asks[0]?.sz).toBe('0.6');
    playback.depth(103, 104, [], [['60001.90', '0.20000000']]);
    expect(playback.exchange.book(0).asks[0]?.sz).toBe('0.9');
  });

  it('drops diffs from before the snapshot, halts in a gap, and goes on with a later snapshot', () => {
    const playback = new Playback();
    playback.depth(95, 99, [['61000.00', '9.00000000']]);
    playback.depth(100, 102, [['60000.50', '1.00000000']]);
    playback.snapshot(100, [['60000.00', '1.00000000']], [['60002.00', '1.00000000']]);
    expect(playback.exchange.book(0).bids).toEqual([{ px: '60000.0', sz: '2.0', n: 1 }]);
    playback.depth(104, 105, [['60000.00', '0.00000000']]);
    expect([playback.market.state, playback.market.snapshot(), playback.place(buy('60000', '0.1'))]).toEqual([
      'gapped',
      undefined,
      'Trading is halted.',
    ]);
    playback.snapshot(110, [['60000.00', '3.00000000']], [['60002.00', '1.00000000']]);
    expect([playback.market.state, playback.market.snapshot(5)?.bids, playback.place(buy('60000', '0.1'))]).toEqual([
      'live',
      [['60000.00', '3.00000000']],
      'resting',
    ]);
  });

  it('halts at its end: new orders are refused, old ones can be cancelled, nothing moves any more', () => {
    const playback = aPlayback();
    playback.place(buy('60000', '0.2'));
    playback.market.end(playback.nowMs);
    const commands = playback.commands.length;
    playback.trade('59000.00', '9.00000000', true);
    playback.depth(101, 102, [['60000.90', '0.00000000']]);
    expect(playback.commands.length).toBe(commands);
    expect([playback.place(sell('60002', '0.2')), playback.exchange.context(0).status]).toEqual([
      'Trading is halted.',
      'halted',
    ]);
    const [open] = playback.exchange.openOrders(ALICE);
    playback.nowMs++;
    const result = playback.exchange.execute({
      type: 'action',
      signer: ALICE,
      nonce: playback.nowMs,
      timeMs: playback.nowMs,
      action: { type: 'cancel', cancels: [{ asset: 0, oid: open!.oid }] },
    });
    expect([result.ok, playback.exchange.openOrders(ALICE)]).toEqual([true, []]);
  });

  it('is restored with its background, what was taken of it, and our places in its queues', () => {
    const playback = aPlayback();
    playback.place(buy('60002', '0.4', { tif: 'Ioc' }));
    playback.place(buy('60000', '0.2', { tif: 'Alo' }));
    playback.trade('60000.10', '1.00000000', true);
    const saved = JSON.parse(JSON.stringify(playback.exchange.snapshot())) as ReturnType<Exchange['snapshot']>;
    const again = new Exchange(RULES, undefined, saved);
    expect(again.book(0)).toEqual(playback.exchange.book(0));
    for (const exchange of [again, playback.exchange])
      exchange.execute({ type: 'print', asset: 0, isBuy: false, ticks: 600_000, lots: 60_000, timeMs: playback.nowMs });
    expect(again.userFills(ALICE)).toEqual(playback.exchange.userFills(ALICE));
    expect(again.userFills(ALICE)[0]).toMatchObject({ sz: '0.1', px: '60000.0', crossed: false });
    expect(again.snapshot()).toEqual(playback.exchange.snapshot());
  });
});

const root = recordings();
interface Raw {
  readonly stream?: string;
  readonly lastUpdateId?: number;
  readonly bids?: ReferenceLevel[];
  readonly asks?: ReferenceLevel[];
  readonly data?: Record<string, never>;
}

function* messages(path: string): Generator<RecordedMessage> {
  for (const line of gunzipSync(readFileSync(path)).toString().split('\n')) {
    if (line === '') continue;
    const timeMs = Number(line.slice(0, 13));
    const raw = JSON.parse(line.slice(20)) as Raw;
    if (raw.stream === undefined)
      yield {
        type: 'snapshot',
        symbol: 'BTCUSDT',
        lastUpdateId: raw.lastUpdateId!,
        timeMs,
        bids: raw.bids!,
        asks: raw.asks!,
      };
    else {
      const data = raw.data as unknown as {
        U: number;
        u: number;
        pu?: number;
        b: never;
        a: never;
        B: string;
        A: string;
        t: number;
        p: string;
        q: string;
        m: boolean;
      };
      if (raw.stream.includes('depth')) {
        yield {
          type: 'depth',
          symbol: 'BTCUSDT',
          timeMs,
          firstUpdateId: data.U,
          finalUpdateId: data.u,
          previousFinalUpdateId: data.pu ?? data.U - 1,
          bids: data.b,
          asks: data.a,
        };
      } else if (raw.stream.includes('trade'))
        yield {
          type: 'trade',
          symbol: 'BTCUSDT',
          timeMs,
          tradeId: data.t,
          price: data.p,
          quantity: data.q,
          buyerIsMaker: data.m,
        };
      else
        yield {
          type: 'best',
          symbol: 'BTCUSDT',
          timeMs,
          updateId: data.u,
          bid: [data.b, data.B],
          ask: [data.a, data.A],
        };
    }
  }
}

describe('recorded sets', () => {
  if (root === undefined) {
    it('not run: no recordings (ARGOSY_DATA is unset)', () => undefined);
    return;
  }
  const sets: [string, 'spot' | 'usdm', string[], number][] = [
    ['spot', 'spot', ['spot_btcusdt_20240808.gz', 'spot_btcusdt_20240809.gz'], 1_072],
    ['usdm', 'usdm', ['usdm_btcusdt_20240808.gz'], 629],
  ];
  it.each(sets)(
    '%s: no gap, never crossed, quotes at the touch are filled, and its own best prices hold',
    (_name, chain, files, agreements) => {
      const playback = new Playback(chain);
      const { exchange, market } = playback;
      const depthIds = new Map<number, string>();
      let agreed = 0;
      let since = 0;
      const compare = (text: string, other: string): void => {
        expect(text).toBe(other);
        agreed++;
      };
      const bests = new Map<number, string>();
      for (const file of files) {
        for (const message of messages(join(root, 'binance-raw', file))) {
          playback.nowMs += 1;
          market.feed(message, playback.nowMs);
          if (message.type === 'depth' && market.state === 'live') {
            const book = market.snapshot(1)!;
            const text = `${book.bids[0]!.join(' ')} ${book.asks[0]!.join(' ')}`;
            const told = bests.get(message.finalUpdateId);
            if (told === undefined) depthIds.set(message.finalUpdateId, text);
            else compare(text, told);
          } else if (message.type === 'best') {
            const text = `${message.bid.join(' ')} ${message.ask.join(' ')}`;
            const built = depthIds.get(message.updateId);
            if (built === undefined) bests.set(message.updateId, text);
            else compare(built, text);
          }
          if (market.state !== 'live' || ++since % 50 !== 0) continue;
          const { bids, asks } = exchange.book(0, 1);
          expect(Number(bids[0]!.px)).toBeLessThan(Number(asks[0]!.px));
          if (since % 500 !== 0) continue;
          for (const { asset, oid } of exchange.openOrders(ALICE)) {
            exchange.execute({
              type: 'action',
              signer: ALICE,
              nonce: ++playback.nowMs,
              timeMs: playback.nowMs,
              action: { type: 'cancel', cancels: [{ asset, oid }] },
            });
          }
          for (const [px, isBuy] of [
            [bids[0]!.px, true],
            [asks[0]!.px, false],
          ] as const)
            playback.place({ asset: 0, isBuy, px, sz: '0.01', reduceOnly: false, tif: 'Alo' });
        }
      }
      expect([market.state, agreed]).toEqual(['live', agreements]);
      expect(playback.fills().length).toBeGreaterThan(20);
      expect(playback.fills().every((fill) => fill.endsWith('maker'))).toBe(true);
      expectConserved(exchange);
      const { totalRawUsd } = exchange.clearinghouse(ALICE);
      expect(micro(totalRawUsd)).not.toBe(micro('100000'));
    },
    120_000,
  );
});
