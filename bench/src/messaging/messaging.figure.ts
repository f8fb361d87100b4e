import { startNats } from '@argosy/testing';
import { BenchProcess } from '../harness/child-process.js';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import type { PeerReport } from './peer-process.js';
import { SAMPLE_BYTES } from './sample-event.js';
import type { Wire } from './wires.js';

const EVENTS: Readonly<Record<Wire, number>> = { ours: 200_000, raw: 300_000, nest: 50_000 };
const EVENTS_QUICK: Readonly<Record<Wire, number>> = { ours: 50_000, raw: 100_000, nest: 20_000 };
const PEER = new URL('./peer-process.js', import.meta.url);

class Peers {
  private constructor(
    private readonly receiver: BenchProcess<PeerReport>,
    private readonly sender: BenchProcess<PeerReport>,
    private readonly events: Readonly<Record<Wire, number>>,
  ) {}

  static async start(url: string, events: Readonly<Record<Wire, number>>): Promise<Peers> {
    const receiver = BenchProcess.start<PeerReport>(PEER, ['receiver', url]);
    await receiver.next(isReady);
    const sender = BenchProcess.start<PeerReport>(PEER, ['sender', url]);
    await sender.next(isReady);
    return new Peers(receiver, sender, events);
  }

  /** Events a second, from the first to the last that the receiver heard. */
  async rate(wire: Wire): Promise<number> {
    const count = this.events[wire];
    this.receiver.send({ wire, count });
    await this.receiver.next(isReady);
    this.sender.send({ wire, count });
    const [received] = await Promise.all([this.receiver.next(isDone), this.sender.next(isDone)]);
    return 'done' in received ? count / received.seconds : Number.NaN;
  }

  stop(): void {
    this.receiver.stop();
    this.sender.stop();
  }
}

const isReady = (told: PeerReport): boolean => 'ready' in told;
const isDone = (told: PeerReport): boolean => 'done' in told;

async function measure({ rounds, quick, progress }: Effort): Promise<readonly Comparison[]> {
  const server = await startNats();
  const peers = await Peers.start(server.url, quick ? EVENTS_QUICK : EVENTS);
  const against = (wire: Wire) =>
    interleave(
      rounds,
      () => peers.rate('ours'),
      () => peers.rate(wire),
      (text) => progress(`against ${wire}: ${text}`),
    );
  const [raw, nest] = [await against('raw'), await against('nest')];
  peers.stop();
  await server.stop();
  const note = `different events of ${String(SAMPLE_BYTES[0]?.length)} bytes, encoded and decoded by us, neither by the raw library`;
  return [
    { figure: 'messaging vs raw @nats-io', unit: 'events/s', aim: { atLeast: 0.4 }, ...raw, note },
    { figure: "messaging vs Nest's transport", unit: 'events/s', aim: { atLeast: 3 }, ...nest },
  ];
}

/** Events through a real server between two processes. */
export const messagingFigure: Figure = { name: 'messaging', measure };
