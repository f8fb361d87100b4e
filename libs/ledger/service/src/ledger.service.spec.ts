import { bookCodec, marketStateCodec, subjects } from '@argosy/contracts';
import { Fault, parseAmount, parsePrice, parseQuantity, type Result, strategyId } from '@argosy/domain';
import { dayOf } from '@argosy/ledger-core';
import { aBook, InMemoryBroker, InMemoryBus, ManualTime, SeededRandom, settled } from '@argosy/testing';
import { ledgerRoutes } from './ledger.routes.js';
import type { LedgerService } from './ledger.service.js';
import { aLedger, BTC, FakeExecution, filled, fundingPaid, MAIN, NOON, observed } from './testing/ledger-fixture.js';

const setUp = async () => {
  const time = new ManualTime(NOON);
  const broker = new InMemoryBroker(time.clock, time.timers);
  const wire = new InMemoryBus(broker, 'execution');
  const execution = new FakeExecution(wire);
  const ledger = aLedger(wire.peer('ledger'), time.clock, time.timers);
  await ledger.service.start();
  await ledger.service.listen();
  return { time, broker, wire, execution, ledger, ...ledger };
};
const value = <T>(result: Result<T, unknown>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};
const markAt = async (wire: InMemoryBus, price: string): Promise<void> => {
  const now = aBook().venueTimeNs;
  wire.publish(subjects.marketState('hyperliquid', 'BTC-PERP'), marketStateCodec, {
    instrumentId: BTC,
    markPrice: parsePrice(price),
    venueTimeNs: now,
    receivedTimeNs: now,
  });
  await settled();
};
const ALL = { accountId: '', strategyId: '', instrumentId: '', sinceNs: 0n };

