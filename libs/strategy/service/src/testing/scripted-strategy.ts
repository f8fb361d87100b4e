import { ok, parsePrice, parseQuantity } from '@argosy/domain';
import {
  RequestIds,
  type StrategyAction,
  type StrategyEvent,
  type StrategySetup,
  type StrategyType,
} from '@argosy/strategy-api';

/** What a script may use; `returned` is anything, as a real strategy's answer can be. */
export type Script = (event: StrategyEvent, setup: StrategySetup<unknown> & { readonly ids: RequestIds }) => unknown;

/** A strategy that does what the spec says. */
export const scripted = (script: Script, seen: StrategyEvent[] = [], type = 'scripted'): StrategyType<unknown> => ({
  type,
  version: '1',
  instrumentRoles: ['traded', 'reference'],
  parameters: {},
  parse: (raw) => ok(raw),
  create: (setup) => {
    const ids = new RequestIds(setup.strategyId, setup.run);
    return {
      on: (event) => {
        seen.push(event);
        return (script(event, { ...setup, ids }) ?? []) as readonly StrategyAction[];
      },
      reconfigure: () => undefined,
      vitals: {},
    };
  },
});

/** Buys a little below the book of the builders. */
export const aSubmit = (ids: RequestIds, changes: Record<string, unknown> = {}): unknown => ({
  kind: 'submit',
  orderRequestId: ids.next(),
  instrumentId: 'hyperliquid_BTC-PERP',
  side: 'buy',
  quantity: parseQuantity('0.01'),
  limitPrice: parsePrice('59999'),
  timeInForce: 'post_only',
  reduceOnly: false,
  signal: 'test',
  ...changes,
});
