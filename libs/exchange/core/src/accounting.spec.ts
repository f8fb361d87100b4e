import fc from 'fast-check';
import type { CommandBody, ExchangeCommand, OrderSpec } from './api/command.js';
import { applyTrade, directionOf, emptyPosition, unrealised } from './account/position.js';
import { feeOf, fixedText, fundingOf, parseFixed } from './account/money.js';
import { Exchange } from './exchange.js';
import {
  ALICE,
  aWorld,
  BOB,
  BTC,
  buy,
  CAROL,
  CONFIG,
  expectConserved,
  Floor,
  micro,
  NOON_MS,
  sell,
} from './exchange.fixture.js';
import { fundingRate, impactPrice, premiumOf } from './market/funding.js';
import { MarkPrice, median3 } from './market/mark-price.js';
import { PerpInstrument } from './market/perp-instrument.js';
import { SyntheticMarket } from './markets/synthetic/synthetic-market.js';

const HOUR_MS = 3_600_000;

describe('positions', () => {
  const lives: [string, [lots: number, ticks: number][], { lots: number; closed: bigint[]; cost: bigint }][] = [
    [
      'opened in two parts, closed in one',
      [
        [10, 100],
        [10, 110],
        [-20, 120],
      ],
      { lots: 0, closed: [0n, 0n, 300n], cost: 0n },
    ],
    [
      'closed in parts',
      [
        [3, 100],
        [-1, 101],
        [-2, 99],
      ],
      { lots: 0, closed: [0n, 1n, -2n], cost: 0n },
    ],
    [
      'turned from long to short',
      [
        [10, 100],
        [-15, 90],
      ],
      { lots: -5, closed: [0n, -100n], cost: 450n },
    ],
    [
      'short, closed with a profit',
      [
        [-10, 100],
        [10, 90],
      ],
      { lots: 0, closed: [0n, 100n], cost: 0n },
    ],
  ];
  it.each(lives)('%s', (_life, trades, end) => {
    const position = emptyPosition(20);
    const closed = trades.map(([lots, ticks]) => applyTrade(position, lots, ticks));
    expect({ lots: position.lots, closed, cost: position.cost }).toEqual(end);
  });

  it('closed profit and open profit are together what the trades are worth, exactly', () => {
    const trade = fc.tuple(
      fc.integer({ min: -1_000, max: 1_000 }).filter((lots) => lots !== 0),
      fc.integer({ min: 1, max: 100_000 }),
    );
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), fc.integer({ min: 1, max: 100_000 }), (trades, mark) => {
        const position = emptyPosition(20);
        let cash = 0n;
        let closed = 0n;
        for (const [lots, ticks] of trades) {
          closed += applyTrade(position, lots, ticks);
          cash -= BigInt(lots) * BigInt(ticks);
        }
        expect(closed + unrealised(position, mark)).toBe(cash + BigInt(position.lots) * BigInt(mark));
        expect(position.cost >= 0n).toBe(true);
      }),
    );
  });

  it.each([
    [0, 1, 'Open Long'],
    [0, -1, 'Open Short'],
    [2, -1, 'Close Long'],
    [2, -2, 'Close Long'],
    [-2, 1, 'Close Short'],
    [2, -3, 'Long > Short'],
    [-2, 3, 'Short > Long'],
  ])('a fill on %s of %s is told as %s', (before, lots, name) => expect(directionOf(before, lots)).toBe(name));
});

describe('money', () => {
  it('rounds fees, rebates and funding against the account, and nothing else', () => {
    const rate = 450_000_000n;
    expect([feeOf(1n, rate), feeOf(10_000n, rate), feeOf(1n, -rate), feeOf(3_000n, -rate)]).toEqual([1n, 5n, 0n, -1n]);
    expect([fundingOf(1n, rate), fundingOf(-1n, rate), fundingOf(-10_000n, rate)]).toEqual([-1n, 0n, 4n]);
  });

  it('prints and reads fixed decimals as the venue does', () => {
    expect([
      fixedText(1_050_550, 1),
      fixedText(-785, 5),
      fixedText(0, 6),
      fixedText(12n, 0),
      fixedText(600_000, 1),
    ]).toEqual(['105055.0', '-0.00785', '0.0', '12.0', '60000.0']);
    expect(['1', '1.50', '1.25', '1e3', '-1', '', '.5', '1.', '１'].map((text) => parseFixed(text, 1))).toEqual([
      10n,
      15n,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 1, max: 8 }), (value, decimals) =>
        expect(parseFixed(fixedText(value, decimals), decimals)).toBe(value),
      ),
    );
  });

  it('floors and ceils to legal prices, also across a new digit', () => {
    const btc = new PerpInstrument(0, CONFIG.assets[0]!);
    expect([
      btc.floor(618_376.35),
      btc.ceil(618_376.35),
      btc.ceil(999_995),
      btc.floor(99_995),
      btc.ceil(99_995.2),
      btc.isLegal(618_375),
    ]).toEqual([618_370, 618_380, 1_000_000, 99_995, 99_996, false]);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 2e7, noNaN: true }), (ticks) => {
        expect(btc.floor(ticks)).toBeLessThanOrEqual(ticks);
        expect(btc.ceil(ticks)).toBeGreaterThanOrEqual(ticks);
        expect([btc.isLegal(btc.floor(ticks)), btc.isLegal(btc.ceil(ticks))]).toEqual([true, true]);
      }),
    );
  });
});

