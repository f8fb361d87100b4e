import { ALICE, aWorld, CONFIG, expectConserved, NOON_MS } from '../../exchange.fixture.js';
import type { ExchangeConfig } from '../../api/config.js';
import type { OrderSpec } from '../../api/command.js';
import type { ExchangeEvent } from '../../api/event.js';
import { Exchange } from '../../exchange.js';
import type { MarketStep, ReferenceEvent } from '../market.js';
import { SyntheticMarket } from './synthetic-market.js';

const world = aWorld();
const rules: ExchangeConfig = {
  ...CONFIG,
  assets: SyntheticMarket.exchangeAssets(world),
  openAccountsGrant: '1000000',
};

function stepsOf(market: SyntheticMarket, untilMs: number): MarketStep[] {
  const steps: MarketStep[] = [];
  market.advanceTo(untilMs, (step) => steps.push(step));
  return steps;
}

function opened(listener?: (event: ExchangeEvent) => void): { exchange: Exchange; market: SyntheticMarket } {
  const market = new SyntheticMarket(world);
  const exchange = new Exchange(rules, listener);
  for (const command of market.opening()) exchange.execute({ ...command, timeMs: NOON_MS });
  return { exchange, market };
}

/** Both sides of every asset, as near to the middle as the background's own spread. */
const quotes = (exchange: Exchange): OrderSpec[] =>
  world.assets.flatMap((asset, id) => {
    const mid = Number(exchange.context(id).midPx);
    const step = [1, 0.1, 0.01][id]!;
    return [true, false].map((isBuy) => {
      const px = mid * (1 + ((isBuy ? -1 : 1) * asset.halfSpreadBps) / 10_000);
      const legal = (isBuy ? Math.floor(px / step) : Math.ceil(px / step)) * step;
      return {
        asset: id,
        isBuy,
        px: String(Math.round(legal * 10 ** id) / 10 ** id),
        sz: ['0.02', '0.5', '8'][id]!,
        reduceOnly: false,
        tif: 'Alo' as const,
      };
    });
  });

