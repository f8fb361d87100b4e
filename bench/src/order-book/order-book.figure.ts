import { DepthSync, type DiffIds, type LevelColumns, OrderBook, readLevels } from '@argosy/market-data-core';
import { cpuRate } from '../harness/cpu-rate.js';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { BareBook } from './bare-book.js';
import { bareCount } from './bare-count.js';
import { type DepthFeed, depthFeeds, type VenueDiff } from './depth-feed.js';

const ROWS_MAX = 10_000;
/** Each round replays the feed until it has set about so many levels. */
const UPDATES_A_ROUND = 1_500_000;
const UPDATES_A_ROUND_QUICK = 300_000;

interface CountedDiff extends DiffIds {
  readonly bids: LevelColumns;
  readonly asks: LevelColumns;
}

/** What a replay saw of the touch after every diff: both books must have seen the same. */
type Digest = number;
const digest = (last: Digest, bid: number, ask: number): Digest => (Math.imul(last, 31) + bid * 7 + ask) | 0;

function columns(rows: VenueDiff['b'], { units }: DepthFeed): LevelColumns {
  const read = readLevels(rows, units, ROWS_MAX);
  if (typeof read === 'string') throw new Error(`a level of the feed is unreadable: ${read}`);
  return read;
}

function counted(diff: VenueDiff, feed: DepthFeed): CountedDiff {
  const { U, u, pu, b, a } = diff;
  return {
    first: U,
    last: u,
    ...(pu === undefined ? {} : { previous: pu }),
    bids: columns(b, feed),
    asks: columns(a, feed),
  };
}

/** Ours: the chain is judged before every diff, and a crossed book would be found after it. */
class OurReplay {
  private readonly book = new OrderBook();
  private readonly sync: DepthSync<CountedDiff>;
  seen: Digest = 0;

  constructor(private readonly feed: DepthFeed) {
    this.sync = new DepthSync(feed.chain);
    const { lastUpdateId, bids, asks } = feed.snapshot;
    this.sync.snapshot(lastUpdateId);
    this.book.load(columns(bids, feed), columns(asks, feed));
  }

  fromCounts(diffs: readonly CountedDiff[]): void {
    for (const diff of diffs) this.take(diff);
  }

  fromText(): void {
    for (const diff of this.feed.diffs) this.take(counted(diff, this.feed));
  }

  private take(diff: CountedDiff): void {
    const { book } = this;
    if (this.sync.offer(diff).verdict !== 'apply') throw new Error(`the feed breaks at ${String(diff.first)}`);
    book.apply(diff.bids, diff.asks);
    if (book.isCrossed) throw new Error(`the book is crossed after ${String(diff.last)}`);
    this.seen = digest(this.seen, book.bestBidTicks, book.bestAskTicks);
  }
}

class BareReplay {
  private readonly book = new BareBook();
  private readonly places: readonly [price: number, size: number];
  seen: Digest = 0;

  constructor(private readonly feed: DepthFeed) {
    this.places = [placesOf(feed.units.tick.step), placesOf(feed.units.size.step)];
    const { bids, asks } = feed.snapshot;
    this.setText(bids, asks);
  }

  fromCounts(diffs: readonly CountedDiff[]): void {
    const { book } = this;
    for (const { bids, asks } of diffs) {
      for (let index = 0; index < bids.ticks.length; index += 1) book.set(0, bids.ticks[index]!, bids.lots[index]!);
      for (let index = 0; index < asks.ticks.length; index += 1) book.set(1, -asks.ticks[index]!, asks.lots[index]!);
      this.seen = digest(this.seen, book.best(0), -book.best(1));
    }
  }

  fromText(): void {
    const { book } = this;
    for (const { b, a } of this.feed.diffs) {
      this.setText(b, a);
      this.seen = digest(this.seen, book.best(0), -book.best(1));
    }
  }

  private setText(bids: VenueDiff['b'], asks: VenueDiff['a']): void {
    const { book } = this;
    const [price, size] = this.places;
    for (const row of bids) book.set(0, bareCount(row[0], price), bareCount(row[1], size));
    for (const row of asks) book.set(1, -bareCount(row[0], price), bareCount(row[1], size));
  }
}

/** Decimal places of a step of 10^-places at our scale of 12. */
const placesOf = (step: bigint): number => 12 - (String(step).length - 1);

interface Replay {
  readonly seen: Digest;
}

/** Level updates a second of CPU over as many whole replays as a round asks for. */
function rate<R extends Replay>(feed: DepthFeed, updates: number, make: () => R, run: (replay: R) => void): number {
  const each = updatesOf(feed);
  const replays = Array.from({ length: Math.max(1, Math.round(updates / each)) }, make);
  return cpuRate(replays.length * each, () => {
    for (const replay of replays) run(replay);
  });
}

const updatesOf = ({ diffs }: DepthFeed): number => diffs.reduce((sum, { a, b }) => sum + a.length + b.length, 0);

function requireSameTouch(feed: DepthFeed, diffs: readonly CountedDiff[]): void {
  const replays = [new OurReplay(feed), new OurReplay(feed), new BareReplay(feed), new BareReplay(feed)] as const;
  replays[0].fromCounts(diffs);
  replays[1].fromText();
  replays[2].fromCounts(diffs);
  replays[3].fromText();
  if (replays.some(({ seen }) => seen !== replays[0].seen)) throw new Error(`${feed.name}: the books do not agree`);
}

async function compare(feed: DepthFeed, { rounds, quick, progress }: Effort): Promise<readonly Comparison[]> {
  const diffs = feed.diffs.map((diff) => counted(diff, feed));
  requireSameTouch(feed, diffs);
  const updates = quick ? UPDATES_A_ROUND_QUICK : UPDATES_A_ROUND;
  const ours = (run: (replay: OurReplay) => void) => () => rate(feed, updates, () => new OurReplay(feed), run);
  const floor = (run: (replay: BareReplay) => void) => () => rate(feed, updates, () => new BareReplay(feed), run);
  const from = { unit: 'levels/s', aim: { atLeast: 0.4 } };
  const note = `${String(feed.diffs.length)} diffs, ${String(updatesOf(feed))} levels, same touch after every diff`;
  const book = await interleave(
    rounds,
    ours((replay) => replay.fromCounts(diffs)),
    floor((replay) => replay.fromCounts(diffs)),
    (text) => progress(`${feed.name} ${text}`),
  );
  const text = await interleave(
    rounds,
    ours((replay) => replay.fromText()),
    floor((replay) => replay.fromText()),
    (done) => progress(`${feed.name} from text ${done}`),
  );
  return [
    { figure: `order book, ${feed.name}`, ...from, ...book, note },
    { figure: `order book from text, ${feed.name}`, ...from, ...text },
  ];
}

/** Books rebuilt from the venue's diffs. JSON is parsed beforehand on both sides; the decimal texts are in "from text". */
export const orderBookFigure: Figure = {
  name: 'order-book',
  measure: async (effort) => {
    const comparisons: Comparison[] = [];
    for (const feed of depthFeeds()) comparisons.push(...(await compare(feed, effort)));
    return comparisons;
  },
};
