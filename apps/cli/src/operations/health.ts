import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import type { StatusAnswer } from '../gateway/answers.js';
import type { Operation } from './operation.js';

/** Thresholds of chapter 10: free disk over 20 %, free memory over 10 %, load under 80 % of the cores. */
const DISK_USED_MAX = 0.8;
const MEMORY_USED_MAX = 0.9;
const LOAD_MAX = 0.8;
const RULE = '='.repeat(40);

export interface HealthLine {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
  readonly details?: readonly string[];
  /** The short form's words. */
  readonly brief: string;
}

const percent = (share: number): string => `${String(Math.round(share * 100))}%`;
const judged = (ok: boolean, words = 'HIGH'): string => (ok ? 'OK' : words);

export async function health(operation: Operation, isVerbose: boolean): Promise<ExitCode> {
  const lines = await examine(operation);
  const isHealthy = lines.every(({ ok }) => ok);
  const { presenter } = operation;
  const value = {
    healthy: isHealthy,
    checks: lines.map(({ name, ok, text, details }) => ({
      name,
      ok,
      detail: text,
      ...(details === undefined ? {} : { details }),
    })),
  };
  const mark = (ok: boolean): string => (ok ? presenter.paint('good', '✓') : presenter.paint('bad', '✗'));
  presenter.show(value, () =>
    isVerbose
      ? verbose(lines, isHealthy, mark)
      : lines
          .filter(({ brief }) => brief !== '')
          .map(({ ok, brief }) => `${mark(ok)} ${brief}`)
          .join('\n'),
  );
  return isHealthy ? EXIT.ok : EXIT.failedCheck;
}

/** The form of chapter 10. */
const verbose = (lines: readonly HealthLine[], isHealthy: boolean, mark: (ok: boolean) => string): string =>
  [
    RULE,
    'HFT System Health Check',
    RULE,
    ...lines
      .filter(({ text }) => text !== '')
      .flatMap(({ name, ok, text, details = [] }) => [
        `[${mark(ok)}] ${name}: ${text}`,
        ...details.map((detail) => `    - ${detail}`),
      ]),
    RULE,
    `Overall Status: ${isHealthy ? 'HEALTHY' : 'UNHEALTHY'}`,
    RULE,
  ].join('\n');

async function examine(operation: Operation): Promise<readonly HealthLine[]> {
  const { gateway, found, shell } = operation;
  const api = await gateway.ask('GET', '/health').catch((error: unknown) => {
    if (error instanceof CommandError) return undefined;
    throw error;
  });
  const isUp = api?.status === 200;
  const status = isUp ? ((await gateway.get('/api/v1/status')) as StatusAnswer) : undefined;
  const metrics = isUp ? await gateway.ask('GET', '/metrics') : undefined;
  const pid = found.running?.pid ?? status?.services['ops-gateway']?.pid;
  return [
    {
      name: 'Process Running',
      ok: pid !== undefined && pid !== null,
      text: pid === undefined || pid === null ? 'NOT RUNNING' : `PID ${String(pid)}`,
      brief: isUp ? 'System running' : 'System not running',
    },
    {
      name: 'API Responsive',
      ok: isUp,
      text: api === undefined ? 'no answer' : `${String(api.status)} ${isUp ? 'OK' : 'ERROR'}`,
      brief: '',
    },
    ...(status === undefined ? [] : ofFleet(status)),
    ...(await ofMachine(shell.root)),
    ...(status === undefined ? [] : ofTrading(status)),
    {
      name: 'Monitoring',
      ok: metrics?.status === 200,
      text: '',
      brief: metrics?.status === 200 ? 'Monitoring active' : 'Monitoring not active',
    },
  ];
}

const TITLES: Readonly<Record<string, string>> = {
  binance: 'Binance',
  'binance-usdm': 'Binance USD-M',
  hyperliquid: 'Hyperliquid',
};

