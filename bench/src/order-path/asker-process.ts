/** The strategy's process: it asks for one order after the other over our bus, or over the bare chain. */
import { orderAcceptedCodec, type OrderSubmission, subjects, submitOrderCodec } from '@argosy/contracts';
import { startTracing } from '@argosy/platform-observability';
import { SystemClock, SystemRandom } from '@argosy/platform-runtime';
import { openBus } from '../servers/bench-bus.js';
import { ACCOUNT, sampleSubmission, STRATEGY } from './bench-fleet.js';
import { BareAsker, type HopSizes } from './bare-chain.js';

export interface AskerTask {
  readonly side: 'ours' | 'floor';
  readonly count: number;
}
export type AskerReport =
  { readonly ready: true } | { readonly micros: readonly number[] } | { readonly failed: string };

const TIMEOUT_MS = 2_000;
/** Long enough for what follows an acknowledgement (the venue's answer made durable) to be over. */
const PAUSE_MS = 3;

const [servers = '', otlp = '', sizes = '{}'] = process.argv.slice(2);
const bus = await openBus(servers, 'strategy-host');
const tracing = await startTracing({
  service: 'strategy-host',
  version: '0.0.0',
  clock: new SystemClock(),
  random: new SystemRandom(),
  endpoint: otlp,
});
const bare = await BareAsker.open(servers, JSON.parse(sizes) as HopSizes);
const subject = subjects.orderSubmit('hyperliquid', ACCOUNT, STRATEGY);
let asked = 0;

function submission(): OrderSubmission {
  asked += 1;
  return sampleSubmission(`bench-${String(process.pid)}-${String(asked)}`);
}

/** From the strategy's call to its acknowledgement, tracing included. */
async function order(wanted: OrderSubmission): Promise<void> {
  const span = tracing.tracer.start('strategy.signal', { attributes: { 'argosy.strategy': STRATEGY } });
  const answer = await bus.request(subject, submitOrderCodec, orderAcceptedCodec, wanted, {
    timeoutMs: TIMEOUT_MS,
    trace: span.context,
  });
  span.end();
  if (!answer.ok) throw new Error(`order ${String(asked)} was refused: ${JSON.stringify(answer.refusal)}`);
}

async function measure({ side, count }: AskerTask): Promise<readonly number[]> {
  const micros: number[] = [];
  for (let index = 0; index < count; index += 1) {
    // What is asked for is the strategy's own work, and done before it asks.
    const wanted = submission();
    const since = process.hrtime.bigint();
    await (side === 'ours' ? order(wanted) : bare.ask());
    micros.push(Number(process.hrtime.bigint() - since) / 1e3);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return micros;
}

const tell = (report: AskerReport): void => void process.send?.(report);
process.on('message', (task: AskerTask) => {
  measure(task).then(
    (micros) => tell({ micros }),
    (error: unknown) => tell({ failed: String(error) }),
  );
});
tell({ ready: true });
