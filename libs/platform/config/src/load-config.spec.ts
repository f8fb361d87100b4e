import { inspect } from 'node:util';
import {
  Address,
  DecimalText,
  DurationMs,
  Flag,
  Int,
  LimitText,
  OneOf,
  Optional,
  SecretText,
  TextList,
} from './fields.js';
import { ConfigError, type ConfigProblem, validationReport } from './config-problem.js';
import { loadConfig, problemsOfLoading } from './load-config.js';
import { Secret } from './secret.js';

class NatsConfig {
  @Address(['nats', 'tls'])
  readonly NATS_URL: string = 'nats://127.0.0.1:4222';
  @Int({ min: 100, max: 60_000 })
  readonly NATS_REQUEST_TIMEOUT_MS: number = 2_000;
}
class RiskConfig extends NatsConfig {
  @LimitText()
  readonly RISK_MAX_ORDER_VALUE_USD!: string;
  @SecretText({ lengthMin: 8 })
  readonly RISK_APPROVAL_KEY!: Secret;
  @Flag()
  readonly RISK_DRY_RUN: boolean = false;
  @DurationMs({ min: 100, max: 3_600_000 })
  readonly RISK_STALE_AFTER: number = 3_000;
  @DecimalText({ min: '-1', max: '1' })
  readonly RISK_SKEW: string = '0';
  @OneOf(['paper', 'live'])
  readonly RISK_KIND: string = 'paper';
  @TextList({ max: 3, pattern: /^[a-z]+$/ })
  readonly RISK_VENUES: readonly string[] = ['hyperliquid'];
  @Optional()
  @Int({ min: 1, max: 10 })
  readonly RISK_SHARDS?: number;
}
const GOOD = { RISK_MAX_ORDER_VALUE_USD: '10000.50', RISK_APPROVAL_KEY: 'correct horse' };
const load = (env: Record<string, string | undefined>) =>
  loadConfig(RiskConfig, { ...GOOD, ...env }, ['NATS_', 'RISK_']);
const problems = (env: Record<string, string | undefined>): readonly ConfigProblem[] =>
  problemsOfLoading(() => load(env));