function ofFleet(status: StatusAnswer): readonly HealthLine[] {
  const stores = Object.entries(status.services).flatMap(([service, { conditions = [] }]) =>
    conditions
      .filter(({ name, met }) => name === 'postgres' && !met)
      .map(({ reason }) => `${service}: ${reason ?? 'not connected'}`),
  );
  const unready = Object.entries(status.services).filter(([, { status: word }]) => word !== 'ready');
  const exchanges = Object.entries(status.exchanges);
  const connected = exchanges.filter(([, { status: word }]) => word === 'connected').length;
  const details = exchanges.map(([id, row]) => {
    const latency = row.latency_ms === null ? '' : ` (latency: ${String(Math.round(row.latency_ms))}ms)`;
    return `${TITLES[id] ?? id}: ${row.status === 'connected' ? `OK${latency}` : `${row.status.toUpperCase()}${row.reason === null ? '' : ` (${row.reason})`}`}`;
  });
  const rate = status.market_data.messages_per_second ?? 0;
  return [
    ...(unready.length === 0
      ? []
      : [
          {
            name: 'Services Ready',
            ok: false,
            text: unready.map(([name, { status: word }]) => `${name} ${word}`).join(', '),
            brief: `Services not ready: ${unready.map(([name]) => name).join(', ')}`,
          },
        ]),
    {
      name: 'Database Connected',
      ok: stores.length === 0,
      text: stores.length === 0 ? 'OK' : stores.join('; '),
      brief: stores.length === 0 ? 'Database connection OK' : 'Database connection lost',
    },
    {
      name: 'Exchanges Connected',
      ok: connected === exchanges.length && connected > 0,
      text: `${String(connected)}/${String(exchanges.length)}`,
      details,
      brief:
        connected === exchanges.length
          ? 'All exchanges connected'
          : `Exchanges connected: ${String(connected)}/${String(exchanges.length)}`,
    },
    {
      name: 'Market Data Flowing',
      ok: rate > 0,
      text: `${String(Math.round(rate))} events/sec`,
      brief: rate > 0 ? 'Market data flowing' : 'Market data not flowing',
    },
  ];
}

async function ofMachine(folder: string): Promise<readonly HealthLine[]> {
  const { bavail, blocks } = await statfs(folder);
  const disk = 1 - bavail / blocks;
  const memory = 1 - freemem() / totalmem();
  const [load = 0] = loadavg();
  const isLoadFine = load < LOAD_MAX * availableParallelism();
  return [
    {
      name: 'Disk Space',
      ok: disk <= DISK_USED_MAX,
      text: `${percent(disk)} used (${judged(disk <= DISK_USED_MAX)})`,
      brief: disk <= DISK_USED_MAX ? '' : `Disk ${percent(disk)} used`,
    },
    {
      name: 'Memory',
      ok: memory <= MEMORY_USED_MAX,
      text: `${percent(memory)} used (${judged(memory <= MEMORY_USED_MAX)})`,
      brief: memory <= MEMORY_USED_MAX ? '' : `Memory ${percent(memory)} used`,
    },
    {
      name: 'CPU Load',
      ok: isLoadFine,
      text: `${load.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false })} (${judged(isLoadFine)})`,
      brief: isLoadFine ? '' : 'CPU load high',
    },
  ];
}

/** What a person has not switched on is no illness; what is killed or broken is. */
function ofTrading(status: StatusAnswer): readonly HealthLine[] {
  const { kill_switch: kill } = status;
  const strategies = status.strategies ?? [];
  const running = strategies.filter(({ status: word }) => word === 'running').length;
  const broken = strategies.filter(({ status: word }) => word === 'error').length;
  const trading =
    kill.active === true
      ? `Kill switch active: ${kill.reason ?? ''}`
      : status.trading_enabled
        ? 'Trading enabled'
        : 'Trading disabled (argosy enable)';
  const count = `${String(running)}/${String(strategies.length)}`;
  return [
    {
      name: 'Trading',
      ok: kill.active !== true,
      text: kill.active === true ? `KILLED (${kill.reason ?? ''})` : '',
      brief: trading,
    },
    { name: 'Strategies Running', ok: broken === 0, text: count, brief: `Strategies running: ${count}` },
  ];
}