describe('funding', () => {
  it('pays interest when the premium is small, the premium when it is large, and no more than 4 % an hour', () => {
    const rate = (premium: number): number => Number(fundingRate(BigInt(Math.round(premium * 1e12)))) / 1e12;
    expect([rate(0), rate(0.0003), rate(0.001), rate(-0.001), rate(0.9), rate(-0.9)]).toEqual([
      0.0000125, 0.0000125, 0.0000625, -0.0000625, 0.04, -0.04,
    ]);
  });

  it('averages impact prices over the notional, and measures them against the oracle', () => {
    const levels = [
      { tick: 100, quantity: 5 },
      { tick: 110, quantity: 10 },
    ];
    expect(impactPrice(levels, 500n)).toBe(100_000_000n);
    expect(impactPrice(levels, 1_050n)).toBe(105_000_000n);
    expect(impactPrice(levels, 99_999n)).toBeUndefined();
    expect([
      premiumOf(100, 101_000_000n, 102_000_000n),
      premiumOf(100, 99_000_000n, 101_000_000n),
      premiumOf(100, 97_000_000n, 98_000_000n),
    ]).toEqual([10n ** 10n, 0n, -2n * 10n ** 10n]);
  });

  it('longs pay shorts at the oracle price every hour, once, and what rounding leaves stays with the venue', () => {
    const floor = new Floor();
    floor.rest(BOB, sell('60000', '0.12345'));
    floor.place(ALICE, buy('60000', '0.12345'));
    floor.advance(3 * HOUR_MS);
    const paid = floor.exchange.userFundings(ALICE, 0);
    expect(paid.map((p) => [p.usdc, p.fundingRate, p.szi, p.timeMs])).toEqual(
      [1, 2, 3].map((hour) => ['-0.092588', '0.0000125', '0.12345', NOON_MS + hour * HOUR_MS]),
    );
    expect(floor.exchange.userFundings(BOB, 0)[0]?.usdc).toBe('0.092587');
    expect(floor.exchange.clearinghouse(ALICE).positions[0]?.cumFunding.allTime).toBe('0.277764');
    expect(floor.exchange.conservation().fundingRounding).toBe('0.000003');
    expectConserved(floor.exchange);
  });

  it('a recorded market pays none', () => {
    const floor = new Floor({ funding: { mode: 'zero', intervalMs: HOUR_MS, premiumSampleMs: 5_000 } });
    floor.rest(BOB, sell('60000', '0.1'));
    floor.place(ALICE, buy('60000', '0.1'));
    floor.advance(3 * HOUR_MS);
    expect(floor.exchange.userFundings(ALICE, 0)).toEqual([]);
  });
});

describe('mark price', () => {
  it('is a median that no single number moves', () => {
    expect([median3(1, 2, 3), median3(3, 1, 2), median3(2, 2, 9)]).toEqual([2, 2, 2]);
    const mark = new MarkPrice();
    expect(mark.update({ nowMs: NOON_MS, oracle: 1_000, bid: 1_009, ask: 1_011, last: 1_010, external: 1_010 })).toBe(
      1_010,
    );
    expect(
      mark.update({ nowMs: NOON_MS + 1_000, oracle: 1_000, bid: 5_000, ask: 5_002, last: 5_001, external: 1_010 }),
    ).toBeLessThan(1_050);
    expect(mark.update({ nowMs: NOON_MS + 2_000, oracle: 2_000 })).toBeGreaterThan(2_000);
  });
});

