import type { FeedsPage, ServiceStatus, StrategiesPage, TradingState, VenueConnection } from '@argosy/contracts';
import { isoTime, type TimeNs } from '@argosy/domain';
import type { KillFile } from '../kill-file.js';
import { tradingView } from './risk.view.js';
import { count, orNull, timeOrNull } from './text.js';

export interface StatusParts {
  readonly version: string;
  readonly now: TimeNs;
  /** Undefined for a service that did not answer. */
  readonly services: ReadonlyMap<string, ServiceStatus | undefined>;
  /** Whoever stands by for a service, and answers. */
  readonly standbys: ReadonlyMap<string, ServiceStatus>;
  readonly trading: TradingState | undefined;
  readonly feeds: FeedsPage | undefined;
  readonly strategies: StrategiesPage | undefined;
  /** Every venue anybody has ever spoken of, so that none vanishes with the service that spoke of it. */
  readonly venues: readonly string[];
  readonly killFile: ReturnType<KillFile['view']>;
  /** Of the last integrity check. */
  readonly bookProblems: readonly string[];
}

/** Worst first. */
const SEVERITY = ['disconnected', 'connecting', 'disabled', 'connected'] as const;

/** The whole of FL-7 in one object. */
export function statusView(parts: StatusParts) {
  const degraded = degradedParts(parts);
  return {
    system: 'argosy',
    version: parts.version,
    role: parts.services.get('execution')?.role ?? parts.services.get('ops-gateway')?.role ?? 'primary',
    status: degraded.length === 0 ? 'healthy' : 'degraded',
    degraded,
    time: isoTime(parts.now),
    ...tradingView(parts.trading),
    kill_file: parts.killFile,
    exchanges: Object.fromEntries(parts.venues.map((venue) => [venue, exchangeView(venue, parts)])),
    strategies:
      parts.strategies?.strategies.map(({ strategyId, status }) => ({ strategy_id: strategyId, status })) ?? null,
    services: Object.fromEntries(
      [...parts.services].map(([name, status]) => [
        name,
        { ...serviceView(status), standby: standbyView(parts.standbys.get(name)) },
      ]),
    ),
    market_data: {
      messages_per_second: parts.feeds?.messagesPerSecond ?? null,
      feeds_live: parts.feeds?.feeds.filter(({ state }) => state === 'live').length ?? null,
      feeds_total: parts.feeds?.feeds.length ?? null,
    },
  };
}
export type StatusView = ReturnType<typeof statusView>;

function degradedParts({
  services,
  trading,
  feeds,
  strategies,
  killFile,
  bookProblems,
}: StatusParts): readonly string[] {
  const named = [...services].flatMap(([name, status]) => {
    if (status === undefined) return [`${name} does not answer`];
    if (status.ready) return [];
    const missing = status.conditions
      .filter(({ met }) => !met)
      .map(({ name: condition, reason }) => `${condition}: ${reason}`);
    return [`${name} is not ready${missing.length === 0 ? '' : ` (${missing.join('; ')})`}`];
  });
  return [
    ...named,
    ...(killFile.state === 'unreadable'
      ? [`the kill file cannot be seen (${killFile.reason ?? ''}), so trading is kept disabled`]
      : []),
    ...(bookProblems.length === 0
      ? []
      : [`the books failed their last check: ${bookProblems[0] ?? ''} (${String(bookProblems.length)} in all)`]),
    ...(killFile.state === 'present' ? ['the kill file is there, so nothing resumes'] : []),
    ...(trading === undefined ? ['the trading state is unknown, so nothing trades'] : []),
    ...(feeds === undefined ? ['the state of market data is unknown'] : []),
    ...(strategies === undefined ? ['the strategies are unknown'] : []),
  ];
}

/** A standby is never ready to serve; what it waits for besides its turn is what a person looks at. */
const standbyView = (status: ServiceStatus | undefined) =>
  status === undefined
    ? null
    : {
        epoch_seen: status.epoch,
        version: status.version,
        pid: status.pid,
        memory_bytes: count(status.memoryBytes),
        started_at: timeOrNull(status.startedNs),
        waiting: status.conditions.filter(({ met }) => !met).map(({ name, reason }) => `${name}: ${reason}`),
      };

const serviceView = (status: ServiceStatus | undefined) =>
  status === undefined
    ? { status: 'unreachable' as const }
    : {
        status: status.ready ? ('ready' as const) : ('waiting' as const),
        role: status.role,
        epoch: status.epoch,
        version: status.version,
        pid: status.pid,
        memory_bytes: count(status.memoryBytes),
        started_at: timeOrNull(status.startedNs),
        conditions: status.conditions.map(({ name, met, reason }) => ({ name, met, reason: orNull(reason) })),
      };

const connectionView = ({ status, latencyMs, reason, accountId }: VenueConnection) => ({
  status,
  latency_ms: rounded(latencyMs),
  reason: orNull(reason),
  ...(accountId === '' ? {} : { account: accountId }),
});

/** Two places are more than a latency has. */
const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms * 100) / 100);

function exchangeView(venue: string, { services }: StatusParts) {
  const at = (service: string): readonly VenueConnection[] =>
    services.get(service)?.venues.filter((connection) => connection.venue === venue) ?? [];
  const [market, trading] = [at('market-data'), at('execution')];
  const all = [...market, ...trading];
  const worst = SEVERITY.find((status) => all.some((connection) => connection.status === status));
  const reason = all.find(({ reason: text, status }) => status === worst && text !== '')?.reason;
  return {
    status: worst ?? 'unknown',
    latency_ms: rounded(all.find(({ latencyMs }) => latencyMs !== undefined)?.latencyMs),
    reason: worst === undefined ? 'no service that is connected to it answers' : (reason ?? null),
    market_data: market.map(connectionView)[0] ?? null,
    trading: trading.map(connectionView),
  };
}
