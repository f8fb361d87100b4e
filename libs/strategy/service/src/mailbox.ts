import type { StrategyEvent } from '@argosy/strategy-api';
import type { TraceContext } from '@argosy/platform-port';

/** An event on its way to a strategy, with the trace of what caused it. */
export interface Letter {
  readonly event: StrategyEvent;
  readonly trace?: TraceContext | undefined;
}

/**
 * What waits for a busy strategy: market data conflate to the newest, everything that happened to its account waits in
 * order. Trades beyond the limit are dropped, oldest first; account facts never are.
 */
export class Mailbox {
  private readonly letters = new Map<string, Letter>();
  private readonly trades: string[] = [];
  private counter = 0;
  private facts = 0;
  /** Trades that were dropped since the beginning. */
  droppedTrades = 0;
  /** Market data that a newer one replaced since the beginning. */
  conflated = 0;

  constructor(private readonly limits: { readonly tradesMax: number }) {}

  get isEmpty(): boolean {
    return this.letters.size === 0;
  }

  /** Account facts that wait; market data are bounded by what there is to follow. */
  get waitingFacts(): number {
    return this.facts;
  }

  put(letter: Letter): void {
    const { event } = letter;
    const newest = newestKey(event);
    if (newest !== undefined) {
      // Taken out first: the newest book belongs after what happened before it.
      if (this.letters.delete(newest)) this.conflated += 1;
      this.letters.set(newest, letter);
      return;
    }
    this.counter += 1;
    const key = `#${String(this.counter)}`;
    this.letters.set(key, letter);
    if (event.kind === 'trade') this.bound(key);
    else this.facts += 1;
  }

  private bound(key: string): void {
    this.trades.push(key);
    if (this.trades.length <= this.limits.tradesMax) return;
    this.letters.delete(this.trades.shift() as string);
    this.droppedTrades += 1;
  }

  /** The oldest letters, at most `count`. */
  take(count: number): readonly Letter[] {
    const taken: Letter[] = [];
    for (const [key, letter] of this.letters) {
      if (taken.length >= count) break;
      this.letters.delete(key);
      if (letter.event.kind === 'trade') this.trades.shift();
      else if (newestKey(letter.event) === undefined) this.facts -= 1;
      taken.push(letter);
    }
    return taken;
  }
}

/** What the newest of replaces the older: undefined for what must be told each. */
function newestKey(event: StrategyEvent): string | undefined {
  switch (event.kind) {
    case 'book':
      return `book ${event.book.instrumentId}`;
    case 'market_state':
      return `state ${event.state.instrumentId}`;
    case 'candle':
      // A finished candle is told; the one in the making replaces itself.
      return event.candle.closed ? undefined : `candle ${event.candle.instrumentId}`;
    case 'feed':
      return `feed ${event.feed.instrumentId}`;
    case 'instrument':
      return `instrument ${event.instrument.id}`;
    case 'timer':
    case 'trading':
      return event.kind;
    case 'started':
    case 'trade':
    case 'order':
    case 'fill':
    case 'refused':
    case 'unanswered':
    case 'stopping':
      return undefined;
  }
}
