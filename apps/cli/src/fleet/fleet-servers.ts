import { NatsMessageBus } from '@argosy/platform-messaging';
import { Secret } from '@argosy/platform-config';
import { MigrationError, Migrator } from '@argosy/platform-database';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import type { ServiceName } from '@argosy/contracts';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { baseEnv, type FleetGround, type FleetOptions, venuesOf } from './fleet-ground.js';
import type { ProcessSpec } from './managed-process.js';
import { natsProcess, natsUrl } from './nats-server.js';
import { adminPool, databaseIdentity, ensureCluster, ensureDatabase, postgresProcess } from './postgres-server.js';
import { FLEET_SCHEMAS } from './schemas.js';
import { programOf } from './services.js';
import type { Supervisor } from './supervisor.js';

const SERVER_READY_MS = 30_000;

/** A connection in a service's name; the caller closes it. */
export function connectAs(
  { shell, ports, secrets }: Pick<FleetGround, 'shell' | 'ports' | 'secrets'>,
  service: ServiceName,
): Promise<NatsMessageBus> {
  const { clock, timers, random } = shell;
  return NatsMessageBus.connect(
    { servers: natsUrl(ports.nats), service, password: secrets.nats[service] },
    { clock, timers, random, logger: new SilentLogger(), metrics: new SilentMetrics() },
  );
}

/** Resolves when it answers and its schemas are up to date. */
export async function startPostgres(ground: FleetGround, supervisor: Supervisor): Promise<void> {
  const { folder, toolchain, ports, secrets, world } = ground;
  const password = secrets.postgres.postgres;
  const identity = await databaseIdentity(process.getuid?.() === 0);
  if (await ensureCluster(folder, toolchain, password, identity))
    world.announcer.ready('postgres', 'made a database cluster');
  const server = supervisor.start(postgresProcess(folder, toolchain, ports.postgres, identity));
  await supervisor.until(server, () => ensureDatabase(ports.postgres, password), SERVER_READY_MS);
  const applied = await migrate(ground, password);
  const news = applied.length === 0 ? 'schemas up to date' : `${String(applied.length)} migrations applied`;
  world.announcer.ready('postgres', `127.0.0.1:${String(ports.postgres)}, ${news}`);
}

async function migrate({ shell, ports, secrets, folder }: FleetGround, password: string): Promise<readonly string[]> {
  const pool = adminPool(ports.postgres, password);
  try {
    const { timers, random } = shell;
    const migrator = new Migrator(pool, { logger: new SilentLogger(), timers, random });
    const passwords = Object.fromEntries(
      Object.entries(secrets.postgres).map(([role, text]) => [role, new Secret(text)]),
    );
    return await migrator.migrate(FLEET_SCHEMAS, { passwords });
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const fix = `The data in ${folder.path} were made by another release: start with --fresh, or under another --name.`;
    throw new CommandError(EXIT.fleetFailed, error.message, fix, 'MIGRATION_REFUSED');
  } finally {
    await pool.end();
  }
}

/** Resolves when it answers and its streams are there. */
export async function startNats(ground: FleetGround, supervisor: Supervisor): Promise<void> {
  const { folder, toolchain, ports, secrets } = ground;
  const server = supervisor.start(await natsProcess(folder, toolchain, ports.nats, secrets));
  await supervisor.until(server, () => canConnect(ports.nats), SERVER_READY_MS);
  const bus = await connectAs(ground, 'execution');
  try {
    await bus.ensureStreams();
  } finally {
    await bus.close();
  }
  ground.world.announcer.ready('nats', `${natsUrl(ports.nats)}, streams made`);
}

/** Resolves when the simulated exchange answers. */
export async function startExchange(ground: FleetGround, supervisor: Supervisor): Promise<void> {
  const exchange = supervisor.start(exchangeProcess(ground));
  const { hyperliquidApi, binanceApi } = venuesOf(ground);
  await supervisor.until(exchange, supervisor.healthProbe(`${hyperliquidApi}/health`), SERVER_READY_MS);
  const market = describeMarket(ground.options);
  ground.world.announcer.ready('exchange-sim', `${market} on ${hyperliquidApi}, reference ${binanceApi}`);
}

function exchangeProcess({ shell, toolchain, options, folder, ports, files }: FleetGround): ProcessSpec {
  const { market, speed, fundingInterval } = options;
  const addresses = files.accounts.accounts.flatMap(({ wallet_address: address }) =>
    address === undefined ? [] : [address],
  );
  return {
    name: 'exchange-sim',
    command: toolchain.node,
    args: [
      '--enable-source-maps',
      programOf(shell.root, 'exchange-sim'),
      '--port',
      String(ports.exchange),
      '--binance-port',
      String(ports.reference),
      '--control-port',
      String(ports['exchange-control']),
      '--open-accounts',
      ...addresses.flatMap((address) => ['--account', address]),
      '--seed',
      String(market.seed),
      '--speed',
      String(speed),
      '--funding-interval',
      fundingInterval,
      '--data',
      folder.exchange,
      ...(market.kind === 'recorded' ? ['--recording', ...market.files] : []),
    ],
    env: baseEnv(shell.env),
    folder: shell.root,
    outputFile: join(folder.output, 'exchange-sim.log'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
  };
}

const describeMarket = ({ market, speed }: FleetOptions): string => {
  const pace = speed === 1 ? '' : `, ${String(speed)} times as fast`;
  return market.kind === 'recorded'
    ? `${String(market.files.length)} recorded files${pace}`
    : `synthetic market, seed ${String(market.seed)}${pace}`;
};

const canConnect = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', () => reject(new Error('does not answer yet')));
  });
