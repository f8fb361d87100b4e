import { HttpClient, type HttpRequest, type HttpResponse } from '@argosy/platform-port';
import type { StatusAnswer } from '../gateway/answers.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import { Presenter } from '../terminal/presenter.js';
import { fakeShell } from '../testing/fake-shell.js';
import { health } from './health.js';
import type { Operation } from './operation.js';

const ready = { status: 'ready', pid: 12345, conditions: [{ name: 'postgres', met: true, reason: null }] };
const healthy: StatusAnswer = {
  version: '0.1.0',
  role: 'primary',
  status: 'healthy',
  degraded: [],
  time: '',
  trading_enabled: true,
  new_signals_enabled: true,
  trading_state: 'known',
  kill_switch: { active: false, reason: null, by: null, since: null },
  exchanges: {
    binance: { status: 'connected', latency_ms: 12.4, reason: null },
    hyperliquid: { status: 'connected', latency_ms: null, reason: null },
  },
  strategies: [
    { strategy_id: 'a', status: 'running' },
    { strategy_id: 'b', status: 'running' },
  ],
  services: { 'ops-gateway': ready, risk: ready },
  market_data: { messages_per_second: 1234.2, feeds_live: 6, feeds_total: 6 },
};

class Gateway extends HttpClient {
  constructor(private readonly status: StatusAnswer) {
    super();
  }
  override async request({ url }: HttpRequest): Promise<HttpResponse> {
    return { status: 200, headers: {}, body: url.endsWith('/status') ? JSON.stringify(this.status) : '{}' };
  }
}

/** The report, without the figures of the machine the spec runs on. */
async function report(status: StatusAnswer, isVerbose: boolean): Promise<{ code: number; lines: readonly string[] }> {
  const shell = fakeShell({ root: '/' });
  const { clock, random } = shell;
  const gateway = new GatewayClient({ url: 'http://h' }, { http: new Gateway(status), clock, random });
  const operation = {
    shell,
    gateway,
    found: { url: 'http://h' },
    presenter: new Presenter(shell.terminal, 'text'),
  } as unknown as Operation;
  const code = await health(operation, isVerbose);
  const ofMachine = /Disk|Memory|CPU|Overall/;
  return {
    code,
    lines: shell.terminal.said.out
      .trimEnd()
      .split('\n')
      .filter((line) => !ofMachine.test(line)),
  };
}

describe('the health check', () => {
  it('has the form of the manual when it is verbose', async () => {
    const { lines } = await report(healthy, true);
    expect(lines).toEqual([
      '='.repeat(40),
      'HFT System Health Check',
      '='.repeat(40),
      '[✓] Process Running: PID 12345',
      '[✓] API Responsive: 200 OK',
      '[✓] Database Connected: OK',
      '[✓] Exchanges Connected: 2/2',
      '    - Binance: OK (latency: 12ms)',
      '    - Hyperliquid: OK',
      '[✓] Market Data Flowing: 1234 events/sec',
      '[✓] Strategies Running: 2/2',
      '='.repeat(40),
      '='.repeat(40),
    ]);
  });

  it('has the form of the start-up check when it is not', async () => {
    const { lines } = await report(healthy, false);
    expect(lines).toEqual([
      '✓ System running',
      '✓ Database connection OK',
      '✓ All exchanges connected',
      '✓ Market data flowing',
      '✓ Trading enabled',
      '✓ Strategies running: 2/2',
      '✓ Monitoring active',
    ]);
  });

  const ills: ReadonlyArray<[string, StatusAnswer, string]> = [
    [
      'an exchange that is away',
      {
        ...healthy,
        exchanges: { ...healthy.exchanges, binance: { status: 'disconnected', latency_ms: null, reason: 'refused' } },
      },
      '    - Binance: DISCONNECTED (refused)',
    ],
    [
      'a database that is away',
      {
        ...healthy,
        services: { risk: { ...ready, conditions: [{ name: 'postgres', met: false, reason: 'refused' }] } },
      },
      '[✗] Database Connected: risk: refused',
    ],
    [
      'a market that stands still',
      { ...healthy, market_data: { messages_per_second: 0, feeds_live: 0, feeds_total: 6 } },
      '[✗] Market Data Flowing: 0 events/sec',
    ],
    [
      'a kill',
      { ...healthy, kill_switch: { active: true, reason: 'drill', by: 'ann', since: null } },
      '[✗] Trading: KILLED (drill)',
    ],
    [
      'a strategy in error',
      { ...healthy, strategies: [{ strategy_id: 'a', status: 'error' }] },
      '[✗] Strategies Running: 0/1',
    ],
    [
      'a service that does not answer',
      { ...healthy, services: { 'ops-gateway': ready, risk: { status: 'unreachable' } } },
      '[✗] Services Ready: risk unreachable',
    ],
  ];
  it.each(ills)('fails on %s', async (_what, status, line) => {
    const { code, lines } = await report(status, true);
    expect(code).toBe(1);
    expect(lines).toContain(line);
  });
});
