import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { opsSchema } from '@argosy/ops-store';
import { checkoutRoot, freePort, startNats } from '@argosy/testing';
import { BenchProcess } from '../harness/child-process.js';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { patiently } from '../harness/patiently.js';
import { openBus } from '../servers/bench-bus.js';
import { startDurablePostgres } from '../servers/durable-postgres.js';
import { startTraceSink } from '../servers/trace-sink.js';
import { requestsPerSecond } from './load-generator.js';
import { answerAsFleet } from './stub-fleet.js';

const CONNECTIONS = 50;
const SECONDS = 3;
const SECONDS_QUICK = 1;
const READ = '/api/v1/orders';
const UNLIMITED = '100000';
const LOCAL_SECRET = 'bench-secret-that-guards-nothing-at-all';

const address = (port: number): string => `http://127.0.0.1:${String(port)}`;

/** The body of a read that worked. @throws Error for anything else. */
async function bodyOf(url: string): Promise<string> {
  const response = await fetch(url);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}: ${body.slice(0, 200)}`);
  return body;
}

const load = (url: string, duration: number): Promise<number> =>
  requestsPerSecond({ url, connections: CONNECTIONS, duration });

async function openGateway() {
  const [nats, sink] = [await startNats(), await startTraceSink()];
  const postgres = await startDurablePostgres([opsSchema]);
  const bus = await openBus(nats.url, 'execution');
  await bus.ensureStreams();
  await answerAsFleet(bus);
  const port = await freePort();
  const main = pathToFileURL(path.join(checkoutRoot(), 'apps', 'ops-gateway', 'dist', 'main.js'));
  const gateway = BenchProcess.start(main, [], {
    SERVICE_HTTP_PORT: String(port),
    SERVICE_LOG_LEVEL: 'WARNING',
    NATS_URL: nats.url,
    POSTGRES_URL: postgres.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OPS_API_KEY: 'bench',
    OPS_API_SECRET: LOCAL_SECRET,
    OPS_LOOPBACK_READS: 'true',
    OPS_RATE_PER_SECOND: UNLIMITED,
    OPS_RATE_BURST: UNLIMITED,
  });
  const url = `${address(port)}${READ}`;
  const body = await patiently(() => bodyOf(url));
  return {
    url,
    body,
    stop: async () => {
      gateway.stop();
      await bus.close();
      await Promise.all([nats.stop(), postgres.stop(), sink.stop()]);
    },
  };
}

async function measure({ rounds, quick, progress }: Effort): Promise<readonly Comparison[]> {
  const gateway = await openGateway();
  const port = await freePort();
  const program = new URL('./bare-process.js', import.meta.url);
  const bare = BenchProcess.start<{ readonly ready: true }>(program, [gateway.body, String(port)]);
  await bare.next(({ ready }) => ready);
  const seconds = quick ? SECONDS_QUICK : SECONDS;
  const pairs = await interleave(
    rounds,
    () => load(gateway.url, seconds),
    () => load(`${address(port)}/body`, seconds),
    progress,
  );
  bare.stop();
  await gateway.stop();
  const note = `GET ${READ}, ${String(gateway.body.length)} bytes, ${String(CONNECTIONS)} connections`;
  return [{ figure: 'gateway reads', unit: 'requests/s', aim: { atLeast: 0.6 }, ...pairs, note }];
}

/** What a dashboard does all day, on the gateway as it is deployed. */
export const gatewayFigure: Figure = { name: 'gateway', measure };