describe('loadConfig', () => {
  it('takes what is set, keeps defaults for the rest and ignores variables of others (FL-6)', () => {
    const config = load({
      PATH: '/bin',
      RISK_STALE_AFTER: '10s',
      RISK_DRY_RUN: 'true',
      RISK_VENUES: 'hyperliquid, binance',
    });
    expect(config).toMatchObject({
      NATS_URL: 'nats://127.0.0.1:4222',
      NATS_REQUEST_TIMEOUT_MS: 2_000,
      RISK_MAX_ORDER_VALUE_USD: '10000.50',
      RISK_STALE_AFTER: 10_000,
      RISK_DRY_RUN: true,
      RISK_VENUES: ['hyperliquid', 'binance'],
      RISK_SKEW: '0',
    });
    expect(config.RISK_SHARDS).toBeUndefined();
    expect(config.RISK_APPROVAL_KEY.reveal()).toBe('correct horse');
  });

  it('is frozen, its lists too', () => {
    const config = load({});
    expect(() => Object.assign(config, { NATS_URL: 'nats://elsewhere:1' })).toThrow(TypeError);
    expect(Object.isFrozen(load({ RISK_VENUES: 'hyperliquid' }).RISK_VENUES)).toBe(true);
  });

  it('reports every problem at once', () => {
    const found = problems({
      RISK_MAX_ORDER_VALUE_USD: undefined,
      NATS_URL: 'http://x',
      RISK_DRY_RUN: 'yes',
      RISK_MAX_ODER_VALUE_USD: '5',
    });
    expect(found.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      'CONFIG_INVALID_VALUE NATS_URL',
      'CONFIG_INVALID_VALUE RISK_DRY_RUN',
      'CONFIG_MISSING_VALUE RISK_MAX_ORDER_VALUE_USD',
      'CONFIG_UNKNOWN_KEY RISK_MAX_ODER_VALUE_USD',
    ]);
    expect(found.find(({ code }) => code === 'CONFIG_UNKNOWN_KEY')?.fix).toBe('Did you mean RISK_MAX_ORDER_VALUE_USD');
  });

  const refused: ReadonlyArray<[string, Record<string, string>]> = [
    ['an empty number', { NATS_REQUEST_TIMEOUT_MS: '' }],
    ['a billion by exponent', { NATS_REQUEST_TIMEOUT_MS: '1e3' }],
    ['a leading zero', { NATS_REQUEST_TIMEOUT_MS: '0800' }],
    ['a trailing space', { NATS_REQUEST_TIMEOUT_MS: '200 ' }],
    ['full-width digits', { NATS_REQUEST_TIMEOUT_MS: '２００' }],
    ['one below the range', { NATS_REQUEST_TIMEOUT_MS: '99' }],
    ['one above the range', { NATS_REQUEST_TIMEOUT_MS: '60001' }],
    ['a limit of zero', { RISK_MAX_ORDER_VALUE_USD: '0' }],
    ['a limit of zero in disguise', { RISK_MAX_ORDER_VALUE_USD: '0.000' }],
    ['a negative limit', { RISK_MAX_ORDER_VALUE_USD: '-1' }],
    ['an infinite limit', { RISK_MAX_ORDER_VALUE_USD: 'Infinity' }],
    ['a limit with separators', { RISK_MAX_ORDER_VALUE_USD: '10,000' }],
    ['a decimal finer than the scale', { RISK_SKEW: '0.0000000000001' }],
    ['a decimal outside its bounds', { RISK_SKEW: '1.000000000001' }],
    ['a duration without a unit', { RISK_STALE_AFTER: '10' }],
    ['a duration in a unit nobody knows', { RISK_STALE_AFTER: '10d' }],
    ['a duration above its bound', { RISK_STALE_AFTER: '2h' }],
    ['a truth with a capital', { RISK_DRY_RUN: 'True' }],
    ['an address of another scheme', { NATS_URL: 'http://nats:4222' }],
    ['an address with a password in it', { NATS_URL: 'nats://me:secret@nats:4222' }],
    ['a word outside the list', { RISK_KIND: 'Live' }],
    ['a list with the same thing twice', { RISK_VENUES: 'binance,binance' }],
    ['an optional value that is set but empty', { RISK_SHARDS: '' }],
    ['a secret that is too short', { RISK_APPROVAL_KEY: 'short' }],
  ];
  it.each(refused)('refuses %s', (_what, env) => {
    expect(problems(env).map(({ code, where }) => [code, where])).toEqual([
      ['CONFIG_INVALID_VALUE', Object.keys(env)[0]],
    ]);
  });

  it('accepts a value at each end of its range', () => {
    expect(load({ NATS_REQUEST_TIMEOUT_MS: '100', RISK_SKEW: '-1' })).toMatchObject({
      NATS_REQUEST_TIMEOUT_MS: 100,
      RISK_SKEW: '-1',
    });
    expect(load({ NATS_REQUEST_TIMEOUT_MS: '60000', RISK_SKEW: '1' })).toMatchObject({
      NATS_REQUEST_TIMEOUT_MS: 60_000,
    });
  });

  it('never shows a secret, not even a wrong one', () => {
    const found = problems({ RISK_APPROVAL_KEY: 'hunter2' });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    const secret = load({}).RISK_APPROVAL_KEY;
    for (const text of [String(secret), JSON.stringify({ secret }), inspect({ secret }), secret.toString()]) {
      expect(text).not.toContain('correct horse');
    }
  });

  it('says what to do in its message', () => {
    expect(() => load({ NATS_REQUEST_TIMEOUT_MS: '1e3' })).toThrow(ConfigError);
    expect(() => load({ NATS_REQUEST_TIMEOUT_MS: '1e3' })).toThrow(
      "CONFIG_INVALID_VALUE NATS_REQUEST_TIMEOUT_MS: must be a whole number from 100 to 60000, digits only, was '1e3'.",
    );
  });
});

describe('validationReport', () => {
  it('passes in the words of the manuals', () => {
    expect(validationReport([])).toBe('Configuration validation: PASSED');
  });
  it('lists every problem and counts them', () => {
    const report = validationReport(problems({ RISK_KIND: 'x', RISK_SKEW: 'x' }));
    expect(report.split('\n')).toHaveLength(3);
    expect(report).toContain('Configuration validation: FAILED (2 problems)');
  });
});