describe('LedgerService books account facts', () => {
  it('LG-1: opening, fills and funding of the stream end in balanced books, one span a fill on its own trace', async () => {
    const { execution, service, time, tracer, store } = await setUp();
    for (const fact of [
      observed('1000'),
      filled('a', { quantity: parseQuantity('2') }),
      filled('b', { side: 'sell', price: parsePrice('110') }),
      fundingPaid('p', '-0.5'),
    ]) {
      await execution.publish(execution.happened(fact));
    }
    await time.advanceAsync(1);
    const report = value(await service.integrity());
    expect(report).toMatchObject({
      problems: [],
      entries: 4n,
      chainValid: true,
      accountSequences: { main: 4n },
      trialBalance: { USDC: '0', [BTC]: '0' },
    });
    expect(tracer.spans.map(({ name, parent, failed, ended }) => [name, parent?.slice(3, 35), failed, ended])).toEqual([
      ['ledger.post', '2'.padStart(32, '0'), undefined, true],
      ['ledger.post', '3'.padStart(32, '0'), undefined, true],
    ]);
    expect(value(await service.balances()).balances).toEqual([
      { accountId: 'main', accountKind: 'live', currency: 'USDC', cash: '1009.3', equity: '' },
    ]);
    expect((await store.accounts())[0]?.factsSequence).toBe(4n);
  });

  it('an observation opens the books once; later ones are compared, never booked', async () => {
    const { execution, service, time, logger, metrics } = await setUp();
    for (const fact of [
      observed('0'),
      observed('1000', { reconciled: false }),
      observed('1000'),
      filled('a'),
      observed('899.9', { positions: [{ instrumentId: BTC, quantity: parseAmount('1') }] }),
      observed('902'),
    ]) {
      await execution.publish(execution.happened(fact));
      await time.advanceAsync(1);
    }
    expect(value(await service.integrity()).entries).toBe(2n);
    expect(logger.lines.filter((line) => line.includes('venue_account_differs') && line.startsWith('ERROR'))).toEqual([
      `ERROR venue_account_differs {"account":"main","cashDifference":"-2.1","positionDifferences":["${BTC} 1"],"reconciled":true}`,
    ]);
    expect(metrics.values.get('argosy_ledger_venue_cash_difference{account="main"}')).toBe(-2.1);
  });

  it('I-43: the same event under another id, and the whole stream again to a new process, change nothing', async () => {
    const { broker, execution, service, time, wire, store } = await setUp();
    const event = execution.happened(filled('a'));
    await execution.publish(event);
    await time.advanceAsync(1);
    await execution.publish(event, 'again');
    await time.advanceAsync(1);
    const before = await store.accounts();
    service.stop();
    const second = aLedger(new InMemoryBus(broker, 'ledger-2'), time.clock, time.timers, store);
    await second.service.start();
    await second.service.listen();
    for (let i = 0; i < 3; i += 1) await execution.publish(event, `storm-${String(i)}`);
    await time.advanceAsync(1);
    expect(await store.accounts()).toEqual(before);
    expect(value(await second.service.trades({ ...ALL, limit: 10 })).trades).toHaveLength(1);
    expect(wire.failures).toEqual([]);
  });

  it('I-42: a gap is read again from execution before anything after it is booked', async () => {
    const { execution, service, time, metrics } = await setUp();
    const events = ['a', 'b', 'c', 'd'].map((id) => execution.happened(filled(id)));
    await execution.publish(events[0]!);
    await time.advanceAsync(1);
    await execution.publish(events[3]!);
    await time.advanceAsync(1);
    expect(
      value(await service.trades({ ...ALL, limit: 10 })).trades.map(({ fillId, chainSequence }) => [
        fillId,
        chainSequence,
      ]),
    ).toEqual([
      ['d', 4n],
      ['c', 3n],
      ['b', 2n],
      ['a', 1n],
    ]);
    expect(execution.asked).toBe(1);
    expect(metrics.values.get('argosy_ledger_facts_sequence{account="main"}')).toBe(4);
  });

  it('I-42, I-45: a tail that never arrived is found within five seconds, and after a reconnection', async () => {
    const { execution, service, time, wire } = await setUp();
    await execution.publish(execution.happened(filled('a')));
    await time.advanceAsync(1);
    execution.happened(filled('b'));
    await time.advanceAsync(5_000);
    expect(value(await service.trades({ ...ALL, limit: 10 })).trades).toHaveLength(2);
    expect(wire.failures).toEqual([]);
  });

  it('F-19: full batches are handed over behind one another, and when one fails nothing behind it is skipped', async () => {
    const { execution, service, time, store } = await setUp();
    await execution.publish(execution.happened(filled('first')));
    await time.advanceAsync(1);
    store.failsAfter = 1;
    const events = Array.from({ length: 600 }, (_, i) => execution.happened(filled(`f${String(i)}`)));
    const outcomes = await Promise.all(events.map((event) => service.accountFact(event)));
    expect([outcomes.filter((each) => each === 'done').length, store.batches]).toEqual([256, [1, 256]]);
    expect((await store.accounts())[0]?.factsSequence).toBe(257n);
    const again = await Promise.all(events.map((event) => service.accountFact(event)));
    expect(again.every((each) => each === 'done')).toBe(true);
    expect(value(await service.integrity())).toMatchObject({ problems: [], entries: 601n });
    expect((await store.positions()).map(({ quantity }) => quantity)).toEqual([parseAmount('601')]);
  });

  it('while execution does not answer, what follows a gap waits, nothing is skipped, and it goes on by itself', async () => {
    const { execution, service, time, logger } = await setUp();
    const events = ['a', 'b', 'c'].map((id) => execution.happened(filled(id)));
    execution.refusing = true;
    await execution.publish(events[2]!);
    await time.advanceAsync(2_500);
    expect(value(await service.trades({ ...ALL, limit: 10 })).trades).toEqual([]);
    expect(logger.lines.some((line) => line.includes('booking_delayed'))).toBe(true);
    execution.refusing = false;
    await time.advanceAsync(10_000);
    expect(value(await service.trades({ ...ALL, limit: 10 })).trades).toHaveLength(3);
    expect(value(await service.integrity()).problems).toEqual([]);
  });

  it('while the store is away events are asked for again, spans fail, and nothing is lost or doubled', async () => {
    const { execution, service, store, time, tracer, metrics } = await setUp();
    store.down = true;
    for (const id of ['a', 'b', 'c']) await execution.publish(execution.happened(filled(id)));
    await time.advanceAsync(1_000);
    expect(tracer.spans.some(({ failed }) => failed === 'no store')).toBe(true);
    expect(
      metrics.values.get('argosy_ledger_booking_delays_total{account="main",code="STORE_UNAVAILABLE"}'),
    ).toBeGreaterThan(0);
    store.down = false;
    await time.advanceAsync(60_000);
    expect(value(await service.trades({ ...ALL, limit: 10 })).trades).toHaveLength(3);
    expect(value(await service.integrity()).entries).toBe(3n);
  });

  it('a busy account books in batches, never over the limit', async () => {
    const { execution, service, store, time } = await setUp();
    for (let i = 0; i < 1_000; i += 1) execution.happened(filled(`f${String(i)}`));
    await Promise.all(execution.record.map((event) => execution.publish(event)));
    await time.advanceAsync(10);
    expect(value(await service.integrity()).entries).toBe(1_000n);
    expect(Math.max(...store.batches)).toBeLessThanOrEqual(256);
    expect(store.batches.length).toBeLessThan(40);
  });

  it('a lying repeat becomes a break, and the account goes on', async () => {
    const { execution, service, store, time, logger } = await setUp();
    for (const fact of [filled('a'), filled('a', { quantity: parseQuantity('9') }), filled('b')])
      await execution.publish(execution.happened(fact));
    await time.advanceAsync(1);
    expect(
      value(await service.trades({ ...ALL, limit: 10 })).trades.map(({ fillId, quantity }) => [fillId, quantity]),
    ).toEqual([
      ['b', '1'],
      ['a', '1'],
    ]);
    expect((await store.breaks(10)).map(({ code }) => code)).toEqual(['external_id_conflict']);
    expect(logger.lines.filter((line) => line.startsWith('ERROR fact_not_booked'))).toHaveLength(1);
  });
});

