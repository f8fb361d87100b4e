import { executionSchema } from '@argosy/execution-store';
import { electionSchema } from '@argosy/platform-election/postgres';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import { checkoutRoot, type NatsServer, startNats } from '@argosy/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { openBus } from '../servers/bench-bus.js';
import { type DurablePostgres, startDurablePostgres } from '../servers/durable-postgres.js';
import { ACCOUNTS, ADDRESS, APPROVAL_KEY, KEY } from './bench-account.js';
import { type LogLine, ServiceProcess } from './service-process.js';
import { TcpProxy } from './tcp-proxy.js';
import { VenueControl } from './venue-control.js';

/** Half of the venue's round trip. */
const ONE_WAY_MS = 25;
/** Built, like the programs it is loaded into. */
const HOSTILE_PRELOAD = './hostile-preload.js';

/** One execution process with wires of its own to Postgres and to the venue. */
export interface Candidate {
  readonly process: ServiceProcess;
  readonly toPostgres: TcpProxy;
  readonly toVenue: TcpProxy;
}

/** A leadership that began, as the log of whoever took it says. */
export interface Takeover {
  readonly epoch: number;
  readonly atMs: number;
}

/** Real servers, a venue with a round trip of 50 ms, and two execution processes; nobody speaks for risk yet. */
export class Stage {
  private constructor(
    readonly nats: NatsServer,
    readonly postgres: DurablePostgres,
    readonly admin: pg.Pool,
    readonly bus: NatsMessageBus,
    readonly venue: VenueControl,
    readonly candidates: readonly [Candidate, Candidate],
    readonly takeovers: readonly Takeover[],
    private readonly undo: () => Promise<void>,
  ) {}

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(path.join(tmpdir(), 'argosy-failover-'));
    await writeFile(path.join(folder, 'accounts.yaml'), ACCOUNTS);
    const [nats, postgres] = [await startNats(), await startDurablePostgres([executionSchema, electionSchema])];
    const bus = await openBus(nats.url, 'risk');
    await bus.ensureStreams();
    const exchange = startExchange();
    const [api, control] = [
      await portIn(exchange, /listening on \S+:(\d+)/),
      await portIn(exchange, /control port listening on \S+:(\d+)/),
    ];
    const admin = new pg.Pool({ connectionString: postgres.adminUrl, max: 2 });
    // A server that is killed ends idle connections; whoever asks next is told.
    admin.on('error', () => undefined);
    const takeovers: Takeover[] = [];
    const onLine = (line: LogLine): void => {
      if (line.event === 'lease_taken') takeovers.push({ epoch: Number(line.data['epoch']), atMs: line.atMs });
    };
    const place = { folder, natsUrl: nats.url, postgresPort: postgres.port, apiPort: api, onLine };
    const candidates = [await candidate('execution-1', place), await candidate('execution-2', place)] as const;
    const venue = new VenueControl(local(control), local(api), ADDRESS);
    return new Stage(nats, postgres, admin, bus, venue, candidates, takeovers, async () => {
      for (const { process, toPostgres, toVenue } of candidates) {
        await process.stop();
        await Promise.all([toPostgres.close(), toVenue.close()]);
      }
      await admin.end().catch(() => undefined);
      await bus.close();
      await exchange.stop();
      await Promise.all([nats.stop(), postgres.stop()]);
      await rm(folder, { recursive: true, force: true });
    });
  }

  /** Whoever took the newest lease, while it runs. */
  leader(): Candidate {
    const [newest] = this.candidates
      .filter(({ process }) => process.isRunning && process.last('lease_taken') !== undefined)
      .toSorted((a, b) => epochIn(b) - epochIn(a));
    if (newest === undefined) throw new Error('nobody leads');
    return newest;
  }

  other(than: Candidate): Candidate {
    const [first, second] = this.candidates;
    return than === first ? second : first;
  }

  close(): Promise<void> {
    return this.undo();
  }
}

const epochIn = ({ process }: Candidate): number => Number(process.last('lease_taken')?.data['epoch'] ?? 0);
const local = (port: number): string => `http://127.0.0.1:${String(port)}`;
const programOf = (app: string): string => path.join(checkoutRoot(), 'apps', app, 'dist', 'main.js');

function startExchange(): ServiceProcess {
  const args = ['--port', '0', '--control-port', '0', '--account', ADDRESS, '--seed', '7'];
  const exchange = new ServiceProcess({ name: 'exchange', program: programOf('exchange-sim'), args, env: {} });
  exchange.start();
  return exchange;
}

const portIn = async (exchange: ServiceProcess, pattern: RegExp): Promise<number> =>
  Number((await exchange.output(pattern))[1]);

interface Place {
  readonly folder: string;
  readonly natsUrl: string;
  readonly postgresPort: number;
  readonly apiPort: number;
  readonly onLine: (line: LogLine) => void;
}

async function candidate(name: string, place: Place): Promise<Candidate> {
  const toPostgres = await TcpProxy.open({ targetPort: place.postgresPort, delayMs: 0 });
  const toVenue = await TcpProxy.open({ targetPort: place.apiPort, delayMs: ONE_WAY_MS });
  const env = {
    SERVICE_HTTP_PORT: '0',
    NATS_URL: place.natsUrl,
    POSTGRES_URL: `postgres://127.0.0.1:${String(toPostgres.port)}/postgres`,
    FLEET_ACCOUNTS_FILE: path.join(place.folder, 'accounts.yaml'),
    RISK_APPROVAL_KEY: APPROVAL_KEY,
    BENCH_ACCOUNT_KEY: KEY,
    EXECUTION_HYPERLIQUID_API_URL: local(toVenue.port),
    EXECUTION_HYPERLIQUID_WS_URL: `ws://127.0.0.1:${String(toVenue.port)}/ws`,
    EXECUTION_REPORTS_FOLDER: place.folder,
    // The simulated exchange grants more than the venue it stands for.
    EXECUTION_RATE_LIMIT_FACTOR: '100',
  };
  const process = new ServiceProcess({
    name,
    program: programOf('execution'),
    args: [],
    execArgv: ['--import', pathToFileURL(path.join(checkoutRoot(), 'bench', 'dist', 'failover', HOSTILE_PRELOAD)).href],
    env,
    onLine: place.onLine,
  });
  return { process, toPostgres, toVenue };
}
