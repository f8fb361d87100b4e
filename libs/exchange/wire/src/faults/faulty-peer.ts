import { type DrawnFault, type FaultName, type Lane, numberOf } from '@argosy/exchange-core';
import type { Peer } from '../protocol.js';
import { GATED } from './action-gate.js';
import type { FaultDirector } from './fault-director.js';
import { delayOf } from './delay.js';
import { LaneQueue } from './lane-queue.js';
import {
  type BadPrice,
  badPrices,
  crossed,
  giant,
  truncated,
  unknownEnum,
  unknownField,
  wrongSizes,
} from './mutations.js';
import { type FrameFacts, SessionMemory, type WireWords } from './wire-words.js';

const BOOK_FAULTS: ReadonlySet<FaultName> = new Set(['book_gap', 'book_checksum', 'book_crossed', 'book_rewind']);
/** A connection that ends without a word: service restart, as far as a close code can say. */
const CUT_CODE = 1012;
const FRAMES_REMEMBERED_MAX = 256;

/** One websocket of a client with faults on it. */
export class FaultyPeer implements Peer {
  private readonly queues = new Map<Lane, LaneQueue>();
  private readonly memory = new SessionMemory();
  /** The newest book frame of each book that was told as it was. */
  private readonly lastBooks = new Map<string, string>();
  private lastPost: string | undefined;

  constructor(
    private readonly inner: Peer,
    private readonly words: WireWords,
    private readonly director: FaultDirector,
  ) {}

  get isOpen(): boolean {
    return this.inner.isOpen;
  }

  close(code: number, reason: string): void {
    this.inner.close(code, reason);
  }

  cutOff(): void {
    this.inner.close(CUT_CODE, '');
  }

  send(text: string): void {
    if (this.director.isQuiet && this.queues.size === 0) return this.inner.send(text);
    if (this.director.isHalfOpen(this.words.venue)) return;
    const lane = this.words.laneOf(text);
    if (lane !== undefined && !this.queues.has(lane) && !this.director.book.watches(lane)) return this.inner.send(text);
    const facts = this.words.ofFrame(text, this.memory);
    if (facts === undefined) return this.inner.send(text);
    const drawn = this.director.book.watches(facts.lane)
      ? this.director.draw(facts, (fault) => this.fits(fault, facts, text))
      : [];
    this.tell(text, facts, drawn);
  }

  /** A message of the client: `pass` lets the protocol have it. */
  receive(text: string, pass: (text: string) => void): void {
    this.words.remember(text, this.memory);
    if (this.director.isQuiet && this.queues.size === 0) return pass(text);
    if (this.director.isHalfOpen(this.words.venue)) return;
    const post = this.words.ofMessage(text, this.memory);
    if (post === undefined) return pass(text);
    const drawn = this.director.draw(post.facts, (fault) => !GATED.has(fault));
    if (this.isRefused(post.id, drawn)) return;
    const isTwice = drawn.some(({ rule }) => rule.fault === 'duplicate');
    this.let('request', drawn, () => {
      pass(text);
      if (isTwice) pass(text);
    });
  }

  private isRefused(id: number, drawn: readonly DrawnFault[]): boolean {
    for (const { rule } of drawn) {
      if (rule.fault === 'drop') return true;
      if (rule.fault === 'disconnect') {
        this.cutOff();
        return true;
      }
      const text =
        rule.fault === 'error_before_accept'
          ? `${String(numberOf(rule, 'status'))} Bad Gateway`
          : rule.fault === 'rate_limited'
            ? '429 Too Many Requests'
            : undefined;
      if (text === undefined) continue;
      this.inner.send(this.words.errorFrame(id, text));
      return true;
    }
    return this.director.answers() === 'none';
  }

  private fits(fault: FaultName, facts: FrameFacts, text: string): boolean {
    if (fault === 'no_snapshot') return facts.isSnapshot;
    if (fault === 'wrong_answer') return this.lastPost !== undefined;
    if (fault === 'book_rewind') return facts.isBook && this.olderBook(facts, text) !== undefined;
    return !BOOK_FAULTS.has(fault) || facts.isBook;
  }

  private tell(text: string, facts: FrameFacts, drawn: readonly DrawnFault[]): void {
    let told: string | undefined = text;
    for (const fault of drawn) if (told !== undefined) told = this.changed(told, fault, facts);
    if (facts.isBook) this.rememberBook(facts, text);
    if (facts.postId !== undefined) this.lastPost = text;
    if (told === undefined) return;
    const frame = told;
    const isTwice = drawn.some(({ rule }) => rule.fault === 'duplicate');
    this.let(facts.lane, drawn, () => {
      this.inner.send(frame);
      if (isTwice) this.inner.send(frame);
    });
  }

  /** Undefined when nothing is told at all. */
  private changed(text: string, { rule }: DrawnFault, facts: FrameFacts): string | undefined {
    switch (rule.fault) {
      case 'drop':
      case 'accept_then_timeout':
      case 'book_gap':
      case 'no_snapshot':
        return undefined;
      case 'disconnect':
        this.cutOff();
        return undefined;
      case 'error_after_accept':
        return facts.postId === undefined
          ? text
          : this.words.errorFrame(facts.postId, `${String(numberOf(rule, 'status'))} Bad Gateway`);
      case 'truncated':
        return truncated(text);
      case 'giant':
        return giant(text, numberOf(rule, 'bytes'));
      case 'unknown_enum':
        return unknownEnum(text, facts.lane === 'public');
      case 'unknown_field':
        return unknownField(text);
      case 'wrong_answer':
        return this.otherAnswer(text, facts.postId);
      case 'book_rewind':
        return this.olderBook(facts, text) ?? text;
      case 'book_checksum':
        return wrongSizes(text);
      case 'book_crossed':
        return crossed(text);
      case 'bad_price':
        return badPrices(text, facts.venue, rule.settings['value'] as BadPrice, numberOf(rule, 'factor'));
      default:
        return text;
    }
  }

  /** What the request before was answered, under this one's number. */
  private otherAnswer(text: string, id: number | undefined): string {
    if (id === undefined || this.lastPost === undefined) return text;
    return this.lastPost.replace(/"id":\d+/, `"id":${String(id)}`);
  }

  private olderBook({ channel = '', coins = [] }: FrameFacts, text: string): string | undefined {
    const older = this.lastBooks.get(`${channel} ${coins.join(' ')}`);
    return older === text ? undefined : older;
  }

  private rememberBook({ channel = '', coins = [] }: FrameFacts, text: string): void {
    if (!this.director.book.has('book_rewind')) return this.lastBooks.clear();
    const key = `${channel} ${coins.join(' ')}`;
    if (this.lastBooks.size < FRAMES_REMEMBERED_MAX || this.lastBooks.has(key)) this.lastBooks.set(key, text);
  }

  private let(lane: Lane, drawn: readonly DrawnFault[], run: () => void): void {
    let queue = this.queues.get(lane);
    if (queue === undefined) {
      if (drawn.length === 0) return run();
      queue = new LaneQueue(this.director.timers, () => this.director.monotonicMs);
      this.queues.set(lane, queue);
    }
    const late = drawn.find(({ rule }) => rule.fault === 'reorder');
    if (late === undefined) queue.pass(run, delayOf(drawn));
    else queue.hold(run, numberOf(late.rule, 'ms'));
    // Once nothing waits, frames go the short way again.
    if (this.director.isQuiet && queue.isEmpty) this.queues.delete(lane);
  }
}