describe('what was booked twice, or not at all, elsewhere', () => {
  const differences = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.includes('venue_account_differs'));

  it('known failure: negative fees counted twice, and the venue’s own cash says so', async () => {
    const { execution, time, logger } = await setUp();
    const rebate = { fee: parseAmount('-0.02') };
    const facts = [
      observed('1000'),
      filled('a', rebate),
      filled('b', { ...rebate, side: 'sell', price: parsePrice('110') }),
    ];
    for (const fact of [...facts, observed('1010.04')]) await execution.publish(execution.happened(fact));
    await time.advanceAsync(1);
    expect(differences(logger.lines)).toEqual([]);
    // One rebate more, and it is found.
    await execution.publish(execution.happened(observed('1010.06')));
    await time.advanceAsync(1);
    expect(differences(logger.lines)).toHaveLength(1);
  });

  it('known failure: a fill whose database insert fails', async () => {
    const { execution, service, store, time } = await setUp();
    const book = store.book.bind(store);
    let failures = 5;
    store.book = async (request) => {
      // Done, and its answer lost, every second time.
      const receipt = failures % 2 === 0 ? await book(request) : undefined;
      failures -= 1;
      if (failures >= 0) throw new Fault('STORE_UNAVAILABLE', 'the insert failed');
      return receipt ?? book(request);
    };
    for (const id of ['a', 'b', 'c']) await execution.publish(execution.happened(filled(id)));
    await time.advanceAsync(60_000);
    expect(failures).toBeLessThan(0);
    expect(value(await service.trades({ ...ALL, limit: 10 })).trades.map(({ fillId }) => fillId)).toEqual([
      'c',
      'b',
      'a',
    ]);
    expect(value(await service.integrity())).toMatchObject({ entries: 3n, problems: [] });
  });
});

