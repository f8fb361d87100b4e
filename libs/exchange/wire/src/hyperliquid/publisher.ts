import type { Timer, Timers } from '@argosy/domain';
import type { ExchangeEvent } from '@argosy/exchange-core';
import type { ExchangeHost } from '../exchange-host.js';
import type { Peer } from '../protocol.js';
import { accountFrames, frame } from './account-frames.js';
import { BOOK_LEVELS, type InfoDesk } from './info-desk.js';
import { type TopicSpec, topicKey } from './topic.js';
import { wireBook, wireCandle, wireContext, wireFill, wireFunding, wireLevel, wireTrade } from './wire.js';

/** How often best prices are told, when they changed. */
const BEST_INTERVAL_MS = 20;
/** Contexts, mids and candles; and how long a book stays untold when nothing in it changes. */
const SLOW_INTERVAL_MS = 500;
const SNAPSHOT_FILLS_MAX = 2_000;
const SNAPSHOT_FUNDINGS_MAX = 500;

interface Topic {
  readonly spec: TopicSpec;
  readonly peers: Set<Peer>;
  /** What was last told, to tell only changes. */
  lastText: string;
}

/** Everything that is pushed: who listens to what, and when it is told. */
export class Publisher {
  private readonly topics = new Map<string, Topic>();
  private readonly dirtyBooks = new Set<number>();
  private readonly dirtyBest = new Set<number>();
  private pending: ExchangeEvent[] = [];
  private tail: Promise<void> = Promise.resolve();
  private running: Timer[] = [];

  constructor(
    private readonly host: ExchangeHost,
    private readonly info: InfoDesk,
    private readonly intervals: { readonly blockIntervalMs: number; readonly bestIntervalMs?: number },
  ) {
    host.listen((event) => this.hear(event));
  }

  start(timers: Timers): void {
    this.running = [
      timers.every(this.intervals.bestIntervalMs ?? BEST_INTERVAL_MS, () => this.tellBest()),
      timers.every(this.intervals.blockIntervalMs, () => this.tellBooks(this.dirtyBooks)),
      timers.every(SLOW_INTERVAL_MS, () => this.tellSlow()),
    ];
  }

  stop(): void {
    for (const timer of this.running) timer.cancel();
  }

  /** False when this peer has the topic already. */
  subscribe(spec: TopicSpec, peer: Peer): boolean {
    const key = topicKey(spec);
    const topic = this.topics.get(key) ?? { spec, peers: new Set(), lastText: '' };
    if (topic.peers.has(peer)) return false;
    this.topics.set(key, topic);
    topic.peers.add(peer);
    return true;
  }

  /** False when this peer did not have the topic. */
  unsubscribe(spec: TopicSpec, peer: Peer): boolean {
    const key = topicKey(spec);
    const topic = this.topics.get(key);
    if (topic === undefined || !topic.peers.delete(peer)) return false;
    if (topic.peers.size === 0) this.topics.delete(key);
    return true;
  }

  /** The present state that a new subscriber starts from, where the venue gives one. Order updates have none. */
  snapshot(spec: TopicSpec): string | undefined {
    switch (spec.type) {
      case 'userFills': {
        const fills = this.host.exchange.userFills(spec.user).slice(0, SNAPSHOT_FILLS_MAX).map(wireFill);
        return frame('userFills', { isSnapshot: true, user: spec.user, fills });
      }
      case 'userFundings': {
        const fundings = this.host.exchange.userFundings(spec.user, 0).slice(-SNAPSHOT_FUNDINGS_MAX).map(wireFunding);
        return frame('userFundings', { isSnapshot: true, user: spec.user, fundings });
      }
      default:
        return this.marketText(spec);
    }
  }

  private marketText(spec: TopicSpec): string | undefined {
    const { exchange } = this.host;
    switch (spec.type) {
      case 'l2Book':
        return frame('l2Book', wireBook(exchange.book(spec.asset, BOOK_LEVELS, spec.figures, spec.mantissa)));
      case 'bbo':
        return this.bestText(spec.asset);
      case 'activeAssetCtx': {
        const context = exchange.context(spec.asset);
        return frame('activeAssetCtx', { coin: context.coin, ctx: wireContext(context) });
      }
      case 'allMids':
        return frame('allMids', { mids: this.info.mids() });
      case 'candle': {
        const candle = exchange.candles(spec.asset, spec.interval, this.host.nowMs, this.host.nowMs)?.at(-1);
        return candle === undefined ? undefined : frame('candle', wireCandle(candle));
      }
      default:
        return undefined;
    }
  }

  private bestText(asset: number): string {
    const { coin, timeMs, bids, asks } = this.host.exchange.book(asset, 1);
    const [bid, ask] = [bids[0], asks[0]];
    return frame('bbo', {
      coin,
      time: timeMs,
      bbo: [bid === undefined ? null : wireLevel(bid), ask === undefined ? null : wireLevel(ask)],
    });
  }

  private hear(event: ExchangeEvent): void {
    if (event.type === 'book') {
      this.dirtyBooks.add(event.asset);
      this.dirtyBest.add(event.asset);
      return;
    }
    if (event.type !== 'order' && event.type !== 'fill' && event.type !== 'funding' && event.type !== 'trade') return;
    this.pending.push(event);
    if (this.pending.length === 1) queueMicrotask(() => this.tellEvents());
  }

  /** Trades and private events leave once what led to them is safe, in the order they happened. */
  private tellEvents(): void {
    const events = this.pending;
    this.pending = [];
    const safe = this.host.durable();
    this.tail = this.tail.then(() => safe).then(() => this.sendEvents(events));
  }

  private sendEvents(events: readonly ExchangeEvent[]): void {
    const trades = new Map<number, unknown[]>();
    for (const event of events) {
      if (event.type !== 'trade') continue;
      const { asset } = event.trade;
      trades.set(asset, [...(trades.get(asset) ?? []), wireTrade(event.trade)]);
    }
    for (const [asset, list] of trades) this.send({ type: 'trades', asset }, () => frame('trades', list));
    for (const { spec, data } of accountFrames(events)) this.send(spec, () => data);
  }

  private send(spec: TopicSpec, text: () => string): void {
    const topic = this.topics.get(topicKey(spec));
    if (topic !== undefined) this.tell(topic, text());
  }

  private tell(topic: Topic, text: string): void {
    topic.lastText = text;
    for (const peer of topic.peers) peer.send(text);
  }

  private tellBest(): void {
    for (const asset of this.dirtyBest) {
      const topic = this.topics.get(topicKey({ type: 'bbo', asset }));
      if (topic === undefined) continue;
      const text = this.bestText(asset);
      if (withoutTime(text) !== withoutTime(topic.lastText)) this.tell(topic, text);
    }
    this.dirtyBest.clear();
  }

  private tellBooks(assets: Set<number>): void {
    for (const topic of this.topics.values()) {
      if (topic.spec.type === 'l2Book' && assets.has(topic.spec.asset))
        this.tell(topic, this.marketText(topic.spec) ?? '');
    }
    this.dirtyBooks.clear();
  }

  private tellSlow(): void {
    // The venue makes blocks whether or not anything changed, and books come with them.
    this.tellBooks(new Set(this.host.exchange.config.assets.keys()));
    for (const topic of this.topics.values()) {
      const { type } = topic.spec;
      if (type !== 'activeAssetCtx' && type !== 'allMids' && type !== 'candle') continue;
      const text = this.marketText(topic.spec);
      if (text !== undefined && text !== topic.lastText) this.tell(topic, text);
    }
  }
}

const withoutTime = (text: string): string => text.replace(/"time":\d+/, '');
