/** One end of the wires: started by the figure with its role, told by messages what to send or how many to count. */
import { openReceiver, openSender, type Sender, type Wire, WIRES } from './wires.js';

export type PeerTask = { readonly wire: Wire; readonly count: number };
export type PeerReport = { readonly ready: true } | { readonly done: Wire; readonly seconds: number };

const [role, servers] = process.argv.slice(2);
if (servers === undefined) throw new Error('started by hand: use npm run bench');

const tell = (report: PeerReport): void => void process.send?.(report);
const seconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e9;

async function receive(url: string): Promise<void> {
  const counting = { wire: 'raw' as Wire, left: 0, count: 0, since: 0n };
  const heard = (): void => {
    if (counting.left === counting.count) counting.since = process.hrtime.bigint();
    counting.left -= 1;
    if (counting.left === 0) tell({ done: counting.wire, seconds: seconds(counting.since) });
  };
  for (const wire of WIRES) await openReceiver(wire, url, heard);
  process.on('message', ({ wire, count }: PeerTask) => {
    Object.assign(counting, { wire, count, left: count });
    tell({ ready: true });
  });
}

async function send(url: string): Promise<void> {
  const senders = new Map<Wire, Sender>();
  for (const wire of WIRES) senders.set(wire, await openSender(wire, url));
  process.on('message', ({ wire, count }: PeerTask) => {
    const since = process.hrtime.bigint();
    void senders
      .get(wire)
      ?.send(count)
      .then(() => tell({ done: wire, seconds: seconds(since) }));
  });
}

await (role === 'receiver' ? receive(servers) : send(servers));
tell({ ready: true });