describe('LedgerService answers', () => {
  const traded = async () => {
    const all = await setUp();
    const { execution, time } = all;
    const facts = [
      observed('1000'),
      filled('a', { quantity: parseQuantity('2') }, '99'),
      filled('b', {
        side: 'sell',
        price: parsePrice('110'),
        fee: parseAmount('-0.02'),
        strategyId: strategyId('momentum'),
      }),
      fundingPaid('p', '-0.5'),
    ];
    for (const fact of facts) await execution.publish(execution.happened(fact));
    await time.advanceAsync(1);
    return all;
  };

  it('positions with their value at the mark, and without one when there is none', async () => {
    const { service, wire } = await traded();
    expect(
      value(await service.positions({ accountId: '' })).positions.map(({ markPrice, notional, unrealisedPnl }) => [
        markPrice,
        notional,
        unrealisedPnl,
      ]),
    ).toEqual([
      ['', '', ''],
      ['', '', ''],
    ]);
    await markAt(wire, '105');
    expect(value(await service.positions({ accountId: 'main' })).positions).toMatchObject([
      {
        strategyId: 'maker',
        venue: 'hyperliquid',
        accountKind: 'live',
        quantity: '2',
        averagePrice: '100',
        markPrice: '105',
        notional: '210',
        unrealisedPnl: '10',
        openedNs: NOON,
      },
      { strategyId: 'momentum', quantity: '-1', averagePrice: '110', notional: '-105', unrealisedPnl: '5' },
    ]);
  });

  it('a mark that is too old is no mark; the mid of a valid book stands in for a missing one', async () => {
    const { service, time, wire } = await traded();
    await markAt(wire, '105');
    await time.advanceAsync(61_000);
    expect(value(await service.positions({ accountId: '' })).positions[0]?.markPrice).toBe('');
    wire.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, aBook({ instrumentId: BTC }));
    await settled();
    expect(value(await service.positions({ accountId: '' })).positions[0]?.markPrice).not.toBe('');
  });

  it('LG-2: the split by strategy and day, costs negative, parts adding up to net', async () => {
    const { service, wire } = await traded();
    await markAt(wire, '105');
    const rows = value(await service.pnl({ groupBy: 'strategy', fromDay: '', toDay: '' })).rows;
    expect(rows).toEqual([
      {
        group: 'maker',
        currency: 'USDC',
        realised: '0',
        unrealised: '10',
        funding: '-1',
        fee: '-0.1',
        slippage: '-2',
        rebate: '0',
        net: '8.9',
      },
      {
        group: 'momentum',
        currency: 'USDC',
        realised: '0',
        unrealised: '5',
        funding: '0.5',
        fee: '0',
        slippage: '0',
        rebate: '0.02',
        net: '5.52',
      },
    ]);
    expect(
      value(await service.pnl({ groupBy: 'day', fromDay: '2026-01-01', toDay: '2026-01-01' })).rows.map(
        ({ group, net }) => [group, net],
      ),
    ).toEqual([['2026-01-01', '14.42']]);
    expect(value(await service.pnl({ groupBy: '', fromDay: '2026-01-02', toDay: '' })).rows).toEqual([]);
    expect(value(await service.balances()).balances).toEqual([
      { accountId: 'main', accountKind: 'live', currency: 'USDC', cash: '999.42', equity: '1014.42' },
    ]);
  });

  it.each([
    ['an unknown group', (s: LedgerService) => s.pnl({ groupBy: 'moon', fromDay: '', toDay: '' }), 'group_by'],
    [
      'a day that is none',
      (s: LedgerService) => s.pnl({ groupBy: 'day', fromDay: '2026-02-30', toDay: '' }),
      'from_day',
    ],
    [
      'days the wrong way round',
      (s: LedgerService) => s.pnl({ groupBy: 'day', fromDay: '2026-02-02', toDay: '2026-02-01' }),
      'from_day',
    ],
    ['no limit', (s: LedgerService) => s.trades({ ...ALL, limit: 0 }), 'limit'],
    ['a limit too high', (s: LedgerService) => s.trades({ ...ALL, limit: 1_001 }), 'limit'],
    ['an account that is no id', (s: LedgerService) => s.positions({ accountId: 'a.b' }), 'id'],
  ])('refuses %s', async (_story, ask, field) => {
    const { service } = await setUp();
    expect(await ask(service)).toMatchObject({
      ok: false,
      refusal: { code: 'invalid_request', details: { field } },
    });
  });

  it('every subject of the ledger has a route', () => {
    expect(ledgerRoutes({} as never).map(({ pattern }) => pattern)).toEqual([
      subjects.ledgerPositions,
      subjects.ledgerPnl,
      subjects.ledgerTrades,
      subjects.ledgerIntegrity,
      subjects.ledgerBalances,
      subjects.serviceStatus('ledger'),
    ]);
  });
});