describe('accounts', () => {
  it('a maker rebate is paid out of what the takers paid', () => {
    const floor = new Floor({ feeTiers: [{ fromVolume: '0', takerRate: '0.00045', makerRate: '-0.00003' }] });
    floor.rest(BOB, sell('60000', '0.1'));
    floor.place(ALICE, buy('60000', '0.1'));
    expect([floor.exchange.userFills(BOB)[0]?.fee, floor.exchange.userFills(ALICE)[0]?.fee]).toEqual(['-0.18', '2.7']);
    expect(floor.exchange.conservation().feesCollected).toBe('2.52');
    expectConserved(floor.exchange);
  });

  it('volume brings the next tier, and counts for fourteen days', () => {
    const floor = new Floor({
      feeTiers: [
        { fromVolume: '0', takerRate: '0.0004', makerRate: '0' },
        { fromVolume: '6000', takerRate: '0.0002', makerRate: '0' },
      ],
    });
    floor.rest(BOB, sell('60000', '0.3'));
    const fees = (): string[] => {
      floor.place(ALICE, buy('60000', '0.1', { tif: 'Ioc' }));
      return [floor.exchange.fees(ALICE).takerRate, floor.exchange.userFills(ALICE)[0]!.fee];
    };
    expect([fees(), fees()]).toEqual([
      ['0.0002', '2.4'],
      ['0.0002', '1.2'],
    ]);
    floor.advance(14 * 24 * HOUR_MS);
    expect(fees()[1]).toBe('2.4');
  });

  it('states a position as the venue does', () => {
    const floor = new Floor();
    floor.rest(BOB, sell('60000', '0.2'));
    floor.place(ALICE, buy('60000', '0.2'));
    floor.run({ type: 'oracle', asset: BTC, ticks: 606_000, externalTicks: 606_000 });
    const state = floor.exchange.clearinghouse(ALICE);
    expect(state).toMatchObject({
      accountValue: '100114.6',
      totalNtlPos: '12120.0',
      totalRawUsd: '87994.6',
      totalMarginUsed: '606.0',
      crossMaintenanceMarginUsed: '151.5',
      withdrawable: '98902.6',
    });
    expect(state.positions[0]).toMatchObject({
      szi: '0.2',
      entryPx: '60000.0',
      unrealizedPnl: '120.0',
      returnOnEquity: '0.2',
      leverage: 20,
      maxLeverage: 40,
      marginUsed: '606.0',
    });
    expect(state.positions[0]?.liquidationPx).toBeUndefined();
    expect(floor.exchange.clearinghouse(BOB).positions[0]).toMatchObject({
      szi: '-0.2',
      unrealizedPnl: '-120.0',
      liquidationPx: '553077.5',
    });
  });
});

