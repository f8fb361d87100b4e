import { ConfigError } from './config-problem.js';
import { LimitsFile } from './fleet-files.js';
import { limitConflicts } from './limit-conflicts.js';
import { loadConfigText } from './load-config-file.js';

type Values = Readonly<Record<string, unknown>>;
const INSTRUMENT = {
  instrument: 'hyperliquid_BTC-PERP',
  max_order_quantity: '0.5',
  max_position_usd: '20000',
  reference_instrument: 'binance_BTC-USDT',
};
const WHOLE: Values = {
  max_order_value_usd: '5000',
  max_gross_exposure_usd: '60000',
  max_net_exposure_usd: '40000',
  max_leverage: '3',
  max_margin_use: '0.8',
  max_open_orders: 200,
  price_collar_bps: 300,
  reference_age_max: '3s',
  book_age_max: '3s',
  equity_age_max: '30s',
  strategy_orders_per_window: 200,
  fleet_orders_per_window: 1_000,
  rate_window: '10s',
  repeats_per_window: 20,
  repeat_window: '10s',
  hourly_loss_warning: '0.003',
  hourly_loss_kill: '0.005',
  daily_loss_warning: '0.01',
  daily_loss_kill: '0.02',
  drawdown_warning: '0.02',
  drawdown_reduce_only: '0.05',
  drawdown_second_warning: '0.07',
  drawdown_kill: '0.1',
  var_interval: '1h',
  var_returns_min: 20,
  var_returns_max: 500,
  runaway_submissions_per_second: 100,
  runaway_refusals_per_window: 300,
  runaway_repeats_per_window: 60,
  runaway_flips_per_window: 60,
  runaway_window: '30s',
  stuck_order_after: '30s',
  stuck_resting_after: '24h',
  stuck_position_after: '24h',
  instruments: [INSTRUMENT],
};
const load = (values: Values): Readonly<LimitsFile> => loadConfigText(JSON.stringify(values), LimitsFile, 'limits');
const conflicts = (changes: Values): readonly string[] =>
  limitConflicts(load({ ...WHOLE, ...changes }), 'limits').map(({ where, problem }) => `${where} ${problem}`);
const problemsOf = (values: Values): readonly string[] => {
  try {
    load(values);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ code, where }) => `${code} ${where}`);
  }
};
const referring = (reference: string): Values => ({
  instruments: [{ ...INSTRUMENT, reference_instrument: reference }],
});

describe('limits.yaml (RK-1, RK-2, bad input 3)', () => {
  it('is usable as the manuals give it', () => {
    expect(conflicts({})).toEqual([]);
  });

  it.each(Object.keys(WHOLE))('without %s it is refused, and named: no limit has a default', (key) => {
    const { [key]: _gone, ...without } = WHOLE;
    expect(problemsOf(without)).toEqual([expect.stringMatching(new RegExp(`^CONFIG_MISSING_VALUE limits.*${key}$`))]);
  });

  it.each(['0', '-0.02', '1', 'Infinity', '2%', '2e-2', ''])('a loss limit of %p is refused', (value) => {
    expect(problemsOf({ ...WHOLE, daily_loss_kill: value })).toEqual([
      expect.stringMatching(/^CONFIG_\w+ limits.*daily_loss_kill$/),
    ]);
  });

  it.each([
    [
      'a warning after its kill',
      { hourly_loss_warning: '0.005' },
      'hourly_loss_kill must be above hourly_loss_warning',
    ],
    [
      'a second warning before the page',
      { drawdown_second_warning: '0.04' },
      'drawdown_second_warning must be above drawdown_reduce_only',
    ],
    ['as many returns kept as needed', { var_returns_max: 20 }, undefined],
    ['fewer kept than needed', { var_returns_min: 501 }, 'var_returns_max is below var_returns_min'],
    [
      'a reference of the same venue (I-20)',
      referring('hyperliquid_ETH-PERP'),
      'instruments hyperliquid_BTC-PERP is a reference of the same venue',
    ],
    ['a venue nobody knows', referring('mtgox_BTC-USDT'), 'instruments is no instrument of a venue we know'],
    ['an instrument twice', { instruments: [INSTRUMENT, INSTRUMENT] }, 'instruments has two entries'],
  ])('%s', (_what, changes, problem) => {
    expect(conflicts(changes)).toEqual(problem === undefined ? [] : [`limits ${problem}`]);
  });
});
