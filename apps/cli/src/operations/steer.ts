import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import type { StrategyAnswer } from '../gateway/answers.js';
import { id } from './ids.js';
import type { Operation } from './operation.js';

export interface TradingChange {
  readonly trading_enabled?: boolean;
  readonly new_signals_enabled?: boolean;
  readonly reason?: string;
}

export async function configure({ gateway, presenter }: Operation, change: TradingChange): Promise<void> {
  const answer = (await gateway.send('POST', '/api/v1/config', change)) as Required<TradingChange>;
  presenter.show(answer, (state) =>
    presenter.facts([
      ['trading', state.trading_enabled ? presenter.paint('good', 'enabled') : presenter.paint('warn', 'disabled')],
      [
        'new signals',
        state.new_signals_enabled ? presenter.paint('good', 'enabled') : presenter.paint('warn', 'disabled'),
      ],
    ]),
  );
}

export async function getConfig({ gateway, presenter }: Operation): Promise<void> {
  presenter.show(await gateway.get('/api/v1/config'), (answer) => JSON.stringify(answer, undefined, 2));
}

export async function cancelOrder({ gateway, presenter }: Operation, orderId: string): Promise<void> {
  const answer = (await gateway.send('DELETE', `/api/v1/orders/${id(orderId)}`)) as {
    readonly order: { readonly order_id: string; readonly state: string };
  };
  presenter.show(answer, ({ order }) => `${order.order_id} is ${order.state}`);
}

export interface CancelFilter {
  readonly exchange?: string;
  readonly symbol?: string;
  readonly strategy_id?: string;
  readonly account?: string;
  readonly reason?: string;
}

export async function cancelAll({ gateway, presenter }: Operation, filter: CancelFilter): Promise<void> {
  const answer = (await gateway.send('POST', '/api/v1/orders/cancel-all', filter)) as { readonly count: number };
  presenter.show(answer, ({ count }) => `cancels sent for ${String(count)} orders`);
}

const shown = ({ presenter }: Operation, answer: StrategyAnswer): void =>
  presenter.show(
    answer,
    (strategy) =>
      `${strategy.strategy_id} is ${strategy.status}${strategy.reason === null || strategy.reason === '' ? '' : `: ${strategy.reason}`}`,
  );

export async function showStrategy({ gateway, presenter }: Operation, strategy: string): Promise<void> {
  presenter.show(await gateway.get(`/api/v1/strategies/${id(strategy)}`), (answer) =>
    JSON.stringify(answer, undefined, 2),
  );
}

/** @param file under the host's configuration folder; a path that exists here is sent as its content. */
export async function loadStrategy(operation: Operation, file: string): Promise<void> {
  const path = resolve(operation.shell.folder, file);
  const text = file.endsWith('.json') ? await readFile(path, 'utf8').catch(() => undefined) : undefined;
  const body = text === undefined ? { config_file: file } : { config: parseJson(text, path) };
  shown(operation, (await operation.gateway.send('POST', '/api/v1/strategies/load', body)) as StrategyAnswer);
}

export async function startStrategy(operation: Operation, strategy: string): Promise<void> {
  shown(
    operation,
    (await operation.gateway.send('POST', `/api/v1/strategies/${id(strategy)}/start`)) as StrategyAnswer,
  );
}

export interface StopOptions {
  readonly cancel_orders?: boolean;
  readonly force?: boolean;
  readonly reason?: string;
}

export async function stopStrategy(operation: Operation, strategy: string, options: StopOptions): Promise<void> {
  shown(
    operation,
    (await operation.gateway.send('POST', `/api/v1/strategies/${id(strategy)}/stop`, options)) as StrategyAnswer,
  );
}

export async function configureStrategy(operation: Operation, strategy: string, json: string): Promise<void> {
  const patch = parseJson(json, 'the patch');
  shown(
    operation,
    (await operation.gateway.send('PUT', `/api/v1/strategies/${id(strategy)}/config`, patch)) as StrategyAnswer,
  );
}

export async function deleteStrategy({ gateway, presenter }: Operation, strategy: string): Promise<void> {
  presenter.show(await gateway.send('DELETE', `/api/v1/strategies/${id(strategy)}`), () => `${strategy} is unloaded`);
}

export async function reconnect({ gateway, presenter }: Operation, exchange: string): Promise<void> {
  presenter.show(
    await gateway.send('POST', `/api/v1/exchanges/${id(exchange)}/reconnect`),
    () => `${exchange} is reconnecting`,
  );
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(
      EXIT.usage,
      `${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
