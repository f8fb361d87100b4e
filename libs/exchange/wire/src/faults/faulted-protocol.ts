import { type DrawnFault, type FaultName, type MessageFacts, numberOf, type RateLimits } from '@argosy/exchange-core';
import { limitedAnswer } from '../hyperliquid/limit-desk.js';
import {
  type HttpAnswer,
  type HttpCall,
  type Peer,
  plainAnswer,
  type SocketHandlers,
  type WebProtocol,
} from '../protocol.js';
import { GATED } from './action-gate.js';
import { delayOf } from './delay.js';
import { AnswerMemory } from './answer-memory.js';
import type { Disconnectable, FaultDirector } from './fault-director.js';
import { FaultyPeer } from './faulty-peer.js';
import { LaneQueue } from './lane-queue.js';
import { giant, truncated, unknownEnum, unknownField, withoutYoung } from './mutations.js';
import type { WireWords } from './wire-words.js';

const SILENCE: HttpAnswer = { status: 0, body: '', cut: 'silence' };
const RESET: HttpAnswer = { status: 0, body: '', cut: 'reset' };
const UNAVAILABLE = 503;
const WITH_AGE: ReadonlySet<string> = new Set([
  'orderStatus',
  'openOrders',
  'frontendOpenOrders',
  'historicalOrders',
  'userFills',
  'userFillsByTime',
]);
const BALANCES: ReadonlySet<string> = new Set(['clearinghouseState', 'spotClearinghouseState']);
const BEFORE: ReadonlySet<FaultName> = new Set(['error_before_accept', 'rate_limited']);

/** A protocol with faults at its edge; without a rule everything passes as it is. */
export class FaultedProtocol implements WebProtocol, Disconnectable {
  private readonly memory = new AnswerMemory();
  private readonly peers = new Set<FaultyPeer>();
  private readonly requests: LaneQueue;
  private readonly acknowledgements: LaneQueue;
  private readonly reads: LaneQueue;

  constructor(
    private readonly inner: WebProtocol,
    private readonly words: WireWords,
    private readonly director: FaultDirector,
    private readonly limits: RateLimits,
    private readonly bannedStatus: number,
  ) {
    const queue = (): LaneQueue => new LaneQueue(director.timers, () => director.monotonicMs);
    [this.requests, this.acknowledgements, this.reads] = [queue(), queue(), queue()];
    director.join(this);
  }

  async answer(call: HttpCall): Promise<HttpAnswer> {
    const facts = this.director.isQuiet ? undefined : this.words.ofCall(call);
    if (facts === undefined) return this.inner.answer(call);
    const serves = this.director.answers();
    if (serves === 'none' || (serves === 'reads' && facts.lane === 'request'))
      return plainAnswer(UNAVAILABLE, 'Service Unavailable');
    return facts.lane === 'request' ? this.act(call, facts) : this.read(call, facts);
  }

  accept(path: string, query: URLSearchParams, peer: Peer, from?: string): SocketHandlers | undefined {
    if (this.director.answers() === 'none') return undefined;
    const faulty = new FaultyPeer(peer, this.words, this.director);
    const session = this.inner.accept(path, query, faulty, from);
    if (session === undefined) return undefined;
    this.peers.add(faulty);
    return {
      onMessage: (text) => faulty.receive(text, (passed) => session.onMessage(passed)),
      onClose: () => {
        this.peers.delete(faulty);
        session.onClose();
      },
    };
  }

  cutOff(): void {
    for (const peer of [...this.peers]) peer.cutOff();
  }

  private async act(call: HttpCall, facts: MessageFacts): Promise<HttpAnswer> {
    const drawn = this.director.draw(facts, (fault) => !GATED.has(fault));
    const refused = this.refusal(drawn, call);
    if (refused !== undefined) return refused;
    let answered: Promise<HttpAnswer> | undefined;
    await this.passed(this.requests, drawn, () => {
      answered = this.answered(call);
      // What arrives twice is done twice, as far as the venue lets it be; the second answer finds nobody.
      if (drawn.some(({ rule }) => rule.fault === 'duplicate')) void this.answered(call);
    });
    const answer = (await answered) ?? SILENCE;
    return this.tell(answer, { ...facts, lane: 'acknowledgement' }, this.acknowledgements);
  }

  private async answered(call: HttpCall): Promise<HttpAnswer> {
    return this.inner.answer(call);
  }

