import type { StatusAnswer, StrategyAnswer } from '../gateway/answers.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { CommandError } from '../exit-codes.js';
import type { ReceiptAnswer } from '../operations/halt.js';

const STATUS_WITHIN_MS = 2_000;

/** What a refused request was refused with; undefined when it was done. */
type Refused = string | undefined;

/** What people can do to a fleet, and see of it, by its gateway; a gateway that does not answer is an answer too. */
export class Steering {
  constructor(private readonly gateway: GatewayClient) {}

  async status(): Promise<StatusAnswer | undefined> {
    try {
      const { status, body } = await this.gateway.ask('GET', '/api/v1/status', undefined, STATUS_WITHIN_MS);
      return status === 200 ? (JSON.parse(body) as StatusAnswer) : undefined;
    } catch (error) {
      if (error instanceof CommandError || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Whether the gateway says that it holds. */
  kill(reason: string): Promise<boolean> {
    return this.#does('POST', '/api/v1/killswitch', { reason });
  }

  resume(reason: string): Promise<boolean> {
    return this.#does('POST', '/api/v1/killswitch/resume', { reason });
  }

  /** Undefined: done. */
  async enable(): Promise<Refused> {
    return this.#refusal('POST', '/api/v1/config', { trading_enabled: true, new_signals_enabled: true });
  }

  disable(): Promise<boolean> {
    return this.#does('POST', '/api/v1/config', { trading_enabled: false, reason: 'chaos compares the books' });
  }

  cancelAll(): Promise<boolean> {
    return this.#does('POST', '/api/v1/orders/cancel-all', { reason: 'chaos compares the books' });
  }

  start(strategyId: string): Promise<boolean> {
    return this.#does('POST', `/api/v1/strategies/${strategyId}/start`);
  }

  async receipt(): Promise<ReceiptAnswer | undefined> {
    return (await this.#get('/api/v1/killswitch/receipt')) as ReceiptAnswer | undefined;
  }

  /** Strategies by what they do; undefined when nobody tells. */
  async strategies(): Promise<readonly StrategyAnswer[] | undefined> {
    const answer = (await this.#get('/api/v1/strategies')) as
      { readonly strategies: readonly StrategyAnswer[] } | undefined;
    return answer?.strategies;
  }

  async #get(path: string): Promise<unknown> {
    try {
      return await this.gateway.get(path);
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  }

  async #does(method: 'POST', path: string, body?: object): Promise<boolean> {
    return (await this.#refusal(method, path, body)) === undefined;
  }

  async #refusal(method: 'POST', path: string, body?: object): Promise<Refused> {
    try {
      await this.gateway.send(method, path, body);
      return undefined;
    } catch (error) {
      if (error instanceof CommandError) return error.code ?? error.message;
      throw error;
    }
  }
}