describe('LedgerService figures (OB-1)', () => {
  it('sets the gauges the manuals name', async () => {
    const { execution, metrics, time, wire, service } = await setUp();
    const facts = [
      observed('1000'),
      filled('a', { quantity: parseQuantity('2') }),
      filled('b', { side: 'sell', price: parsePrice('110'), liquidity: 'taker' }),
      filled('c', { side: 'sell', price: parsePrice('90') }),
      filled('d'),
    ];
    for (const fact of facts) await execution.publish(execution.happened(fact));
    await time.advanceAsync(1);
    await markAt(wire, '105');
    await time.advanceAsync(1_000);
    const show = (name: string): number | undefined => metrics.values.get(name);
    expect({
      position_count: show('position_count'),
      trading_positions_open: show('trading_positions_open{venue="hyperliquid"}'),
      trading_pnl_daily_total: show('trading_pnl_daily_total'),
      trading_capital_total: show('trading_capital_total'),
      trading_capital_at_risk: show('trading_capital_at_risk'),
      trading_trades_total: show('trading_trades_total'),
      trading_trades_won: show('trading_trades_won'),
      maker_ratio: show('maker_ratio'),
      net: show('argosy_ledger_pnl{type="net",strategy="maker",currency="USDC"}'),
    }).toEqual({
      position_count: 1,
      trading_positions_open: 1,
      trading_pnl_daily_total: 4.6,
      trading_capital_total: 1004.6,
      trading_capital_at_risk: 105,
      trading_trades_total: 2,
      trading_trades_won: 1,
      maker_ratio: 0.75,
      net: 4.6,
    });
    expect(dayOf(NOON)).toBe(20_454);
    expect(value(service.status())).toMatchObject({ service: 'ledger', ready: true });
  });

  it('I-47: anchors the chains, and cries when one has become shorter', async () => {
    const { execution, logger, store, time } = await setUp();
    await execution.publish(execution.happened(filled('a')));
    await time.advanceAsync(31_000);
    const [books] = await store.accounts();
    store.accounts = async () => [{ ...books!, head: { ...books!.head, sequence: 0n } }];
    await time.advanceAsync(30_000);
    expect(logger.lines.some((line) => line.startsWith('CRITICAL chain_shortened'))).toBe(true);
    expect(books?.accountId).toBe(MAIN);
  });

  it('books that are not whole make the ledger unhealthy, until a check passes again', async () => {
    const { service, store } = await setUp();
    const whole = store.checkIntegrity.bind(store);
    store.checkIntegrity = async () => ({ ...(await whole()), problems: ['entry 2 of main does not balance'] });
    await service.integrity();
    expect(value(service.status())).toMatchObject({
      ready: false,
      conditions: [{ name: 'books' }, { name: 'integrity', met: false, reason: 'entry 2 of main does not balance' }],
    });
    store.checkIntegrity = whole;
    await service.integrity();
    expect(value(service.status())).toMatchObject({ ready: true, conditions: [{}, { name: 'integrity', met: true }] });
  });
});

describe('whatever the stream does to the facts', () => {
  it('F-24, I-45: wiped while the ledger was away, everything comes from the record of execution', async () => {
    const { execution, service, time, store, wire, ledger } = await setUp();
    await execution.publish(execution.happened(filled('0')));
    await time.advanceAsync(1_000);
    ledger.service.stop();
    for (let index = 1; index <= 700; index += 1) execution.happened(filled(String(index)));
    const next = aLedger(wire.peer('ledger'), time.clock, time.timers, store);
    await next.service.start();
    await time.advanceAsync(1_000);
    expect((await store.accounts()).map(({ factsSequence, head }) => [factsSequence, head.sequence])).toEqual([
      [701n, 701n],
    ]);
    expect(value(await service.integrity()).problems).toEqual([]);
  });

  it('F-25, F-32, 5.3: a tenth told twice, all out of order, the store away now and then: books exact', async () => {
    const { execution, service, store, time } = await setUp();
    const random = new SeededRandom(7);
    const events = Array.from({ length: 3_000 }, (_, index) =>
      execution.happened(
        filled(String(index), {
          side: random.unit() < 0.5 ? 'buy' : 'sell',
          price: parsePrice(String(90 + (index % 20))),
          fee: parseAmount(index % 3 === 0 ? '-0.01' : '0.02'),
        }),
      ),
    );
    const told = events
      .flatMap((event) => (random.unit() < 0.1 ? [event, event] : [event]))
      .map((event) => ({ event, at: Number(event.sequence) + random.unit() * 400 }))
      .sort((a, b) => a.at - b.at);
    for (const [index, { event }] of told.entries()) {
      if (index % 1_000 === 500) store.down = true;
      if (index % 1_000 === 600) store.down = false;
      const telling = service.accountFact(event);
      if (index % 50 === 0) await time.advanceAsync(1);
      void telling;
    }
    await time.advanceAsync(60_000);
    const held = events.reduce((sum, { fact }) => {
      if (fact.kind !== 'order_filled') return sum;
      return fact.fill.side === 'buy' ? sum + fact.fill.quantity : sum - fact.fill.quantity;
    }, 0n);
    expect((await store.positions()).map(({ quantity }) => quantity)).toEqual([held]);
    expect(value(await service.integrity())).toMatchObject({ problems: [], entries: 3_000n });
  });
});
