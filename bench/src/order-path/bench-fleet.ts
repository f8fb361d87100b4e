/** The little fleet of the order path: one account, one instrument, one strategy, limits that its orders keep. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OrderSubmission } from '@argosy/contracts';
import {
  accountId,
  type Instrument,
  instrumentId,
  orderRequestId,
  parsePrice,
  parseQuantity,
  strategyId,
  timeNs,
} from '@argosy/domain';
import { anInstrument } from '@argosy/testing';

export const ACCOUNT = accountId('main');
export const STRATEGY = strategyId('bench-asker');
export const INSTRUMENT: Instrument = anInstrument();
export const REFERENCE = instrumentId('binance_BTC-USDT');
export const PRICE = parsePrice('60000');
export const QUANTITY = parseQuantity('0.01');
/** Shared by risk and execution; worth nothing. */
export const APPROVAL_KEY = 'bench-approval-key-that-guards-nothing-at-all';

/** What the strategy asks for: an order that every check lets pass. */
export const sampleSubmission = (request: string): OrderSubmission => ({
  orderRequestId: orderRequestId(request),
  strategyId: STRATEGY,
  accountId: ACCOUNT,
  venue: 'hyperliquid',
  instrumentId: INSTRUMENT.id,
  side: 'buy',
  quantity: QUANTITY,
  limitPrice: PRICE,
  timeInForce: 'post_only',
  reduceOnly: false,
  provenance: { strategyVersion: '1.0.0', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
  tickReceivedAt: timeNs(BigInt(Date.now()) * 1_000_000n),
  arrivalMid: PRICE,
});

const ACCOUNTS = `fleet_number: 1
accounts:
  - account_id: ${ACCOUNT}
    venue: hyperliquid
    kind: live
    number: 1
    wallet_address: '0x14791697260E4c9A71f18484C9f997B308e59325'
    private_key: env:BENCH_ACCOUNT_KEY
    network: testnet
`;

const LIMITS = `max_order_value_usd: '5000'
max_gross_exposure_usd: '10000000'
max_net_exposure_usd: '10000000'
max_leverage: '20'
max_margin_use: '1'
max_open_orders: 10000
price_collar_bps: 300
reference_age_max: 60s
book_age_max: 60s
equity_age_max: 300s
strategy_orders_per_window: 100000
fleet_orders_per_window: 100000
rate_window: 100ms
repeats_per_window: 10000
repeat_window: 100ms
hourly_loss_warning: '0.1'
hourly_loss_kill: '0.2'
daily_loss_warning: '0.1'
daily_loss_kill: '0.2'
drawdown_warning: '0.1'
drawdown_reduce_only: '0.2'
drawdown_second_warning: '0.3'
drawdown_kill: '0.4'
var_interval: 1m
var_returns_min: 20
var_returns_max: 500
runaway_submissions_per_second: 10000
runaway_refusals_per_window: 100000
runaway_repeats_per_window: 10000
runaway_flips_per_window: 10000
runaway_window: 1s
stuck_order_after: 30s
stuck_resting_after: 24h
stuck_position_after: 24h
instruments:
  - instrument: ${INSTRUMENT.id}
    max_order_quantity: '10'
    max_position_usd: '10000000'
    reference_instrument: ${REFERENCE}
`;

export interface FleetFolder {
  readonly path: string;
  readonly accounts: string;
  readonly limits: string;
  remove(): Promise<void>;
}

export async function writeFleetFiles(): Promise<FleetFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'argosy-bench-'));
  const [accounts, limits] = [path.join(folder, 'accounts.yaml'), path.join(folder, 'limits.yaml')];
  await writeFile(accounts, ACCOUNTS);
  await writeFile(limits, LIMITS);
  return { path: folder, accounts, limits, remove: () => rm(folder, { recursive: true, force: true }) };
}
