import type { Refusal } from '@argosy/domain';
import type { RiskVoice, Wish } from './risk-voice.js';
import { pause } from './pause.js';

const PATIENCE_MS = 60_000;
const ANSWER_MS = 250;
const RETRY_MS = 5;

export interface Taken {
  readonly request: string;
  readonly clientOrderId: string;
}

/**
 * The strategies of a trial, as strategies behave: an unanswered request is asked again under its own id, a refused one is
 * over (asked again, it would get the same answer) and the next gets a new id. It remembers what it was told, for the judge.
 */
export class StrategyDesk {
  /** By request: what it was told it became. */
  readonly taken = new Map<string, string>();
  /** Refused at the first and only asking: nothing may ever come of them. */
  readonly refused = new Set<string>();
  /** Nobody ever said what became of them. */
  readonly open = new Set<string>();
  /** Why orders were refused, and how often. */
  readonly refusals = new Map<string, number>();
  private asked = 0;

  constructor(
    private readonly voice: RiskVoice,
    private readonly price: () => Promise<number>,
    private readonly run: string,
  ) {}

  /** Asks until an order is taken on. @throws Error after a minute. */
  async place(strategy: string): Promise<Taken> {
    const price = await this.price();
    const untilMs = performance.now() + PATIENCE_MS;
    while (performance.now() < untilMs) {
      const taken = await this.settle({ request: this.nextRequest(), strategy, price }, untilMs);
      if (taken !== undefined) return taken;
      await pause(RETRY_MS);
    }
    throw new Error(`no order was taken in a minute; refused: ${JSON.stringify([...this.refusals])}`);
  }

  /** Asks once, without insisting: what a strategy does in passing. */
  async pass(strategy: string, price: number): Promise<void> {
    const request = this.nextRequest();
    const answer = await this.voice.place({ request, strategy, price }, ANSWER_MS);
    if (answer.outcome === 'accepted') this.taken.set(request, answer.clientOrderId);
    else if (answer.outcome === 'refused') {
      this.count(answer.refusal);
      this.refuse(request);
    } else this.open.add(request);
  }

  /** Asks until the cancel is taken on. */
  async cancel(clientOrderId: string): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    while (!(await this.voice.cancel(clientOrderId, ANSWER_MS))) {
      if (performance.now() > untilMs) throw new Error(`no cancel of ${clientOrderId} was taken in a minute`);
      await pause(RETRY_MS);
    }
  }

  async cancelAll(strategy: string): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    while (!(await this.voice.cancelAll(strategy, 2_000))) {
      if (performance.now() > untilMs) throw new Error(`nobody cancels the orders of ${strategy}`);
      await pause(RETRY_MS);
    }
  }

  /** One request to its end: taken, or refused. */
  private async settle(wish: Wish, untilMs: number): Promise<Taken | undefined> {
    this.open.add(wish.request);
    for (let attempts = 1; performance.now() < untilMs; attempts += 1) {
      const answer = await this.voice.place(wish, ANSWER_MS);
      if (answer.outcome === 'accepted') {
        this.open.delete(wish.request);
        this.taken.set(wish.request, answer.clientOrderId);
        return { request: wish.request, clientOrderId: answer.clientOrderId };
      }
      if (answer.outcome === 'refused') {
        this.count(answer.refusal);
        // After silence a refusal speaks of that asking only: the first may have been heard, and stays open.
        if (attempts === 1) this.refuse(wish.request);
        return undefined;
      }
      await pause(RETRY_MS);
    }
    return undefined;
  }

  private refuse(request: string): void {
    this.open.delete(request);
    this.refused.add(request);
  }

  private count({ code, details }: Refusal): void {
    const words = `${code} ${details['why'] ?? ''}`.trim();
    this.refusals.set(words, (this.refusals.get(words) ?? 0) + 1);
  }

  private nextRequest(): string {
    this.asked += 1;
    return `${this.run}-${String(this.asked)}`;
  }
}
