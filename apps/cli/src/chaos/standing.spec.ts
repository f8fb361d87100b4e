import type { StatusAnswer } from '../gateway/answers.js';
import { type Standing, standingOf } from './standing.js';

const whole: StatusAnswer = {
  version: '0.1.0',
  role: 'primary',
  status: 'healthy',
  degraded: [],
  time: '',
  trading_enabled: true,
  new_signals_enabled: true,
  trading_state: 'known',
  trading_mode: 'full',
  mode_causes: [],
  kill_switch: { active: false, reason: null, by: null, since: null },
  exchanges: { hyperliquid: { status: 'connected', latency_ms: 1, reason: null } },
  strategies: [],
  services: {},
  market_data: { messages_per_second: 10, feeds_live: 6, feeds_total: 6 },
};

describe('how a fleet stands (I-58, I-60)', () => {
  const rows: ReadonlyArray<[string, StatusAnswer | undefined, Standing]> = [
    ['everything is there', whole, { kind: 'active' }],
    ['the gateway is silent', undefined, { kind: 'unsettled', missing: 'the gateway does not answer' }],
    [
      'a service does not answer',
      { ...whole, degraded: ['risk does not answer'] },
      { kind: 'unsettled', missing: 'risk does not answer' },
    ],
    [
      'the exchange is away',
      { ...whole, exchanges: { hyperliquid: { status: 'connecting', latency_ms: null, reason: null } } },
      { kind: 'unsettled', missing: 'hyperliquid is connecting' },
    ],
    [
      'a feed is stale',
      { ...whole, market_data: { messages_per_second: 1, feeds_live: 5, feeds_total: 6 } },
      { kind: 'unsettled', missing: '5 of 6 feeds are live' },
    ],
    [
      'it is killed, whatever else is missing',
      {
        ...whole,
        degraded: ['risk does not answer'],
        kill_switch: { active: true, reason: 'drill', by: 'ann', since: null },
      },
      { kind: 'halted', reason: 'kill switch: drill' },
    ],
    [
      'somebody disabled trading',
      { ...whole, trading_enabled: false },
      { kind: 'halted', reason: 'trading is disabled' },
    ],
    [
      'it only reduces, and says why',
      {
        ...whole,
        trading_mode: 'reduce_only',
        mode_causes: [{ component: 'market_data', health: 'degraded', mode: 'reduce_only', reason: 'no mark' }],
      },
      { kind: 'halted', reason: 'reduce_only: market_data degraded, no mark' },
    ],
    [
      'it only reduces for no reason',
      { ...whole, trading_mode: 'reduce_only' },
      { kind: 'unsettled', missing: 'trading mode reduce_only for no reason' },
    ],
  ];
  it.each(rows)('when %s', (_what, status, expected) => {
    expect(standingOf(status)).toEqual(expected);
  });
});
