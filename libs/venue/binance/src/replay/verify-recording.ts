import {
  type FeedState,
  type FeedStateName,
  type InstrumentId,
  isoTime,
  Random,
  type TimeNs,
  type Venue,
} from '@argosy/domain';
import { SilentLogger } from '@argosy/platform-port';
import type { BookSnapshot, MarketDataHandlers } from '@argosy/venue-port';
import { BinanceMarketData } from '../binance-market-data.adapter.js';
import { type BinanceStatistics, noStatistics } from '../statistics.js';
import {
  HEAD_LINES,
  type RecordedLine,
  readHead,
  readLine,
  readRecordedSnapshot,
  type RecordingHead,
} from './recording-head.js';
import { RecordedVenue } from './recorded-venue.js';
import { ReplayTime } from './replay-time.js';

/** What a recording is worth, as the real adapter sees it. */
export interface RecordingReport extends BinanceStatistics {
  /** Undefined when no line was a Binance frame. */
  readonly venue: Venue | undefined;
  readonly symbols: readonly string[];
  readonly lines: number;
  /** Lines that are no `<ns> <frame>`. */
  readonly foreignLines: number;
  /** Books handed on as good, and those among them that were crossed or one-sided: always zero. */
  readonly booksServed: number;
  readonly brokenBooksServed: number;
  /** Times a feed went stale. */
  readonly stale: number;
  readonly firstTimeNs: TimeNs | undefined;
  readonly lastTimeNs: TimeNs | undefined;
  /** The first few, each naming its line. */
  readonly problems: readonly string[];
  /** No gap, no crossed or broken book, no difference to the exchange's own best, nothing unreadable, all symbols synced. */
  readonly ok: boolean;
}

export interface VerifyOptions {
  /** Sees every book served; for books compared or counted elsewhere. */
  readonly onBook?: (book: BookSnapshot) => void;
  /** The listing's tick and lot, as decimal text; the places printed in the recording when absent. */
  readonly steps?: { readonly tick: string; readonly lot: string };
}

const PROBLEMS_MAX = 20;
/** Promise turns an answered request takes at most to reach a feed. */
const SETTLE_TURNS = 24;

/** A recording has no peers to spread out: every delay is the full one. */
class NoJitter extends Random {
  override unit(): number {
    return 0;
  }
  override bytes(length: number): Uint8Array {
    return new Uint8Array(length);
  }
}

/**
 * Plays a recording (or an ordered set of them, one after the other) through the real adapter on virtual time and
 * counts. Lines are `<local unix ns> <raw frame>`, REST snapshots inline. Depends on nothing but the lines: the same
 * lines give the same report. Lines that cannot be read are counted, never an error; errors of the source pass through.
 */
export async function verifyRecording(
  source: Iterable<string> | AsyncIterable<string>,
  options: VerifyOptions = {},
): Promise<RecordingReport> {
  const playback = new Playback(options);
  for await (const line of source) await playback.line(line);
  return playback.end();
}

class Playback {
  readonly #head: RecordedLine[] = [];
  #stage: Stage | undefined;
  #lines = 0;
  #foreignLines = 0;
  #firstTimeNs: TimeNs | undefined;
  #lastTimeNs: TimeNs | undefined;

  constructor(private readonly options: VerifyOptions) {}

