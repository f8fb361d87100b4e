import { accountId, parseAmount } from '@argosy/domain';
import { AccountsFile, LimitsFile, loadConfigFile } from '@argosy/platform-config';
import { NodeDisk } from '@argosy/platform-runtime';
import { strategyProblems } from '@argosy/strategy-service';
import { StrategyFiles } from '@argosy/strategy-store';
import { checkoutRoot } from '@argosy/testing';
import path from 'node:path';
import { hostSettings } from './host-settings.js';
import { readStrategyHostConfig } from './strategy-host.config.js';
import { STRATEGY_TYPES } from './strategy-table.js';

const local = path.join(checkoutRoot(), 'config/local');
const disk = new NodeDisk();
const files = new StrategyFiles(path.join(local, 'strategies'), disk);
const env = { FLEET_ACCOUNTS_FILE: 'accounts.yaml', STRATEGY_HOST_CONFIG_FOLDER: 'strategies' };

describe('the strategies of the local demonstration', () => {
  it.each(['market_maker_btc.json', 'market_maker_eth.json', 'momentum_sol.json'])(
    '%s is valid, live and in paper',
    async (name) => {
      const accounts = (await loadConfigFile(path.join(local, 'accounts.yaml'), AccountsFile, disk)).accounts;
      const settings = hostSettings(readStrategyHostConfig(env), { fleet_number: 1, accounts });
      const read = await files.readFile(name);
      if (!read.ok) throw new Error(JSON.stringify(read.problems));
      expect(settings.accounts).toContainEqual({ accountId: accountId('main'), venue: 'hyperliquid', kind: 'live' });
      for (const paperTrading of [false, true])
        expect(strategyProblems({ ...read.value, paperTrading }, STRATEGY_TYPES, settings.accounts)).toEqual([]);
    },
  );

  it('asks for less than the limits of the fleet', async () => {
    const limits = await loadConfigFile(path.join(local, 'limits.yaml'), LimitsFile, disk);
    const names = await files.list();
    expect(names).toHaveLength(3);
    for (const name of names) {
      const read = await files.readFile(name);
      if (!read.ok) throw new Error(JSON.stringify(read.problems));
      const { riskLimits, symbols } = read.value;
      const ofInstrument = limits.instruments.find(({ instrument }) => instrument === symbols[0]);
      expect(parseAmount(riskLimits.maxOrderSizeUsd) <= parseAmount(limits.max_order_value_usd)).toBe(true);
      expect(parseAmount(riskLimits.maxPositionUsd) <= parseAmount(ofInstrument?.max_position_usd ?? '0')).toBe(true);
      expect(ofInstrument?.reference_instrument).toBe(symbols[1]);
    }
  });
});

describe('the configuration of strategy-host', () => {
  it.each([
    ['no accounts', { STRATEGY_HOST_CONFIG_FOLDER: 'x' }, 'FLEET_ACCOUNTS_FILE'],
    ['no folder', { FLEET_ACCOUNTS_FILE: 'x' }, 'STRATEGY_HOST_CONFIG_FOLDER'],
    ['a mistyped limit', { ...env, STRATEGY_HOST_ACTION_PER_SECOND: '5' }, 'STRATEGY_HOST_ACTION_PER_SECOND'],
    ['no limit on memory', { ...env, STRATEGY_HOST_MEMORY_MB: '0' }, 'STRATEGY_HOST_MEMORY_MB'],
    ['a deadline without a unit', { ...env, STRATEGY_HOST_ANSWER_DEADLINE: '500' }, 'STRATEGY_HOST_ANSWER_DEADLINE'],
  ] as readonly [string, Record<string, string>, string][])('refuses %s', (_story, given, named) => {
    expect(() => readStrategyHostConfig(given)).toThrow(named);
  });
});