describe('synthetic market', () => {
  it('gives the same steps for the same seed, also when it was saved and loaded on the way', () => {
    const all = stepsOf(new SyntheticMarket(world), NOON_MS + 20_000);
    const first = new SyntheticMarket(world);
    const head = stepsOf(first, NOON_MS + 7_530);
    const saved = JSON.parse(JSON.stringify(first.snapshot())) as ReturnType<SyntheticMarket['snapshot']>;
    const tail = stepsOf(new SyntheticMarket(world, saved), NOON_MS + 20_000);
    expect([...head, ...tail]).toEqual(all);
    expect(stepsOf(new SyntheticMarket(aWorld({ seed: 8 })), NOON_MS + 1_000)).not.toEqual(
      stepsOf(new SyntheticMarket(world), NOON_MS + 1_000),
    );
  });

  it('publishes a reference book whose chain, best prices and trades agree, never crossed', () => {
    const market = new SyntheticMarket(world);
    const books = new Map(
      market
        .referenceSymbols()
        .map((symbol) => [symbol, { last: -1, bids: new Map<number, number>(), asks: new Map<number, number>() }]),
    );
    let compared = 0;
    const onDepth = (event: Extract<ReferenceEvent, { type: 'depth' }>): void => {
      const book = books.get(event.symbol)!;
      if (book.last >= 0)
        expect([event.firstUpdateId, event.previousFinalUpdateId]).toEqual([book.last + 1, book.last]);
      book.last = event.finalUpdateId;
      for (const [side, rows] of [
        [book.bids, event.bids],
        [book.asks, event.asks],
      ] as const) {
        for (const [px, sz] of rows) {
          if (Number(sz) === 0) side.delete(Number(px));
          else side.set(Number(px), Number(sz));
        }
      }
      expect(Math.max(...book.bids.keys())).toBeLessThan(Math.min(...book.asks.keys()));
    };
    let best: Extract<ReferenceEvent, { type: 'best' }> | undefined;
    for (const step of stepsOf(market, NOON_MS + 60_000)) {
      if (step.kind !== 'reference') continue;
      if (step.event.type === 'best') best = step.event;
      if (step.event.type !== 'depth') continue;
      onDepth(step.event);
      if (best?.symbol !== step.event.symbol || best.updateId !== step.event.finalUpdateId) continue;
      const book = books.get(best.symbol)!;
      const [bid, ask] = [Math.max(...book.bids.keys()), Math.min(...book.asks.keys())];
      expect([bid, book.bids.get(bid), ask, book.asks.get(ask)]).toEqual([...best.bid, ...best.ask].map(Number));
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
    const late = market.referenceSnapshot('BTCUSDT', 5)!;
    expect(late.bids.map(([px]) => Number(px))).toEqual(
      [...books.get('BTCUSDT')!.bids.keys()].sort((a, b) => b - a).slice(0, 5),
    );
  });

  it('changes every book ten to forty times a second, and keeps depth on both sides', () => {
    const changes = [0, 0, 0];
    const { exchange, market } = opened((event) => {
      if (event.type === 'book') changes[event.asset]!++;
    });
    const seconds = 60;
    market.advanceTo(NOON_MS + seconds * 1_000, (step) => {
      if (step.kind === 'exchange') exchange.execute({ ...step.command, timeMs: step.marketTimeMs });
    });
    for (const count of changes) {
      expect(count / seconds).toBeGreaterThan(10);
      expect(count / seconds).toBeLessThan(40);
    }
    for (const asset of [0, 1, 2]) {
      const { bids, asks } = exchange.book(asset);
      expect(Math.min(bids.length, asks.length)).toBeGreaterThan(10);
      expect(Number(bids[0]!.px)).toBeLessThan(Number(asks[0]!.px));
    }
    expectConserved(exchange);
  });

  it('fills a maker who quotes around the late price, and what it is worth then moves against it', () => {
    /** Worth of each asset by the reference venue at each second. */
    const worth: number[][] = [[], [], []];
    const worthNow = [60_000, 2_500, 150];
    const fills: { asset: number; isBuy: boolean; worth: number; second: number }[] = [];
    let now = 0;
    const { exchange, market } = opened((event) => {
      if (event.type !== 'fill') return;
      const { asset, isBuy } = event.fill;
      fills.push({ asset, isBuy, worth: worthNow[asset]!, second: now });
    });
    const seconds = 400;
    for (now = 1; now <= seconds; now++) {
      const timeMs = NOON_MS + now * 1_000;
      market.advanceTo(timeMs, (step) => {
        if (step.kind === 'exchange') exchange.execute({ ...step.command, timeMs: step.marketTimeMs });
        else if (step.event.type === 'best') {
          worthNow[market.referenceSymbols().indexOf(step.event.symbol)] =
            (Number(step.event.bid[0]) + Number(step.event.ask[0])) / 2;
        }
      });
      worthNow.forEach((value, asset) => worth[asset]!.push(value));
      const cancels = exchange.openOrders(ALICE).map(({ asset, oid }) => ({ asset, oid }));
      if (cancels.length > 0)
        exchange.execute({ type: 'action', signer: ALICE, nonce: timeMs, action: { type: 'cancel', cancels }, timeMs });
      const placed = exchange.execute({
        type: 'action',
        signer: ALICE,
        nonce: timeMs + 1,
        action: { type: 'order', orders: quotes(exchange) },
        timeMs,
      });
      expect(placed.ok).toBe(true);
    }
    for (const asset of [0, 1, 2]) {
      const mine = fills.filter((fill) => fill.asset === asset);
      expect(mine.length / seconds).toBeGreaterThan(0.2);
      const drifts = mine.flatMap(({ isBuy, worth: then, second }) => {
        const later = worth[asset]![second + 1];
        return later === undefined ? [] : [((isBuy ? 1 : -1) * (later - then)) / then];
      });
      const bps = (drifts.reduce((sum, value) => sum + value, 0) / drifts.length) * 10_000;
      expect(bps).toBeLessThan(-0.2);
    }
    expectConserved(exchange);
  });

  it('has a funding rate that varies, and oracle prices near the reference', () => {
    const rates = new Set<string>();
    const market = new SyntheticMarket(world);
    const short = new Exchange(
      { ...rules, funding: { mode: 'premium', intervalMs: 60_000, premiumSampleMs: 5_000 } },
      (event) => {
        if (event.type === 'funding_rate') rates.add(event.rate.fundingRate);
      },
    );
    for (const command of market.opening()) short.execute({ ...command, timeMs: NOON_MS });
    market.advanceTo(NOON_MS + 20 * 60_000, (step) => {
      if (step.kind === 'exchange') short.execute({ ...step.command, timeMs: step.marketTimeMs });
    });
    expect(rates.size).toBeGreaterThan(3);
    const { oraclePx, markPx, midPx } = short.context(0);
    expect(Math.abs(Number(oraclePx) / Number(midPx) - 1)).toBeLessThan(0.005);
    expect(Math.abs(Number(markPx) / Number(midPx) - 1)).toBeLessThan(0.001);
    expectConserved(short);
  });
});
