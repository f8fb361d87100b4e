import { GENEROUS_LIMITS } from '@argosy/exchange-core';
import { parseSimArguments, type UsageError } from './sim-config.js';

const parse = (line: string) =>
  parseSimArguments(
    line.split(' ').filter((word) => word !== ''),
    '/here',
  );

describe('the command line of the simulated exchange', () => {
  it('has a default for everything but the port', () => {
    expect(parse('--port 3001')).toEqual({
      host: '127.0.0.1',
      port: 3001,
      binancePort: undefined,
      network: 'testnet',
      openAccounts: false,
      accounts: [],
      seed: 1,
      speed: 1,
      recordings: [],
      fundingIntervalMs: 3_600_000,
      dataFolder: undefined,
      controlPort: undefined,
      faultsFile: undefined,
      limits: GENEROUS_LIMITS,
      blockIntervalMs: 100,
    });
  });

  it('reads every flag, with a space or an equals sign', () => {
    const config = parse(
      '--port=0 --binance-port 9 --network mainnet --open-accounts --seed 42 --speed 2.5 --recording a.gz /b.gz --funding-interval 10s --data=d',
    );
    expect(config).toMatchObject({
      port: 0,
      binancePort: 9,
      network: 'mainnet',
      openAccounts: true,
      seed: 42,
      speed: 2.5,
      recordings: ['/here/a.gz', '/b.gz'],
      fundingIntervalMs: 10_000,
      dataFolder: '/here/d',
    });
  });

  it.each([
    ['', '--port is missing'],
    ['--port 65536', "--port must be a whole number from 0 to 65535, was '65536'"],
    ['--port 1e3', "was '1e3'"],
    ['--port 1 --speed 0', "--speed must be above 0 and at most 1000, was '0'"],
    ['--port 1 --speed Infinity', "was 'Infinity'"],
    ['--port 1 --network devnet', "--network must be mainnet or testnet, was 'devnet'"],
    ['--port 1 --funding-interval 1', '--funding-interval must be a time such as 10s'],
    ['--port 1 --funding-interval 0s', "was '0s'"],
    ['--port 1 --recording', '--recording needs a value'],
    ['--port 1 --account 0x12', '--account must be 0x and 40 hex digits'],
    ['--port 1 --open-acounts', "unknown argument '--open-acounts'"],
    ['--port 1 --__proto__', "unknown argument '--__proto__'"],
  ])('refuses "%s": %s', (line, problem) => {
    expect(() => parse(line)).toThrow(problem);
  });

  it('tells every problem at once', () => {
    try {
      parse('--port x --speed x --seed -1');
    } catch (error) {
      expect((error as UsageError).problems).toHaveLength(3);
      return;
    }
    throw new Error('should have refused');
  });
});
