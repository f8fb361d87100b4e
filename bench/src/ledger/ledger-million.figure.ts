import { type AccountEvent, accountEventsPageCodec, accountEventsRequestCodec, subjects } from '@argosy/contracts';
import { type Fill, fillId, ok, parsePrice, strategyId, timeNs } from '@argosy/domain';
import { LedgerService } from '@argosy/ledger-service';
import { ledgerSchema, NodeDigest, PostgresLedgerStore } from '@argosy/ledger-store';
import { openPool } from '@argosy/platform-database';
import { SilentLogger, SilentMetrics, SilentTracer } from '@argosy/platform-port';
import { SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { A_MOMENT, aFill, InMemoryBroker, InMemoryBus, SeededRandom } from '@argosy/testing';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { type DurablePostgres, startDurablePostgres } from '../servers/durable-postgres.js';

const FILLS = 1_000_000;
const FILLS_QUICK = 20_000;
const REPEATED = 0.1;
/** A fact arrives at most so many places from where it belongs. */
const DISORDER = 300;
const WINDOW = 768;
const MARKET_MS = 1_000_000n;

const isBuy = (number: number): boolean => (number * 7) % 13 < 6;

/** The fill that is the account's fact number `number`, 1 and up. */
function fillOf(number: number): Fill {
  return aFill({
    fillId: fillId(`main-BTC-${String(number)}`),
    strategyId: strategyId(`maker_${String(number % 5)}`),
    side: isBuy(number) ? 'buy' : 'sell',
    price: parsePrice(String(60_000 + (number % 100))),
    venueTimeNs: timeNs(A_MOMENT + BigInt(number) * MARKET_MS),
  });
}

function eventOf(number: number): AccountEvent {
  const fill = fillOf(number);
  return {
    eventId: `main-${String(number)}`,
    accountId: fill.accountId,
    venue: fill.venue,
    sequence: BigInt(number),
    epoch: 1,
    occurredAt: fill.venueTimeNs,
    traceparent: '',
    fact: { kind: 'order_filled', fill },
  };
}

/** The ledger as it runs, with Postgres behind it and a record of execution that answers refills. */
class Books {
  private constructor(
    private readonly server: DurablePostgres,
    private readonly store: PostgresLedgerStore,
    private readonly service: LedgerService,
    private readonly close: () => Promise<void>,
  ) {}

  private told = 0;

  static async open(server: DurablePostgres): Promise<Books> {
    const pool = openPool({
      url: server.url,
      user: 'ledger',
      password: undefined,
      applicationName: 'argosy-bench',
      size: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 60_000,
    });
    const [clock, timers] = [new SystemClock(), new SystemTimers()];
    const wire = new InMemoryBus(new InMemoryBroker(clock, timers), 'execution');
    const store = new PostgresLedgerStore(pool, new NodeDigest());
    const parts = { logger: new SilentLogger(), metrics: new SilentMetrics(), tracer: new SilentTracer() };
    const service = new LedgerService({ store, bus: wire.peer('ledger'), clock, timers, ...parts });
    const books = new Books(server, store, service, () => pool.end());
    wire.subscribe(
      subjects.orderEvents,
      accountEventsRequestCodec,
      { queueLimit: 16 },
      ({ fromSequence, limit }, { replyTo }) => {
        const first = Number(fromSequence);
        const count = Math.max(0, Math.min(limit, books.told - first + 1));
        const events = Array.from({ length: count }, (_, index) => eventOf(first + index));
        if (replyTo !== undefined)
          wire.reply(replyTo, accountEventsPageCodec, ok({ events, lastSequence: BigInt(books.told) }));
      },
    );
    return books;
  }

  /** Tells the next `count` facts in the order given by `order`; fills a second. */
  async tell(count: number, order: (first: number, count: number) => readonly number[]): Promise<number> {
    const numbers = order(this.told + 1, count);
    this.told += count;
    const since = performance.now();
    const under = new Set<Promise<unknown>>();
    for (const number of numbers) {
      const telling = this.tellOne(number).finally(() => under.delete(telling));
      under.add(telling);
      if (under.size >= WINDOW) await Promise.race(under);
    }
    await Promise.all(under);
    return (count * 1e3) / (performance.now() - since);
  }

  /** As the stream does: again until it is in the books. */
  private async tellOne(number: number): Promise<void> {
    while ((await this.service.accountFact(eventOf(number))) !== 'done') await Promise.resolve();
  }

  /** @throws Error unless the books hold every fill once, by sums that this figure made by itself. */
  async requireExact(): Promise<bigint> {
    const expected = new Map<string, bigint>();
    for (let number = 1; number <= this.told; number += 1) {
      const { strategyId: strategy = '', quantity } = fillOf(number);
      expected.set(strategy, (expected.get(strategy) ?? 0n) + (isBuy(number) ? quantity : -quantity));
    }
    for (const { strategyId: strategy, quantity } of await this.store.positions()) {
      if (expected.get(strategy) !== quantity)
        throw new Error(`${strategy} holds ${String(quantity)}, its fills sum to ${String(expected.get(strategy))}`);
    }
    const { problems, entries } = await this.store.checkIntegrity();
    if (problems.length > 0) throw new Error(`the books are broken: ${problems.join('; ')}`);
    if (entries !== BigInt(this.told)) throw new Error(`${String(entries)} entries of ${String(this.told)} fills`);
    return entries;
  }

  async stop(): Promise<void> {
    this.service.stop();
    await this.close();
    await this.server.stop();
  }
}

const inOrder = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

/** A tenth twice, everything somewhere near where it belongs. */
function disturbed(random: SeededRandom): (first: number, count: number) => readonly number[] {
  return (first, count) =>
    inOrder(first, count)
      .flatMap((number) => (random.unit() < REPEATED ? [number, number] : [number]))
      .map((number) => ({ number, at: number + random.unit() * DISORDER }))
      .sort((a, b) => a.at - b.at)
      .map(({ number }) => number);
}

async function measure({ quick, progress }: Effort): Promise<readonly Comparison[]> {
  const books = await Books.open(await startDurablePostgres([ledgerSchema]));
  const fills = quick ? FILLS_QUICK : FILLS;
  const parts = 20;
  const part = fills / parts;
  const disorder = disturbed(new SeededRandom(1));
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let done = 0; done < parts; done += 1) {
    // One part in five is told as it should be: what the disorder costs.
    if (done % 5 === 4) floor.push(await books.tell(part, inOrder));
    else ours.push(await books.tell(part, disorder));
    progress(`${String((done + 1) * part)} fills`);
  }
  const entries = await books.requireExact();
  await books.stop();
  return [
    {
      figure: 'ledger, a tenth repeated and out of order',
      unit: 'fills/s',
      aim: { atLeast: 0.5 },
      ours,
      floor,
      note: `${String(entries)} fills booked, each once: positions, balances, chain and trial balance exact; floor: in order, once`,
    },
  ];
}

/** A million fills told badly: the books have to be exact. Minutes long, so only by name. */
export const ledgerMillionFigure: Figure = { name: 'ledger-million', onDemand: true, measure };
