import { strategyId } from '@argosy/domain';
import { SystemTimers } from '@argosy/platform-runtime';
import type { RunSpec, StrategyEvent } from '@argosy/strategy-api';
import type { BatchAnswer, RunHandle } from '@argosy/strategy-service';
import { A_MOMENT, aBook, anInstrument } from '@argosy/testing';
import { sourceProcess } from '../testing/source-process.js';
import { ProcessRunner } from './process-runner.js';

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

  constructor(runner: ProcessRunner, what: RunSpec) {
    const take = (answer: BatchAnswer | string): void => {
      if (this.waiting === undefined) this.answers.push(answer);
      else this.waiting(answer);
      this.waiting = undefined;
    };
    this.handle = runner.start(what, { answered: take, failed: take });
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

const timers = new SystemTimers();
const runnerOf = (file: string, memoryMb = 64): ProcessRunner =>
  new ProcessRunner({ ...sourceProcess(file), memoryMb }, timers);
const real = runnerOf('../process/strategy-process.ts');
const raw = runnerOf('../testing/raw-deeds.process.fixture.ts', 32);
const bad = runnerOf('../testing/bad-strategies.process.fixture.ts');
/** The next one loads its code while this one is judged. */
const badRun = (name: string): Run => {
  const run = new Run(bad, deed(name));
  bad.warm(2);
  return run;
};
const deed = (name: string): RunSpec => spec({ deed: name }, 'bad', '1');

afterAll(() => {
  for (const runner of [real, raw, bad]) runner.close();
});

/** The one that minds its own business, whatever the others do. */
let good: Run;
beforeAll(() => {
  good = new Run(real, spec(MAKER));
});

describe('a strategy in a process of its own (F-42)', () => {
  it('decides there as it does here: events go in, actions come back, numbers whole', async () => {
    const answer = (await good.fed(started, book(reference.id), book(traded.id))) as BatchAnswer;
    expect(answer.returned).toMatchObject([
      [],
      [],
      [
        { kind: 'submit', orderRequestId: 'maker-r1-1', side: 'buy', quantity: 10_000_000_000n },
        { kind: 'submit', orderRequestId: 'maker-r1-2', side: 'sell' },
      ],
    ]);
    expect(answer.vitals['inventory']).toBe('0');
  });

  it.each([
    ['parameters that cannot be read', spec({ ...MAKER, order_size: '-1' }), 'order_size'],
    ['a type that does not exist', spec(MAKER, 'oracle'), "no strategy type 'oracle'"],
  ])('tells of %s', async (_story, what, named) => {
    expect(await new Run(real, what).next()).toContain(named);
  });

  it('answers every book it is fed, each once', async () => {
    for (let i = 1; i <= 200; i += 1) {
      expect(await good.fed(book(traded.id, BigInt(i)))).toMatchObject({ returned: [expect.any(Array)] });
    }
  });

  it('starts in a process that was warm, and takes new parameters between batches', async () => {
    const runner = runnerOf('../process/strategy-process.ts');
    runner.warm(1);
    runner.warm(1);
    const run = new Run(runner, spec(MAKER));
    await run.fed(started);
    run.handle.reconfigure({ ...MAKER, order_size: '0.002' });
    const answer = (await run.fed(book(reference.id), book(traded.id))) as BatchAnswer;
    expect(answer.returned[1]).toMatchObject([{ quantity: 2_000_000_000n }, { quantity: 2_000_000_000n }]);
    runner.close();
  });
});

describe('a process holds what a thread did not (F-42)', () => {
  it.each([
    ['an endless list of lists', 'arrays', /^ran out of memory$/],
    ['lists larger than the limit', 'huge arrays', /^(ran out of memory|took \d+ MB of memory)$/],
    ['memory outside of its heap', 'typed arrays', /^took \d+ MB of memory$/],
    ['texts without end', 'strings', /^ran out of memory$/],
    ['a table without end', 'maps', /^(ran out of memory|threw .*)$/],
    ['process.exit', 'exit', /^its process ended with 7$/],
    ['a segmentation fault', 'segfault', /^its process was ended by SIGSEGV$/],
    ['an abort', 'abort', /^its process was ended by SIGABRT$/],
    ['an answer too many', 'answers twice', /^answered what nobody asked$/],
  ])('%s: it alone ends, with the reason, and the others go on', async (_story, name, named) => {
    const run = new Run(raw, deed(name));
    await run.fed(started);
    let told: BatchAnswer | string = await run.fed(book(traded.id));
    if (typeof told !== 'string') told = await run.next();
    expect(told).toMatch(named);
    expect(await good.fed(book(traded.id))).toMatchObject({ returned: [expect.any(Array)] });
  });

  it('ends one that never returns', async () => {
    const run = new Run(raw, deed('spin'));
    await run.fed(started);
    run.handle.feed([book(traded.id)]);
    run.handle.end();
    // Its process is gone when this one can end: a spinning one would hold this suite for ever.
    expect(await good.fed(book(traded.id))).toMatchObject({ returned: [expect.any(Array)] });
  });

  it.each([
    ['its environment', 'environment', []],
    ['leave to start processes', 'spawn allowed', [{ kind: 'false' }]],
    ['leave to start threads', 'workers allowed', [{ kind: 'false' }]],
    ['leave to write files', 'write allowed', [{ kind: 'false' }]],
    ['leave to read secrets', 'secrets readable', [{ kind: 'false' }]],
  ])('gives it nothing: %s', async (_story, name, returned) => {
    const run = new Run(raw, deed(name));
    const answer = (await run.fed(book(traded.id))) as BatchAnswer;
    expect(JSON.stringify(answer.returned)).toBe(JSON.stringify([returned]));
    run.handle.end();
  });
});

describe('what a bad strategy does, and what becomes of it (F-41, F-42)', () => {
  const ends: readonly (readonly [deed: string, reason: string])[] = [
    ['throws later', 'left a promise that was rejected: TypeError: too late'],
    ['recurses for ever', 'threw RangeError: Maximum call stack size exceeded'],
    ['ends its process', "threw OutOfReach: process is out of a strategy's reach"],
    ['imports node:net', "left a promise that was rejected: OutOfReach: node:net is out of a strategy's reach"],
    ['1e5 orders', '100000 actions for one event, at most 50'],
    ['ten thousand fields', 'an action with 10000 fields'],
    ['a getter that throws', 'threw TypeError: no kind for you'],
  ];
  it.each(ends)('%s: ends, %s', async (name, reason) => {
    const run = badRun(name);
    await run.fed(started);
    let told: BatchAnswer | string = await run.fed(book(traded.id));
    if (typeof told !== 'string') told = await run.next();
    expect(told).toContain(reason);
  });

  const reach = (what: string, instead = ''): string => `OutOfReach: ${what} is out of a strategy's reach${instead}`;
  const attempts: readonly (readonly [deed: string, outcome: string])[] = [
    ['reads the environment', reach('process')],
    ['kills its host', reach('process')],
    ['opens a socket', reach('fetch')],
    ['opens a web socket', reach('WebSocket')],
    ['waits by itself', reach('setTimeout', ': wait for a timer event')],
    ['looks at the clock', reach('the wall clock', ': use event.at')],
    ['makes a date of now', reach('the wall clock', ': use event.at')],
    ['throws dice', reach('Math.random', ': use setup.random')],
    ['makes an id', reach('crypto', ': use setup.random')],
    ['writes code', 'EvalError: Code generation from strings disallowed for this context'],
    ['imports node:net', reach('node:net')],
    ['imports fs', reach('fs')],
    ['imports node:child_process', reach('node:child_process')],
    ['imports node:worker_threads', reach('node:worker_threads')],
    ['imports node:vm', reach('node:vm')],
    ['imports node:process', reach('node:process')],
  ];
  const harmless: readonly (readonly [deed: string, returned: unknown])[] = [
    ['returns a promise', {}],
    ['never resolves', {}],
    ['prints much', []],
    ['a date of then', [{ kind: expect.stringMatching(/Z$/) as string }]],
    ['a giant text', [{ kind: `${'x'.repeat(256)}…` }]],
    ['a giant number', [{ kind: 10n ** 64n }]],
    ['a nest', [{ kind: 'submit', quantity: {} }]],
    ['changes what it was told', []],
    // Last: nothing in its process is as it was.
    ['pollutes prototypes', []],
  ];

  describe('in one process after the other deed', () => {
    let run: Run;
    beforeAll(async () => {
      run = badRun('none');
      await run.fed(started);
    });

    it.each(attempts)('%s: refused, even when it catches that: %s', async (name, outcome) => {
      run.handle.reconfigure({ deed: name, caught: true });
      const [now] = ((await run.fed(book(traded.id))) as BatchAnswer).returned;
      run.handle.reconfigure({ deed: 'none', caught: true });
      const [later] = ((await run.fed(book(traded.id))) as BatchAnswer).returned;
      expect([now, later]).toContainEqual([{ kind: outcome }]);
    });

    it.each(harmless)('%s: stays its own affair, and what it answers is small and plain', async (name, returned) => {
      run.handle.reconfigure({ deed: name });
      const fed = book(traded.id);
      expect(((await run.fed(fed)) as BatchAnswer).returned[0]).toEqual(returned);
      expect(fed).toEqual(book(traded.id));
      expect(({} as Record<string, unknown>)['kind']).toBeUndefined();
    });
  });
});
