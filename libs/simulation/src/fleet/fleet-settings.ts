import { type AccountId, accountId, instrumentId, type InstrumentId, parseAmount, parseQuantity } from '@argosy/domain';
import type { ExecutionSettings } from '@argosy/execution-service';
import type { RiskSettings } from '@argosy/risk-service';
import { HOST_DEFAULTS, type HostSettings, type RunLogSettings } from '@argosy/strategy-service';

/** The numbers of the local demonstration fleet where they matter, small enough where limits must be met. */
export const ACCOUNT: AccountId = accountId('main');
export const TRADED: InstrumentId = instrumentId('hyperliquid_BTC-PERP');
export const REFERENCE: InstrumentId = instrumentId('binance_BTC-USDT');
export const FLEET_NUMBER = 1;
export const ACCOUNT_NUMBER = 1;
/** A wallet of the simulation alone: nothing was ever worth anything on it. */
export const WALLET_ADDRESS = '0x14791697260E4c9A71f18484C9f997B308e59325';
export const WALLET_KEY = `0x${'0123456789abcdef'.repeat(4)}`;
export const APPROVAL_KEY = 'simulation-approval-key-of-32-characters';

/** Whoever works at the console: a name, and the key that signs for it. */
export const OPERATOR = {
  name: 'operator',
  keyId: 'operator-key',
  key: 'operator-key-of-the-simulation-only',
} as const;
/** Where a gateway looks for the file that kills. */
export const KILL_FILE = '/run/KILL_SWITCH';

export const EXECUTION_SETTINGS: ExecutionSettings = {
  fleetNumber: FLEET_NUMBER,
  requestValidityMs: 1_000,
  haltStateLimitMs: 3_000,
  doubt: { visibilityLagMs: 2_000, queryIntervalMs: 500, escalateAfterMs: 30_000 },
  reportsFolder: 'reports',
  dailyLossBackstop: parseAmount('0.03'),
  rateLimitFactor: 1,
  sweepIntervalMs: 5_000,
  sweepOverlapMs: 60_000,
  observeIntervalMs: 2_000,
  journalQueueLimit: 10_000,
  finishedOrdersKept: 10_000,
};
export const ANSWER_TIMEOUT_MS = 2_000;

export const RISK_SETTINGS: RiskSettings = {
  limits: {
    maxOrderValueUsd: parseAmount('5000'),
    maxGrossExposureUsd: parseAmount('12000'),
    maxNetExposureUsd: parseAmount('12000'),
    maxLeverage: parseAmount('3'),
    maxMarginUse: parseAmount('0.8'),
    maxOpenOrders: 24,
    priceCollarBps: 300,
    referenceAgeMsMax: 3_000,
    bookAgeMsMax: 3_000,
    equityAgeMsMax: 30_000,
    // Near enough that a strategy in a hurry meets them.
    strategyOrdersPerWindow: 40,
    fleetOrdersPerWindow: 1_000,
    rateWindowMs: 10_000,
    repeatsPerWindow: 20,
    repeatWindowMs: 10_000,
    // Wide: the equity of the simulated account does not move by as much, and faults are what is looked for.
    loss: {
      hourlyWarning: parseAmount('0.3'),
      hourlyKill: parseAmount('0.5'),
      dailyWarning: parseAmount('0.3'),
      dailyKill: parseAmount('0.5'),
      drawdownWarning: parseAmount('0.3'),
      drawdownReduceOnly: parseAmount('0.5'),
      drawdownSecondWarning: parseAmount('0.6'),
      drawdownKill: parseAmount('0.7'),
    },
    varIntervalMs: 60_000,
    varReturnsMin: 20,
    varReturnsMax: 500,
    runaway: {
      submissionsPerSecond: 20,
      refusalsPerWindow: 300,
      repeatsPerWindow: 60,
      flipsPerWindow: 60,
      windowMs: 30_000,
    },
    stuckOrderAfterMs: 30_000,
    stuckRestingAfterMs: 86_400_000,
    stuckPositionAfterMs: 86_400_000,
    instruments: new Map([
      [
        TRADED,
        {
          maxOrderQuantity: parseQuantity('0.05'),
          // Near enough that the strategies meet it: a limit that nobody reaches proves nothing.
          maxPositionUsd: parseAmount('2000'),
          referenceInstrument: REFERENCE,
        },
      ],
    ]),
  },
  accounts: new Map([[ACCOUNT, { venue: 'hyperliquid', kind: 'live' }]]),
  approvalValidityMs: 1_000,
  approvalGraceMs: 2_000,
  decisionQueueLimit: 20_000,
};

export const HOST_SETTINGS: HostSettings = {
  ...HOST_DEFAULTS,
  accounts: [{ accountId: ACCOUNT, venue: 'hyperliquid', kind: 'live' }],
};

/** What strategies were fed, in the minutes in which it is written down. */
export const RUNS_FOLDER = '/runs';
export const RUN_LOGS: RunLogSettings = {
  folder: RUNS_FOLDER,
  fileBytesMax: 1_048_576,
  filesMax: 100,
  runsKept: 1_000,
};

export const STRATEGY_FOLDER = '/strategies';
/** What the strategy host finds on its disk. */
export const STRATEGY_FILES: Readonly<Record<string, object>> = {
  'maker.json': {
    strategy_id: 'maker',
    name: 'Market maker',
    type: 'market_maker',
    enabled: true,
    exchanges: ['hyperliquid', 'binance'],
    symbols: [TRADED, REFERENCE],
    parameters: {
      order_size: 0.005,
      max_inventory: 0.03,
      base_spread_bps: 3,
      volatility_percent: 50,
      skew_bps: 3,
      requote_bps: 1,
      requote_interval_ms: 1500,
    },
    risk_limits: { max_position_usd: 6000, max_order_size_usd: 1000 },
    paper_trading: false,
  },
  'dice.json': {
    strategy_id: 'dice',
    name: 'Dice',
    type: 'dice',
    enabled: true,
    exchanges: ['hyperliquid'],
    symbols: [TRADED],
    parameters: { order_size: 0.01, orders_percent: 16, burst: 1 },
    risk_limits: { max_position_usd: 6000, max_order_size_usd: 2000 },
    paper_trading: false,
  },
  'gambler.json': {
    strategy_id: 'gambler',
    name: 'Gambler',
    type: 'dice',
    enabled: true,
    exchanges: ['hyperliquid'],
    symbols: [TRADED],
    parameters: { order_size: 0.01, orders_percent: 16, burst: 1 },
    risk_limits: { max_position_usd: 6000, max_order_size_usd: 2000 },
    paper_trading: false,
  },
};
