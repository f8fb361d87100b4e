import { orderAcceptedCodec, placeOrderCodec, submitOrderCodec } from '@argosy/contracts';
import { executionSchema } from '@argosy/execution-store';
import { electionSchema } from '@argosy/platform-election/postgres';
import { riskSchema } from '@argosy/risk-store';
import { anIntent, checkoutRoot, startNats } from '@argosy/testing';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchProcess } from '../harness/child-process.js';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { patiently } from '../harness/patiently.js';
import { quantile } from '../harness/statistics.js';
import { openBus } from '../servers/bench-bus.js';
import { startDurablePostgres } from '../servers/durable-postgres.js';
import { startTraceSink } from '../servers/trace-sink.js';
import type { AskerReport } from './asker-process.js';
import type { HopSizes } from './bare-chain.js';
import { APPROVAL_KEY, type FleetFolder, sampleSubmission, writeFleetFiles } from './bench-fleet.js';
import { enableTrading, MarketFeeder } from './market-feeder.js';

const ORDERS = 400;
const ORDERS_QUICK = 100;
/** Until every hot function is compiled on both sides. */
const WARM_UP = 2_000;
const WARM_UP_QUICK = 500;
const MAC_BYTES = 32;

const EXECUTION = new URL('./execution-process.js', import.meta.url);
const BARE = new URL('./bare-process.js', import.meta.url);
const ASKER = new URL('./asker-process.js', import.meta.url);

/** What our three messages weigh without their headers. */
function hopSizes(): HopSizes {
  const intent = anIntent(sampleSubmission('bench-12345-1000'));
  // The codec only reads it; nothing here can trade.
  const approved = intent as Parameters<typeof placeOrderCodec.encode>[0]['intent'];
  return {
    submit: submitOrderCodec.encode(intent).length,
    place: placeOrderCodec.encode({ intent: approved, mac: new Uint8Array(MAC_BYTES) }).length,
    accept: orderAcceptedCodec.encode({ clientOrderId: '0'.repeat(32), repeated: false }).length,
  };
}

interface Place {
  readonly nats: string;
  readonly postgres: string;
  readonly otlp: string;
  readonly folder: FleetFolder;
}

const serviceEnv = ({ nats, postgres, otlp, folder }: Place): Readonly<Record<string, string>> => ({
  NATS_URL: nats,
  POSTGRES_URL: postgres,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
  SERVICE_LOG_FOLDER: folder.path,
});

const riskEnv = ({ folder }: Place): Readonly<Record<string, string>> => ({
  SERVICE_HTTP_PORT: '0',
  FLEET_ACCOUNTS_FILE: folder.accounts,
  RISK_LIMITS_FILE: folder.limits,
  RISK_APPROVAL_KEY: APPROVAL_KEY,
});

/** The three processes of our path and the two more of the bare one, on one set of servers. */
async function openPath() {
  const [nats, sink, folder] = [await startNats(), await startTraceSink(), await writeFleetFiles()];
  const postgres = await startDurablePostgres([electionSchema, executionSchema, riskSchema]);
  const place: Place = { nats: nats.url, postgres: postgres.url, otlp: sink.url, folder };
  const bus = await openBus(nats.url, 'market-data');
  await bus.ensureStreams();
  const feeder = new MarketFeeder(bus);
  await feeder.start();
  const riskMain = pathToFileURL(path.join(checkoutRoot(), 'apps', 'risk', 'dist', 'main.js'));
  const services = [
    BenchProcess.start(EXECUTION, [], serviceEnv(place)),
    BenchProcess.start(riskMain, [], { ...serviceEnv(place), ...riskEnv(place) }),
  ];
  const sizes = JSON.stringify(hopSizes());
  const bare = ['middle', 'end'].map((role) =>
    BenchProcess.start<{ ready: boolean }>(BARE, [role, nats.url, postgres.adminUrl, sizes]),
  );
  for (const each of bare) await each.next(({ ready }) => ready);
  const asker = BenchProcess.start<AskerReport>(ASKER, [nats.url, sink.url, sizes]);
  await asker.next((told) => 'ready' in told);
  await patiently(() => enableTrading(bus));
  return {
    asker,
    sink,
    stop: async () => {
      for (const each of [asker, ...services, ...bare]) each.stop();
      feeder.stop();
      await bus.close();
      await Promise.all([nats.stop(), postgres.stop(), sink.stop(), folder.remove()]);
    },
  };
}

async function ask(asker: BenchProcess<AskerReport>, side: 'ours' | 'floor', count: number): Promise<Float64Array> {
  asker.send({ side, count });
  const told = await asker.next((report) => !('ready' in report));
  if ('failed' in told) throw new Error(told.failed);
  return Float64Array.from('micros' in told ? told.micros : []);
}

/** One pass gives both quantiles; the interleaving is of passes. */
async function measure({ rounds, quick, progress }: Effort): Promise<readonly Comparison[]> {
  const fleet = await openPath();
  const { asker, sink } = fleet;
  progress('fleet is up');
  await patiently(() => ask(asker, 'ours', 1));
  const warmUp = quick ? WARM_UP_QUICK : WARM_UP;
  for (const side of ['ours', 'floor'] as const) await ask(asker, side, warmUp);
  const tails: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  const pass = (side: 'ours' | 'floor') => async () => {
    const micros = await ask(asker, side, quick ? ORDERS_QUICK : ORDERS);
    tails[side].push(quantile(micros, 0.99));
    return quantile(micros, 0.5);
  };
  const halves = await interleave(rounds, pass('ours'), pass('floor'), progress);
  if (sink.received() === 0) throw new Error('no span reached the collector: the path was measured without tracing');
  await fleet.stop();
  const note = `${Object.values(hopSizes()).join(', ')} bytes a hop, fsync and synchronous commit on, ${String(sink.received())} bytes of spans collected`;
  return [
    { figure: 'order path p50', unit: 'µs', aim: { atMost: 1.5 }, ...halves, note },
    {
      figure: 'order path p99',
      unit: 'µs',
      aim: { atMost: 2.5 },
      ours: tails.ours.slice(1),
      floor: tails.floor.slice(1),
    },
  ];
}

/** Strategy → risk → execution with its durable intent → strategy, each in its own process. */
export const orderPathFigure: Figure = { name: 'order-path', measure };
