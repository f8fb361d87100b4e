import type { PnlRow, StrategyView } from '@argosy/contracts';
import { add, type Amount, format, parseAmount, ZERO_AMOUNT } from '@argosy/domain';
import { count, orNull, timeOrNull } from './text.js';

/** What counts as a dollar in "daily_pnl_usd". */
const DOLLARS: ReadonlySet<string> = new Set(['USD', 'USDC', 'USDT']);

/** Net profit and loss of each strategy in dollars, from rows grouped by strategy. */
export function dollarsByStrategy(rows: readonly PnlRow[]): ReadonlyMap<string, string> {
  const sums = new Map<string, Amount>();
  for (const { group, currency, net } of rows) {
    if (DOLLARS.has(currency)) sums.set(group, add(sums.get(group) ?? ZERO_AMOUNT, parseAmount(net)));
  }
  return new Map([...sums].map(([strategy, sum]) => [strategy, format(sum)]));
}

/** @param dailyPnl undefined when the ledger does not answer: unknown is null, not nothing. */
export const strategyView = (view: StrategyView, dailyPnl: ReadonlyMap<string, string> | undefined) => ({
  strategy_id: view.strategyId,
  name: view.name,
  type: view.type,
  status: view.status,
  reason: orNull(view.reason),
  exchanges: view.exchanges,
  symbols: view.symbols,
  account: view.accountId,
  paper_trading: view.paperTrading,
  config_version: view.configVersion,
  started_at: timeOrNull(view.startedNs),
  performance: {
    daily_pnl_usd: dailyPnl === undefined ? null : (dailyPnl.get(view.strategyId) ?? '0'),
    orders_submitted: count(view.ordersSubmitted),
    orders_refused: count(view.ordersRefused),
    fills: count(view.fills),
  },
  config: configOf(view.configJson),
});

function configOf(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // A host that sends no JSON is a host in trouble; its list is still worth showing.
    return null;
  }
}