  private async read(call: HttpCall, facts: MessageFacts): Promise<HttpAnswer> {
    const question = `${call.path} ${call.query.toString()} ${call.body}`;
    const { channel = '' } = facts;
    const { nowMs } = this.director;
    const hasStale = (fault: FaultName): boolean =>
      this.longest(fault) > 0 && this.memory.stale(question, nowMs, this.longest(fault)) !== undefined;
    const drawn = this.director.draw(facts, (fault) => {
      if (fault === 'not_found') return WITH_AGE.has(channel);
      if (fault === 'balance_lag') return BALANCES.has(channel) && hasStale(fault);
      return fault === 'stale_read' ? hasStale(fault) : true;
    });
    const refused = this.refusal(drawn, call);
    if (refused !== undefined) return refused;
    const lag = drawn.find(({ rule }) => rule.fault === 'stale_read' || rule.fault === 'balance_lag');
    const known = lag === undefined ? undefined : this.memory.stale(question, nowMs, numberOf(lag.rule, 'ms'));
    const answer = known ?? (await this.fresh(call, question));
    return this.tell(answer, facts, this.reads, drawn);
  }

  private async fresh(call: HttpCall, question: string): Promise<HttpAnswer> {
    const answer = await this.inner.answer(call);
    const byMs = this.words.venue === 'binance' ? this.director.clockOffsetMs('binance') : 0;
    const told = byMs === 0 ? answer : { ...answer, body: this.words.shifted(call, answer.body, byMs) };
    const longest = Math.max(this.longest('stale_read'), this.longest('balance_lag'));
    const { nowMs } = this.director;
    if (longest > 0 && this.memory.stale(question, nowMs, longest) === undefined)
      this.memory.remember(question, told, nowMs);
    return told;
  }

  /** How old an answer may be by the laxest rule of this fault; 0 without one. */
  private longest(fault: FaultName): number {
    const { book, nowMs } = this.director;
    return Math.max(0, ...book.active(fault, nowMs).map(({ rule }) => numberOf(rule, 'ms')));
  }

  /** What is answered in place of doing anything. */
  private refusal(drawn: readonly DrawnFault[], { from = '' }: HttpCall): HttpAnswer | undefined {
    for (const { rule } of drawn) {
      if (rule.fault === 'drop') return SILENCE;
      if (rule.fault === 'disconnect') return RESET;
      if (!BEFORE.has(rule.fault)) continue;
      if (rule.fault === 'error_before_accept') return plainAnswer(numberOf(rule, 'status'), 'Bad Gateway');
      const ban = { strikes: numberOf(rule, 'strikes'), banMs: numberOf(rule, 'banMs') };
      return limitedAnswer(this.limits.force(from, this.director.nowMs, numberOf(rule, 'ms'), ban), this.bannedStatus);
    }
    return undefined;
  }

  /** Runs it when its lane lets it through. */
  private passed(queue: LaneQueue, drawn: readonly DrawnFault[], run: () => void): Promise<void> {
    return new Promise((resolve) => {
      const pass = (): void => {
        run();
        resolve();
      };
      const late = drawn.find(({ rule }) => rule.fault === 'reorder');
      if (late === undefined) queue.pass(pass, delayOf(drawn));
      else queue.hold(pass, numberOf(late.rule, 'ms'));
    });
  }

  private async tell(
    answer: HttpAnswer,
    facts: MessageFacts,
    queue: LaneQueue,
    known?: readonly DrawnFault[],
  ): Promise<HttpAnswer> {
    const before = this.memory.swap(facts.lane, answer);
    const drawn = known ?? this.director.draw(facts, (fault) => fault !== 'wrong_answer' || before !== undefined);
    let told = answer;
    for (const { rule } of drawn)
      told = changed(told, rule.fault, facts, (name) => numberOf(rule, name), before, this.director.host.nowMs);
    await this.passed(queue, drawn, () => undefined);
    return told;
  }
}

function changed(
  answer: HttpAnswer,
  fault: FaultName,
  { channel = '' }: MessageFacts,
  setting: (name: string) => number,
  before: HttpAnswer | undefined,
  venueMs: number,
): HttpAnswer {
  const withBody = (body: string): HttpAnswer => ({ ...answer, body });
  switch (fault) {
    case 'drop':
    case 'accept_then_timeout':
      return SILENCE;
    case 'disconnect':
      return RESET;
    case 'error_after_accept':
      return plainAnswer(setting('status'), 'Bad Gateway');
    case 'truncated':
      return withBody(truncated(answer.body));
    case 'giant':
      return withBody(giant(answer.body, setting('bytes')));
    case 'wrong_answer':
      return before ?? answer;
    case 'unknown_enum':
      return withBody(unknownEnum(answer.body, false));
    case 'unknown_field':
      return withBody(unknownField(answer.body));
    case 'not_found':
      return withBody(withoutYoung(answer.body, channel, venueMs - setting('ms')));
    default:
      return answer;
  }
}
