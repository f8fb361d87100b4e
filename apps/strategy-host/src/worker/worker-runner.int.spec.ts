import { strategyId } from '@argosy/domain';
import type { StrategyEvent } from '@argosy/strategy-api';
import type { BatchAnswer, RunHandle, RunSpec } from '@argosy/strategy-service';
import { A_MOMENT, aBook, anInstrument, checkoutRoot } from '@argosy/testing';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { WorkerRunner } from './worker-runner.js';

const here = path.join(checkoutRoot(), 'apps/strategy-host/src/worker');
const source = (name: string): URL => pathToFileURL(path.join(here, name));
const execArgv = [
  '--experimental-transform-types',
  '--disable-warning=ExperimentalWarning',
  '--conditions=source',
  `--import=${source('../testing/run-sources.fixture.mjs').href}`,
];
const traded = anInstrument();
const reference = anInstrument({ id: 'binance_BTC-USDT' as never, venue: 'binance', symbol: 'BTC-USDT' });
const spec = (parameters: RunSpec['parameters'], type = 'market_maker', version = '2'): RunSpec => ({
  strategyId: strategyId('maker'),
  type,
  version,
  instruments: [traded.id, reference.id],
  parameters,
  run: 'r1',
  seed: 's',
});
const MAKER = {
  order_size: '0.01',
  max_inventory: '0.05',
  base_spread_bps: '10',
  volatility_percent: '100',
  skew_bps: '5',
  requote_bps: '2',
  requote_interval_ms: '100',
};
const started: StrategyEvent = {
  kind: 'started',
  at: A_MOMENT,
  instruments: [traded, reference],
  positions: [],
  openOrders: [],
};
const book = (id: string, sequence = 1n): StrategyEvent => ({
  kind: 'book',
  at: (A_MOMENT + sequence * 1_000_000n) as never,
  book: aBook({ instrumentId: id as never, sequence }),
});

/** A run with its answers as promises. */
class Run {
  readonly handle: RunHandle;
  private readonly answers: (BatchAnswer | string)[] = [];
  private waiting: ((answer: BatchAnswer | string) => void) | undefined;

  constructor(entry: URL, what: RunSpec, memoryMb = 64) {
    const take = (answer: BatchAnswer | string): void => {
      if (this.waiting === undefined) this.answers.push(answer);
      else this.waiting(answer);
      this.waiting = undefined;
    };
    this.handle = new WorkerRunner({ entry, memoryMb, execArgv }).start(what, { answered: take, failed: take });
  }

  async fed(...events: readonly StrategyEvent[]): Promise<BatchAnswer | string> {
    this.handle.feed(events);
    return this.next();
  }

  next(): Promise<BatchAnswer | string> {
    const answer = this.answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }
}

const REAL = source('./strategy-worker.ts');
const BAD = source('../testing/bad-strategies.worker.fixture.ts');

describe('a strategy in a thread of its own (F-42)', () => {
  it('decides there as it does here: events go in, actions come back, numbers whole', async () => {
    const run = new Run(REAL, spec(MAKER));
    const answer = (await run.fed(started, book(reference.id), book(traded.id))) as BatchAnswer;
    expect(answer.returned).toMatchObject([
      [],
      [],
      [
        { kind: 'submit', orderRequestId: 'maker-r1-1', side: 'buy', quantity: 10_000_000_000n },
        { kind: 'submit', orderRequestId: 'maker-r1-2', side: 'sell' },
      ],
    ]);
    expect(answer.vitals['inventory']).toBe('0');
    run.handle.end();
  });

  it('takes new parameters between batches', async () => {
    const run = new Run(REAL, spec(MAKER));
    await run.fed(started);
    run.handle.reconfigure({ ...MAKER, order_size: '0.002' });
    const answer = (await run.fed(book(reference.id), book(traded.id))) as BatchAnswer;
    expect(answer.returned[1]).toMatchObject([{ quantity: 2_000_000_000n }, { quantity: 2_000_000_000n }]);
    run.handle.end();
  });

  it.each([
    ['parameters that cannot be read', spec({ ...MAKER, order_size: '-1' }), 'order_size'],
    ['a type that does not exist', spec(MAKER, 'oracle'), "no strategy type 'oracle'"],
  ])('tells of %s', async (_story, what, named) => {
    expect(await new Run(REAL, what).next()).toContain(named);
  });

  it('ends one that never returns', async () => {
    const run = new Run(BAD, spec({ deed: 'spin' }, 'bad', '1'));
    await run.fed(started);
    run.handle.feed([book(traded.id)]);
    run.handle.end();
    // The thread is gone when the process can end: a spinning one would hold this suite for ever.
    const other = new Run(BAD, spec({ deed: 'none' }, 'bad', '1'));
    expect(await other.fed(book(traded.id))).toMatchObject({ returned: [[]] });
    other.handle.end();
  });

  it('ends one that takes all the memory it can get, and nobody else', async () => {
    const run = new Run(BAD, spec({ deed: 'leak' }, 'bad', '1'), 32);
    await run.fed(started);
    expect(await run.fed(book(traded.id))).toBe('ran out of memory');
  });

  it('tells of one that ends its thread, and shows it no environment', async () => {
    const run = new Run(BAD, spec({ deed: 'exit' }, 'bad', '1'));
    expect(await run.fed(book(traded.id))).toBe('its thread ended with 7');
    const curious = new Run(BAD, spec({ deed: 'environment' }, 'bad', '1'));
    expect(await curious.fed(book(traded.id))).toMatchObject({ returned: [[]] });
    curious.handle.end();
  });

  it('answers every book it is fed, each once', async () => {
    const run = new Run(REAL, spec(MAKER));
    await run.fed(started, book(reference.id));
    for (let i = 1; i <= 200; i += 1) {
      expect(await run.fed(book(traded.id, BigInt(i)))).toMatchObject({ returned: [expect.any(Array)] });
    }
    run.handle.end();
  });
});
