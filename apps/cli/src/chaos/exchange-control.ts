import type { RuleView } from '@argosy/exchange-core';
import type { TruthEntry } from '@argosy/exchange-wire';
import { Fault } from '@argosy/domain';
import type { HttpClient, HttpRequest } from '@argosy/platform-port';
import { CommandError, EXIT } from '../exit-codes.js';

const ANSWER_WITHIN_MS = 2_000;
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** A rule as the control port takes it. */
export interface RuleWish {
  readonly fault: string;
  readonly target?: object;
  readonly rate?: number;
  readonly count?: number;
  readonly settings?: object;
  /** It ends by itself, also when whoever put it is gone. */
  readonly forMs: number;
}

export interface TruthPage {
  readonly entries: readonly TruthEntry[];
  readonly next: number;
  readonly forgotten: number;
}

/** The control port of the simulated exchange. */
export class ExchangeControl {
  constructor(
    private readonly http: HttpClient,
    private readonly url: string,
  ) {}

  /** Sets the seed of the exchange's dice and removes every rule. */
  async begin(seed: number): Promise<void> {
    await this.#ask('PUT', '/faults', { seed, rules: {} });
  }

  /** Rules that act or will act. */
  async inForce(): Promise<readonly string[]> {
    const { rules } = (await this.#ask('GET', '/faults')) as { readonly rules: readonly RuleView[] };
    return rules.filter(({ state }) => state === 'active' || state === 'waiting').map(({ id }) => id);
  }

  async put(id: string, rule: RuleWish): Promise<void> {
    await this.#ask('PUT', `/faults/rules/${id}`, rule);
  }

  /** Undefined when there is no such rule any more. */
  async rule(id: string): Promise<RuleView | undefined> {
    return (await this.#ask('GET', `/faults/rules/${id}`, undefined, [404])) as RuleView | undefined;
  }

  /** Removes a rule and undoes what can be undone. Returns how often it acted. */
  async remove(id: string): Promise<number> {
    const view = (await this.#ask('DELETE', `/faults/rules/${id}`, undefined, [404])) as RuleView | undefined;
    return view?.acted ?? 0;
  }

  async clear(): Promise<void> {
    await this.#ask('DELETE', '/faults');
  }

  /** What the exchange accepted, refused and did, after this entry. */
  async truth(after: number, limit: number): Promise<TruthPage> {
    return (await this.#ask('GET', `/truth?after=${String(after)}&limit=${String(limit)}`)) as TruthPage;
  }

  async figures(): Promise<{ readonly bans: number; readonly truth: number }> {
    return (await this.#ask('GET', '/figures')) as { readonly bans: number; readonly truth: number };
  }

  async #ask(
    method: HttpRequest['method'],
    path: string,
    body?: object,
    none: readonly number[] = [],
  ): Promise<unknown> {
    const request = {
      method,
      url: `${this.url}${path}`,
      timeoutMs: ANSWER_WITHIN_MS,
      maxResponseBytes: ANSWER_BYTES_MAX,
    };
    const answer = await this.http
      .request(
        body === undefined
          ? request
          : { ...request, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      )
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        throw new CommandError(
          EXIT.unreachable,
          `the exchange's control port does not answer: ${error.message}`,
          'argosy status tells what runs.',
          'CONTROL_UNREACHABLE',
        );
      });
    if (none.includes(answer.status)) return undefined;
    if (answer.status !== 200)
      throw new CommandError(
        EXIT.refused,
        `${method} ${path}: ${String(answer.status)} ${answer.body.slice(0, 500)}`,
        undefined,
        'CONTROL_REFUSED',
      );
    return JSON.parse(answer.body) as unknown;
  }
}