  async line(text: string): Promise<void> {
    this.#lines += 1;
    const line = readLine(text);
    if (line === undefined) {
      this.#foreignLines += 1;
      return;
    }
    this.#firstTimeNs ??= line.timeNs;
    this.#lastTimeNs = line.timeNs;
    if (this.#stage !== undefined) return this.#stage.play(line);
    this.#head.push(line);
    if (this.#head.length === HEAD_LINES) await this.#raise();
  }

  /** The head is known: sets the stage and plays what was held back. */
  async #raise(): Promise<void> {
    const head = readHead(this.#head);
    const [first] = this.#head;
    if (head === undefined || first === undefined) return;
    this.#stage = new Stage(head, first.timeNs, this.options);
    await this.#stage.start();
    for (const line of this.#head) await this.#stage.play(line);
    this.#head.length = 0;
  }

  async end(): Promise<RecordingReport> {
    if (this.#stage === undefined) await this.#raise();
    const seen = this.#stage?.result ?? NOTHING_SEEN;
    const foreign = this.#foreignLines === 0 ? [] : [`${String(this.#foreignLines)} lines are no '<ns> <frame>'`];
    const problems = [...seen.problems, ...foreign];
    return {
      ...seen,
      lines: this.#lines,
      foreignLines: this.#foreignLines,
      firstTimeNs: this.#firstTimeNs,
      lastTimeNs: this.#lastTimeNs,
      problems,
      ok: problems.length === 0 && seen.messages > 0 && seen.unreadable === 0,
    };
  }
}

type StageResult = Omit<RecordingReport, 'lines' | 'foreignLines' | 'firstTimeNs' | 'lastTimeNs' | 'ok'>;

const NOTHING_SEEN: StageResult = {
  ...noStatistics(),
  venue: undefined,
  symbols: [],
  booksServed: 0,
  brokenBooksServed: 0,
  stale: 0,
  problems: ['no line is a frame of Binance'],
};

/** The adapter on its virtual clock and recorded venue, with what came out of it. */
class Stage {
  readonly #problems: string[] = [];
  #booksServed = 0;
  #brokenBooksServed = 0;
  #stale = 0;
  readonly #time: ReplayTime;
  readonly #venue: RecordedVenue;
  readonly #adapter: BinanceMarketData;
  readonly #live = new Set<string>();
  readonly #symbols = new Map<InstrumentId, string>();
  readonly #states = new Map<InstrumentId, FeedStateName>();
  #frames = 0;

  constructor(
    readonly head: RecordingHead,
    startNs: TimeNs,
    private readonly options: VerifyOptions,
  ) {
    this.#time = new ReplayTime(startNs);
    this.#venue = new RecordedVenue(head, this.#time.clock, options.steps);
    const { clock, timers } = this.#time;
    this.#adapter = new BinanceMarketData(
      { market: head.market, symbols: head.symbols, streams: head.streams },
      {
        http: this.#venue.http,
        sockets: this.#venue.sockets,
        clock,
        timers,
        random: new NoJitter(),
        logger: new SilentLogger(),
      },
    );
  }

  get result(): StageResult {
    const { market, symbols } = this.head;
    const unsynced = symbols
      .filter((symbol) => !this.#live.has(symbol))
      .map((symbol) => `${symbol} never had a whole book`);
    return {
      ...this.#adapter.statistics,
      venue: market.venue,
      symbols,
      booksServed: this.#booksServed,
      brokenBooksServed: this.#brokenBooksServed,
      stale: this.#stale,
      problems: [...this.#problems, ...unsynced],
    };
  }

  async start(): Promise<void> {
    const instruments = await this.#adapter.instruments();
    for (const { id, venueSymbol } of instruments) this.#symbols.set(id, venueSymbol);
    await this.#adapter.start(
      instruments.map(({ id }) => id),
      this.#handlers(),
    );
    this.#venue.open();
    await settle();
  }

  async play({ timeNs, text }: RecordedLine): Promise<void> {
    const asked = this.#venue.requests;
    this.#time.advanceTo(timeNs);
    this.#venue.open();
    if (this.#venue.requests !== asked) await settle();
    const before = this.#venue.requests;
    const snapshot = readRecordedSnapshot(text);
    this.#frames += 1;
    if (snapshot === undefined) this.#venue.say(text);
    else this.#venue.snapshot(snapshot.symbol, snapshot.body);
    if (this.#venue.requests !== before) await settle();
  }

  #handlers(): MarketDataHandlers {
    const nothing = (): void => undefined;
    return {
      onBook: (book) => this.#onBook(book),
      onFeedState: (feed) => this.#onFeedState(feed),
      onTrade: nothing,
      onMarketState: nothing,
      onCandle: nothing,
      onInstrument: nothing,
    };
  }

  #onBook(book: BookSnapshot): void {
    this.#booksServed += 1;
    const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price];
    if (bid === undefined || ask === undefined || bid >= ask) this.#brokenBooksServed += 1;
    this.options.onBook?.(book);
  }

  #onFeedState({ instrumentId, state, reason, sinceNs }: FeedState): void {
    if (this.#states.get(instrumentId) === state) return;
    this.#states.set(instrumentId, state);
    const symbol = this.#symbols.get(instrumentId) ?? instrumentId;
    if (state === 'live') this.#live.add(symbol);
    if (state === 'stale') this.#stale += 1;
    if (state !== 'gapped' && state !== 'crossed' && state !== 'disconnected') return;
    if (this.#problems.length < PROBLEMS_MAX)
      this.#problems.push(`frame ${String(this.#frames)} (${isoTime(sinceNs)}): ${symbol} ${state}: ${reason}`);
  }
}

/** Lets answered requests reach the adapter; virtual time has no other turn to wait for. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn += 1) await Promise.resolve();
}
