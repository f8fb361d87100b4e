/** What specs of faults share: a venue of one coin in virtual time, and one client who talks raw wire to it. */
import { type FaultName, FAULTS, parseFaultRule, isFaultRule } from '@argosy/exchange-core';
import { SilentLogger } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import type { HttpAnswer } from '../protocol.js';
import {
  createSyntheticExchange,
  type SyntheticExchange,
  type SyntheticExchangeOptions,
} from '../synthetic/create-synthetic-exchange.js';

export const ALICE = `0x${'a1'.repeat(20)}` as const;
const SIGNATURE = { r: '0x1', s: '0x1', v: 27 };

export interface Frame {
  readonly channel: string;
  readonly data: Record<string, unknown>;
}

/** Text that a client reads. */
export const read = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export class Venue {
  readonly time = new ManualTime();
  readonly venue: SyntheticExchange;
  readonly texts: string[] = [];
  readonly binanceTexts: string[] = [];
  closedWith: number | undefined;
  private nonces = 0;
  private session: { onMessage(text: string): void } | undefined;

  private constructor(options: Partial<SyntheticExchangeOptions>) {
    this.venue = createSyntheticExchange(
      { seed: 1, accounts: [ALICE], coins: ['BTC'], recoverSigner: () => ALICE, ...options },
      { clock: this.time.clock, timers: this.time.timers, logger: new SilentLogger() },
    );
    this.venue.start();
    this.connect();
  }

  /** A venue that has been open for a second, with a client subscribed to everything. */
  static async open(options: Partial<SyntheticExchangeOptions> = {}): Promise<Venue> {
    const venue = new Venue(options);
    await venue.pass(1_000);
    return venue;
  }

  connect(): void {
    const peer = {
      isOpen: true,
      send: (text: string) => void this.texts.push(text),
      close: (code: number) => void (this.closedWith = code),
    };
    this.session = this.venue.hyperliquid.connect(peer, '/ws');
    for (const type of ['l2Book', 'bbo', 'trades', 'activeAssetCtx']) this.subscribe({ type, coin: 'BTC' });
    for (const type of ['orderUpdates', 'userFills']) this.subscribe({ type, user: ALICE });
    const reference = { ...peer, send: (text: string) => void this.binanceTexts.push(text) };
    this.venue.binance.connect(reference, '/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade');
  }

  subscribe(subscription: object): void {
    this.say({ method: 'subscribe', subscription });
  }

  say(message: object): void {
    this.session?.onMessage(JSON.stringify(message));
  }

  pass(milliseconds: number): Promise<void> {
    return this.time.advanceAsync(milliseconds);
  }

  get nowMs(): number {
    return Number(this.time.nowNs / 1_000_000n);
  }

  put(fault: FaultName, more: object = {}): void {
    const rule = parseFaultRule({ fault, ...more });
    if (!isFaultRule(rule)) throw new Error(rule.join('\n'));
    this.venue.director.put(fault in FAULTS ? fault : 'rule', rule);
  }

  acted(fault: FaultName): number {
    return this.venue.director.book.rule(fault, this.nowMs)?.acted ?? 0;
  }

  /** The answer, or undefined when there is none within `withinMs`. */
  async http(path: string, body: object, withinMs = 0): Promise<HttpAnswer | undefined> {
    let answer: HttpAnswer | undefined;
    const call = { method: 'POST', path, query: new URLSearchParams(), body: JSON.stringify(body), from: 'alice' };
    void this.venue.hyperliquid.request(call).then((given) => (answer = given));
    await this.pass(withinMs);
    return answer;
  }

  async ask(question: object, withinMs = 0): Promise<unknown> {
    const answer = await this.http('/info', question, withinMs);
    return answer === undefined || answer.cut !== undefined ? undefined : read(answer.body);
  }

  act(action: object, withinMs = 0, more: object = {}): Promise<HttpAnswer | undefined> {
    return this.http('/exchange', this.signed(action, more), withinMs);
  }

  signed(action: object, more: object = {}): object {
    this.nonces += 1;
    return { action, nonce: this.nowMs + this.nonces, signature: SIGNATURE, ...more };
  }

  static order(px = '40000', cloid?: string, sz = '0.01'): object {
    const named = cloid === undefined ? {} : { c: cloid };
    const order = { a: 0, b: true, p: px, s: sz, r: false, t: { limit: { tif: 'Gtc' } }, ...named };
    return { type: 'order', orders: [order], grouping: 'na' };
  }

  /** Rests an order far from everything and gives its id. */
  async rest(): Promise<number> {
    const answer = await this.act(Venue.order());
    const oid = /"oid":(\d+)/.exec(answer?.body ?? '')?.[1];
    if (oid === undefined) throw new Error(answer?.body);
    return Number(oid);
  }

  open(): Promise<unknown> {
    return this.ask({ type: 'openOrders', user: ALICE });
  }

  /** Orders that truly rest, whatever anybody is told. */
  get resting(): number {
    return this.venue.exchange.openOrders(ALICE).length;
  }

  /** Frames of one channel since the last look at it. */
  frames(channel: string): readonly Frame[] {
    const found = this.texts
      .map(read)
      .filter((frame): frame is Frame => (frame as Frame | undefined)?.channel === channel);
    return found;
  }

  forget(): void {
    this.texts.length = 0;
    this.binanceTexts.length = 0;
  }
}
