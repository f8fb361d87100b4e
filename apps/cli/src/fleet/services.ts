import type { ServiceName } from '@argosy/contracts';
import { join } from 'node:path';
import type { FleetFolder } from './fleet-folder.js';
import { natsUrl } from './nats-server.js';
import { databaseUrl } from './postgres-server.js';
import type { FleetPorts } from './ports.js';
import type { DatabaseRole, FleetSecrets } from './secrets.js';
import type { FollowedSymbols, VenueAddresses } from './market.js';

/** Everything a service's environment is made of. */
export interface ServicePlace {
  readonly folder: FleetFolder;
  readonly ports: FleetPorts;
  readonly secrets: FleetSecrets;
  readonly venues: VenueAddresses;
  readonly symbols: FollowedSymbols;
  /** After `<symbol>@`, when a recording has to be subscribed as it was recorded. */
  readonly streams: readonly string[] | undefined;
  readonly files: {
    readonly accounts: string;
    readonly limits: string;
    readonly strategies: string;
    readonly keys: string;
  };
  /** Signing keys of accounts, by the variable that the accounts file names. */
  readonly accountKeys: Readonly<Record<string, string>>;
  readonly logLevel: string | undefined;
  readonly otlpEndpoint: string | undefined;
}

export type Env = Readonly<Record<string, string>>;

export interface ServiceRow {
  readonly name: ServiceName;
  /** Its schema's role, for those that have one. */
  readonly role?: DatabaseRole;
  readonly env: (place: ServicePlace) => Env;
}

const url = (port: number): string => `http://127.0.0.1:${String(port)}`;
const given = (name: string, values: readonly string[] | undefined): Env =>
  values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };

/** The six services, in the order they are started; each waits for what it needs, so the order only saves time. */
export const SERVICE_TABLE: readonly ServiceRow[] = [
  {
    name: 'execution',
    role: 'execution',
    env: ({ folder, venues, files, secrets, accountKeys }) => ({
      FLEET_ACCOUNTS_FILE: files.accounts,
      RISK_APPROVAL_KEY: secrets.approvalKey,
      EXECUTION_HYPERLIQUID_API_URL: venues.hyperliquidApi,
      EXECUTION_HYPERLIQUID_WS_URL: venues.hyperliquidWs,
      EXECUTION_PAPER_FOLDER: folder.paper,
      EXECUTION_REPORTS_FOLDER: folder.output,
      // The simulated exchange grants more than the venue it stands for.
      EXECUTION_RATE_LIMIT_FACTOR: '100',
      ...accountKeys,
    }),
  },
  {
    name: 'ledger',
    role: 'ledger',
    env: () => ({}),
  },
  {
    name: 'risk',
    role: 'risk',
    env: ({ files, secrets }) => ({
      FLEET_ACCOUNTS_FILE: files.accounts,
      RISK_LIMITS_FILE: files.limits,
      RISK_APPROVAL_KEY: secrets.approvalKey,
    }),
  },
  {
    name: 'market-data',
    role: 'market_data',
    env: ({ venues, symbols, streams }) => ({
      ...given('MARKET_DATA_HYPERLIQUID_SYMBOLS', symbols.hyperliquid),
      ...given('MARKET_DATA_BINANCE_SYMBOLS', symbols.binance),
      ...given('MARKET_DATA_BINANCE_USDM_SYMBOLS', symbols.binanceUsdm),
      ...given(
        symbols.binanceUsdm.length > 0 ? 'MARKET_DATA_BINANCE_USDM_STREAMS' : 'MARKET_DATA_BINANCE_STREAMS',
        streams,
      ),
      MARKET_DATA_HYPERLIQUID_API_URL: venues.hyperliquidApi,
      MARKET_DATA_HYPERLIQUID_WS_URL: venues.hyperliquidWs,
      MARKET_DATA_BINANCE_API_URL: venues.binanceApi,
      MARKET_DATA_BINANCE_WS_URL: venues.binanceWs,
      MARKET_DATA_BINANCE_USDM_API_URL: venues.binanceApi,
      MARKET_DATA_BINANCE_USDM_WS_URL: venues.binanceWs,
    }),
  },
  {
    name: 'strategy-host',
    role: 'strategy',
    env: ({ files, folder }) => ({
      FLEET_ACCOUNTS_FILE: files.accounts,
      STRATEGY_HOST_CONFIG_FOLDER: files.strategies,
      STRATEGY_HOST_LOG_FOLDER: folder.runs,
    }),
  },
  {
    name: 'ops-gateway',
    role: 'ops',
    // Who sits at this machine may look without signing, as the manuals' plain curl does.
    env: ({ files, folder }) => ({
      OPS_KEYS_FILE: files.keys,
      OPS_LOOPBACK_READS: 'true',
      OPS_KILL_FILE: folder.killFile,
    }),
  },
];

/** One process of a service: the only one, or one of a pair. */
export interface Instance {
  /** `execution`, or `execution-1` and `execution-2`. */
  readonly name: string;
  readonly row: ServiceRow;
  readonly port: number;
}

/** @param isPair primary and standby; which is which they settle among themselves */
export function instancesOf(row: ServiceRow, ports: FleetPorts, isPair: boolean): readonly Instance[] {
  const { name } = row;
  if (!isPair) return [{ name, row, port: ports[name === 'ops-gateway' ? 'gateway' : name] }];
  return [
    { name: `${name}-1`, row, port: ports[name === 'ops-gateway' ? 'ops-gateway-1' : name] },
    { name: `${name}-2`, row, port: ports[`${name}-2`] },
  ];
}

/** What no service shares, so that logging in as another takes another's password. */
function shared(
  { row: { name, role }, port }: Instance,
  { folder, ports, secrets, logLevel, otlpEndpoint }: ServicePlace,
): Env {
  return {
    SERVICE_HTTP_PORT: String(port),
    // Whichever gateway leads answers where people ask.
    ...(name === 'ops-gateway' && port !== ports.gateway ? { OPS_PUBLIC_PORT: String(ports.gateway) } : {}),
    SERVICE_LOG_FOLDER: folder.logs,
    ...(logLevel === undefined ? {} : { SERVICE_LOG_LEVEL: logLevel }),
    ...(otlpEndpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }),
    NATS_URL: natsUrl(ports.nats),
    NATS_PASSWORD: secrets.nats[name],
    ...(role === undefined
      ? {}
      : { POSTGRES_URL: databaseUrl(ports.postgres), POSTGRES_PASSWORD: secrets.postgres[role] }),
  };
}

export const serviceEnv = (instance: Instance, place: ServicePlace): Env => ({
  ...shared(instance, place),
  ...instance.row.env(place),
});

export const programOf = (root: string, app: string): string => join(root, 'apps', app, 'dist', 'main.js');

export const instanceUrl = ({ port }: Instance): string => url(port);
