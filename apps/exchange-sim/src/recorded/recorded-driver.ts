import type { Clock, Timer, Timers } from '@argosy/domain';
import type { RecordedMarket } from '@argosy/exchange-core';
import {
  type ExchangeHost,
  type MarketDriver,
  ReferenceFeed,
  type ReferenceSymbol,
  type StreamHub,
} from '@argosy/exchange-wire';
import type { Logger } from '@argosy/platform-port';
import { LineQueue } from './line-queue.js';
import { dataOf, eventTimeOf, parseMessage, type RecordingLine } from './recording-line.js';
import type { RecordingFacts } from './recording-set.js';
import type { RecordedOutlet } from './recorded-outlet.js';

/** How often lines that are due are played. */
const TICK_MS = 5;
/** Lines played in one turn at most, so that clients are served between. */
const LINES_A_TURN = 2_000;
/** A snapshot request that comes before the recording's snapshot waits for it no longer than this. */
const SNAPSHOT_WAITERS_MAX = 100;

export type PlaybackState = 'waiting for subscribers' | 'playing' | 'waiting for a snapshot request' | 'ended';

export interface RecordedDriverParts {
  readonly facts: RecordingFacts;
  readonly market: RecordedMarket;
  readonly outlet: RecordedOutlet;
  readonly lines: AsyncIterable<RecordingLine>;
  readonly host: ExchangeHost;
  readonly hub: StreamHub;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly speed: number;
  /** Lines that were played before a restart. */
  readonly linesPlayed: number;
  readonly symbol: ReferenceSymbol;
}

/**
 * Plays a recorded set: every line at its own pace, to subscribers as it was received and to the exchange as a market.
 * It begins when somebody listens to every stream of the recording, and waits at the recording's own snapshot until
 * somebody has asked for one, because a book cannot be built without it.
 */
export class RecordedDriver extends ReferenceFeed implements MarketDriver {
  override readonly symbols: readonly ReferenceSymbol[];
  private readonly queue: LineQueue;
  private state: PlaybackState = 'waiting for subscribers';
  private timer: Timer | undefined;
  private played: number;
  /** Recording time and monotonic time at which playing last began. */
  private anchor = { recordingMs: 0, monotonicMs: 0 };
  /** What the venue's clock was ahead of the recorder's. */
  private offsetMs: number | undefined;
  private snapshotText: string | undefined;
  private waiters: ((text: string) => void)[] = [];

  constructor(private readonly parts: RecordedDriverParts) {
    super();
    this.symbols = [parts.symbol];
    this.queue = new LineQueue(parts.lines);
    this.played = parts.linesPlayed;
    parts.hub.watch(() => this.beginWhenHeard());
  }

  get linesPlayed(): number {
    return this.played;
  }

  describe(): { readonly market: 'recorded'; readonly playback: PlaybackState } {
    return { market: 'recorded', playback: this.state };
  }

  /** Resolves when the first lines are at hand. */
  async prepare(): Promise<void> {
    await this.queue.fill();
    this.anchor.recordingMs = this.queue.peek()?.timeMs ?? 0;
    this.offsetMs = firstOffset(this.queue.ahead());
  }

  start(): void {
    this.timer = this.parts.timers.every(TICK_MS, () => this.tick());
    this.beginWhenHeard();
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Recording time on the venue's clock; it stands while playback waits and goes on after the end. */
  override nowMs(): number {
    return this.positionMs() + (this.offsetMs ?? 0);
  }

  override async depth(_symbol: ReferenceSymbol, limit: number): Promise<string> {
    if (this.state === 'waiting for a snapshot request' && this.snapshotText !== undefined) {
      const text = this.snapshotText;
      this.play();
      return text;
    }
    const book = this.parts.market.snapshot(limit);
    if (book !== undefined) return this.rebuilt(book);
    if (this.waiters.length >= SNAPSHOT_WAITERS_MAX) return '{"lastUpdateId":0,"bids":[],"asks":[]}';
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private rebuilt(book: NonNullable<ReturnType<RecordedMarket['snapshot']>>): string {
    const { lastUpdateId, timeMs, bids, asks } = book;
    const times = this.parts.facts.product === 'usdm' ? { E: timeMs, T: timeMs } : {};
    return JSON.stringify({ lastUpdateId, ...times, bids, asks });
  }

  private positionMs(): number {
    const moves = this.state === 'playing' || this.state === 'ended';
    const elapsedMs = moves ? this.parts.clock.monotonicMs() - this.anchor.monotonicMs : 0;
    return this.anchor.recordingMs + elapsedMs * this.parts.speed;
  }

  private beginWhenHeard(): void {
    if (this.state !== 'waiting for subscribers' || this.timer === undefined) return;
    if (this.parts.facts.streams.every((stream) => this.parts.hub.has(stream))) this.play();
  }

  private play(): void {
    this.anchor = { recordingMs: this.anchor.recordingMs, monotonicMs: this.parts.clock.monotonicMs() };
    this.become('playing');
  }

  private become(state: PlaybackState): void {
    this.state = state;
    this.parts.logger.info('playback_state', { state, lines_played: this.played });
  }

  /** Time stands at `recordingMs` until `play`. */
  private hold(recordingMs: number, state: PlaybackState): void {
    this.anchor = { recordingMs, monotonicMs: this.parts.clock.monotonicMs() };
    this.become(state);
  }

  private tick(): void {
    this.queue.refill();
    if (this.state !== 'playing') return;
    const due = this.queue.takeUntil(this.positionMs(), LINES_A_TURN);
    if (due.length > 0) this.playLines(due);
    else if (this.queue.isFinished) this.finish();
  }

  private playLines(lines: readonly RecordingLine[]): void {
    this.parts.host.advanceMarket(this.played + lines.length, (emit) => {
      this.parts.outlet.direct(emit);
      for (const line of lines) this.playLine(line);
    });
  }

  private playLine(line: RecordingLine): void {
    this.played += 1;
    const message = parseMessage(line, this.parts.facts.symbol);
    if (message !== undefined) this.parts.market.feed(message, line.timeMs);
    if (line.stream !== undefined) this.parts.hub.publish(line.stream, dataOf(line.text), line.text);
    else this.onSnapshot(line);
  }

  private onSnapshot(line: RecordingLine): void {
    this.snapshotText = line.text;
    for (const resolve of this.waiters) resolve(line.text);
    if (this.waiters.length === 0) this.hold(line.timeMs, 'waiting for a snapshot request');
    this.waiters = [];
  }

  private finish(): void {
    const endMs = this.positionMs();
    this.parts.host.advanceMarket(this.played + 1, (emit) => {
      this.parts.outlet.direct(emit);
      this.parts.market.end(endMs);
    });
    this.hold(endMs, 'ended');
  }
}

/** The venue's clock minus the recorder's, as the first messages show it: at least the greatest difference seen. */
function firstOffset(lines: readonly RecordingLine[]): number | undefined {
  let offset: number | undefined;
  for (const line of lines) {
    const eventMs = line.stream?.includes('@depth') === true ? eventTimeOf(line.text) : undefined;
    if (eventMs !== undefined) offset = Math.max(offset ?? eventMs - line.timeMs, eventMs - line.timeMs);
  }
  return offset;
}
