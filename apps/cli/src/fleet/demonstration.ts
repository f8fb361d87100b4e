import { readdir } from 'node:fs/promises';
import { CommandError, EXIT } from '../exit-codes.js';
import type { StrategyAnswer } from '../gateway/answers.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { Announcer } from './announcer.js';

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What `up` does on the simulated exchange in a person's place, as the audited actor `local-demo`. */
export class Demonstration {
  constructor(
    private readonly gateway: GatewayClient,
    private readonly announcer: Announcer,
    private readonly strategyFolder: string,
  ) {}

  /** Trading first, then strategies (FL-2). @throws CommandError when not one strategy runs. */
  async begin(): Promise<void> {
    await this.gateway.send('POST', '/api/v1/config', { trading_enabled: true, new_signals_enabled: true });
    this.announcer.ready('trading', 'enabled by local-demo');
    await this.#loadAll();
    const started: string[] = [];
    for (const { strategy_id: id, status } of await this.#strategies()) {
      if (status === 'running' || (await this.#start(id))) started.push(id);
    }
    if (started.length === 0)
      throw new CommandError(
        EXIT.fleetFailed,
        'not one strategy could be started',
        'argosy strategy list tells their state.',
      );
    this.announcer.ready('strategies', started.join(', '));
  }

  /** Strategies stop and orders are cancelled; whatever fails is told and does not hold up the rest. */
  async end(): Promise<void> {
    await this.#each(async () => {
      const running = (await this.#strategies()).filter(({ status }) => status !== 'stopped');
      for (const { strategy_id: id } of running)
        await this.#each(() => this.gateway.send('POST', `/api/v1/strategies/${id}/stop`, { cancel_orders: true }));
    });
    await this.#each(() => this.gateway.send('POST', '/api/v1/orders/cancel-all', {}));
    await this.#each(() => this.gateway.send('POST', '/api/v1/config', { trading_enabled: false }));
  }

  async #strategies(): Promise<readonly StrategyAnswer[]> {
    return ((await this.gateway.get('/api/v1/strategies')) as { readonly strategies: readonly StrategyAnswer[] })
      .strategies;
  }

  /** The host loads what is enabled when it starts; a file that lies there all the same is loaded now. */
  async #loadAll(): Promise<void> {
    const files = (await readdir(this.strategyFolder).catch(() => []))
      .filter((name) => /\.(json|ya?ml)$/.test(name))
      .sort();
    const known = new Set((await this.#strategies()).map(({ strategy_id: id }) => id));
    for (const file of files) {
      if (known.has(file.replace(/\.[a-z]+$/, ''))) continue;
      await this.gateway.send('POST', '/api/v1/strategies/load', { config_file: file }).catch((error: unknown) => {
        if (
          !(error instanceof CommandError) ||
          !/already|loaded|exists|conflict/i.test(`${String(error.code)} ${error.message}`)
        )
          this.announcer.warns('strategies', `${file}: ${reason(error)}`);
      });
    }
  }

  async #start(id: string): Promise<boolean> {
    try {
      await this.gateway.send('POST', `/api/v1/strategies/${id}/start`);
      return true;
    } catch (error) {
      const isElsewhere = error instanceof CommandError && error.code === 'instrument_unknown';
      if (isElsewhere) this.announcer.waits('strategies', `${id} stays stopped: this market has not what it trades`);
      else this.announcer.warns('strategies', `${id}: ${reason(error)}`);
      return false;
    }
  }

  async #each(act: () => Promise<unknown>): Promise<void> {
    await act().catch((error: unknown) => this.announcer.warns('stopping', reason(error)));
  }
}