const people = fc.constantFrom(ALICE, BOB, CAROL);
const order = fc.record({
  isBuy: fc.boolean(),
  px: fc.integer({ min: 59_990, max: 60_010 }),
  lots: fc.integer({ min: 20, max: 300_000 }),
  reduceOnly: fc.boolean(),
  tif: fc.constantFrom('Gtc', 'Gtc', 'Ioc', 'Alo', 'FrontendMarket'),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('order' as const), who: people, order }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cancel' as const), who: people, oid: fc.integer({ min: 1, max: 60 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('modify' as const),
      who: people,
      oid: fc.integer({ min: 1, max: 60 }),
      order,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('oracle' as const), ticks: fc.integer({ min: 599_000, max: 601_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 100 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const spec = (o: { isBuy: boolean; px: number; lots: number; reduceOnly: boolean; tif: string }): OrderSpec => ({
  asset: BTC,
  isBuy: o.isBuy,
  px: String(o.px),
  sz: fixedText(o.lots, 5),
  reduceOnly: o.reduceOnly,
  tif: o.tif as OrderSpec['tif'],
});

function commandsOf(steps: readonly Step[]): ExchangeCommand[] {
  let timeMs = NOON_MS;
  return steps.map((s): ExchangeCommand => {
    timeMs += s.kind === 'wait' ? s.minutes * 60_000 : 10;
    const body: CommandBody =
      s.kind === 'order'
        ? { type: 'action', signer: s.who, nonce: timeMs, action: { type: 'order', orders: [spec(s.order)] } }
        : s.kind === 'cancel'
          ? {
              type: 'action',
              signer: s.who,
              nonce: timeMs,
              action: { type: 'cancel', cancels: [{ asset: BTC, oid: s.oid }] },
            }
          : s.kind === 'modify'
            ? {
                type: 'action',
                signer: s.who,
                nonce: timeMs,
                action: { type: 'modify', oid: s.oid, order: spec(s.order) },
              }
            : s.kind === 'oracle'
              ? { type: 'oracle', asset: BTC, ticks: s.ticks }
              : { type: 'advance' };
    return { ...body, timeMs };
  });
}

describe('the exchange as a whole', () => {
  it('I-34: conserves money and positions, and holds its own open orders to its books, whatever is asked of it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const exchange = new Exchange(CONFIG);
        for (const command of commandsOf(steps)) exchange.execute(command);
        if (steps.length > 0) expectConserved(exchange);
        let open = 0n;
        for (const who of [ALICE, BOB, CAROL]) for (const o of exchange.openOrders(who)) open += parseFixed(o.sz, 5)!;
        const { bids, asks } = exchange.book(BTC, 1_000);
        expect([...bids, ...asks].reduce((sum, level) => sum + parseFixed(level.sz, 5)!, 0n)).toBe(open);
        if (bids.length > 0 && asks.length > 0) expect(Number(bids[0]!.px)).toBeLessThan(Number(asks[0]!.px));
        for (const who of [ALICE, BOB, CAROL]) {
          const { fills, position } = {
            fills: exchange.userFills(who),
            position: exchange.clearinghouse(who).positions[0],
          };
          const net = fills.reduce((sum, fill) => sum + (fill.isBuy ? 1n : -1n) * parseFixed(fill.sz, 5)!, 0n);
          expect(fixedText(net, 5)).toBe(position?.szi ?? '0.0');
        }
      }),
      { numRuns: 150 },
    );
  });

  it('I-32: a stamped command log executed again gives the same fills, also from a snapshot in its middle', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, cut) => {
        const commands = JSON.parse(JSON.stringify(commandsOf(steps))) as ExchangeCommand[];
        const events: unknown[][] = [[], [], []];
        const whole = new Exchange(CONFIG, (event) => events[0]!.push(event));
        const again = new Exchange(CONFIG, (event) => events[1]!.push(event));
        let parts = new Exchange(CONFIG, (event) => events[2]!.push(event));
        commands.forEach((command, i) => {
          if (i === cut)
            parts = new Exchange(
              CONFIG,
              (event) => events[2]!.push(event),
              JSON.parse(JSON.stringify(parts.snapshot())),
            );
          const results = [whole, again, parts].map((exchange) => exchange.execute(command));
          expect(results[1]).toEqual(results[0]);
          expect(results[2]).toEqual(results[0]);
        });
        expect(events[1]).toEqual(events[0]);
        expect(events[2]).toEqual(events[0]);
        expect(parts.snapshot()).toEqual(whole.snapshot());
      }),
      { numRuns: 100 },
    );
  });

  it('I-32: a log of a synthetic market with a client in it gives the same fills, and survives a snapshot', () => {
    const world = aWorld();
    const rules = {
      ...CONFIG,
      assets: SyntheticMarket.exchangeAssets(world),
      funding: { mode: 'premium' as const, intervalMs: 10_000, premiumSampleMs: 1_000 },
    };
    const log: ExchangeCommand[] = [];
    const original = new Exchange(rules);
    const run = (command: ExchangeCommand): void => {
      log.push(command);
      original.execute(command);
    };
    const market = new SyntheticMarket(world);
    for (const command of market.opening()) run({ ...command, timeMs: NOON_MS });
    for (let second = 1; second <= 45; second++) {
      market.advanceTo(NOON_MS + second * 1_000, (s) => {
        if (s.kind === 'exchange') run({ ...s.command, timeMs: s.marketTimeMs });
      });
      const mid = Number(original.context(0).midPx);
      const timeMs = NOON_MS + second * 1_000;
      run({
        type: 'action',
        signer: ALICE,
        nonce: timeMs,
        timeMs,
        action: { type: 'order', orders: [buy(String(Math.floor(mid)), '0.01'), sell(String(Math.ceil(mid)), '0.01')] },
      });
    }
    expect(original.userFills(ALICE).length).toBeGreaterThan(10);
    let replayed = new Exchange(rules);
    (JSON.parse(JSON.stringify(log)) as ExchangeCommand[]).forEach((command, i) => {
      if (i === 1_500) replayed = new Exchange(rules, undefined, JSON.parse(JSON.stringify(replayed.snapshot())));
      replayed.execute(command);
    });
    expect(replayed.userFills(ALICE)).toEqual(original.userFills(ALICE));
    expect(replayed.snapshot()).toEqual(original.snapshot());
    expectConserved(original);
    const { accountValue } = original.clearinghouse(ALICE);
    expect(micro(accountValue) > 0n).toBe(true);
  });

  it('refuses to be called from inside of its own listener, and to go on with a snapshot of other assets', () => {
    const floor = new Floor();
    let inside: unknown;
    const exchange: Exchange = new Exchange(CONFIG, () => {
      try {
        exchange.execute({ type: 'advance', timeMs: NOON_MS });
      } catch (error) {
        inside = error;
      }
    });
    exchange.execute({ type: 'oracle', asset: BTC, ticks: 600_000, timeMs: NOON_MS });
    expect(String(inside)).toContain("from inside of the exchange's own listener");
    floor.rest(ALICE, buy('59000', '0.1'));
    expect(
      () => new Exchange({ ...CONFIG, assets: [CONFIG.assets[0]!] }, undefined, floor.exchange.snapshot()),
    ).toThrow("exchange snapshot of 'BTC SOL', configured 'BTC'");
  });
});
