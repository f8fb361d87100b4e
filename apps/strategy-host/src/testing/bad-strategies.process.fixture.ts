/** A strategy's process as it is, with a strategy in it that misbehaves as its first parameter says. */
import { ok, type Result } from '@argosy/domain';
import { type StrategyAction, type StrategyEvent, type StrategyType, strategyTypes } from '@argosy/strategy-api';
import process from 'node:process';
import { closeOff } from '../process/out-of-reach.js';
import { parentLink } from '../process/parent-link.js';
import { serveStrategy } from '../process/serve-strategy.js';

type Deed = (event: Extract<StrategyEvent, { kind: 'book' }>) => unknown;
const outside = (name: string): unknown => (globalThis as unknown as Record<string, unknown>)[name];
const machine = (): NodeJS.Process => outside('process') as NodeJS.Process;
const call = (name: string, ...given: unknown[]): unknown =>
  (outside(name) as (...args: unknown[]) => unknown)(...given);

const deeds: Readonly<Record<string, Deed>> = {
  none: () => [],
  'throws later': () => {
    void Promise.resolve().then(() => {
      throw new TypeError('too late');
    });
    return [];
  },
  'rejects a promise': () => {
    void Promise.reject(new RangeError('nobody caught this'));
    return [];
  },
  'returns a promise': async () => Promise.resolve([]),
  'never resolves': () => new Promise(() => undefined),
  'recurses for ever': (event) => deeds['recurses for ever']?.(event),
  'reads the environment': () => machine().env,
  'ends its process': () => machine().exit(7),
  'kills its host': () => machine().kill(1, 'SIGKILL'),
  'opens a socket': () => call('fetch', 'http://127.0.0.1:1'),
  'opens a web socket': () => Reflect.construct(outside('WebSocket') as new () => object, ['ws://127.0.0.1:1']),
  'waits by itself': () => call('setTimeout', () => undefined, 1),
  'looks at the clock': () => Date.now(),
  'makes a date of now': () => new Date(),
  'throws dice': () => Math.random(),
  'makes an id': () => (outside('crypto') as { randomUUID(): string }).randomUUID(),
  'writes code': () => call('eval', '1 + 1'),
  'prints much': () => {
    for (let i = 0; i < 10_000; i += 1) (outside('console') as Console).error('x'.repeat(1_000));
    return [];
  },
  'a date of then': (event) => [{ kind: new Date(Number(event.at / 1_000_000n)).toISOString() }],
  '1e5 orders': () => new Array(100_000).fill({ kind: 'submit' }),
  'a giant text': () => [{ kind: 'x'.repeat(50_000_000) }],
  'a giant number': () => [{ kind: 2n ** 5_000_000n }],
  'a nest': () => [{ kind: 'submit', quantity: { valueOf: () => 1n } }],
  'a getter that throws': () => [
    {
      get kind(): string {
        throw new TypeError('no kind for you');
      },
    },
  ],
  'ten thousand fields': () => [Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${String(i)}`, i]))],
  'pollutes prototypes': () => {
    Object.assign(Object.prototype, { kind: 'withdraw', quantity: 1n });
    Object.assign(Array.prototype, { length: 7 });
    return [];
  },
  'changes what it was told': ({ book }) => {
    Object.assign(book, { bids: [], asks: [], instrumentId: 'mine' });
    return [];
  },
};
/** What it reached for and what became of that: caught, and told with the next book. */
let outcome = '';
const attempt =
  (deed: Deed): Deed =>
  (event) => {
    const told = outcome;
    outcome = '';
    try {
      void Promise.resolve(deed(event)).catch((error: unknown) => {
        outcome = String(error);
      });
    } catch (error) {
      return [{ kind: String(error) }];
    }
    return [{ kind: told }];
  };
for (const module of ['node:net', 'fs', 'node:child_process', 'node:worker_threads', 'node:vm', 'node:process'])
  (deeds as Record<string, Deed>)[`imports ${module}`] = () => import(module);

const bad: StrategyType<Deed> = {
  type: 'bad',
  version: '1',
  parameters: {},
  parse: (raw): Result<Deed, never> => {
    const deed = deeds[String(raw['deed'])] ?? (() => []);
    return ok(raw['caught'] === true ? attempt(deed) : deed);
  },
  create: ({ parameters }) => {
    let deed = parameters;
    return {
      on: (event) => (event.kind === 'book' ? deed(event) : []) as readonly StrategyAction[],
      reconfigure: (next) => {
        deed = next;
      },
      vitals: {},
    };
  },
};

const link = parentLink(process);
closeOff();
serveStrategy(link, strategyTypes([bad]));
