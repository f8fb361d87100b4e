/** A strategy's process without any of its own protection, which does as its first parameter says: the host has to hold. */
import process from 'node:process';
import type { FromProcess, ToProcess } from '../process/process-messages.js';

const hoard: unknown[] = [];
const tell = (message: FromProcess): void => void process.send?.(message);
let deed = 'none';

const deeds: Readonly<Record<string, () => unknown>> = {
  none: () => [],
  spin: () => {
    for (;;) hoard.length = 0;
  },
  arrays: () => {
    for (;;) hoard.push(new Array(10_000).fill(hoard.length));
  },
  'huge arrays': () => {
    for (;;) hoard.push(new Array(30_000_000).fill(1));
  },
  'typed arrays': () => {
    for (;;) hoard.push(new Uint8Array(4_000_000).fill(1));
  },
  strings: () => {
    for (;;) hoard.push(`x${String(hoard.length)}`.repeat(100_000).split('').join('y'));
  },
  maps: () => {
    const map = new Map<number, number>();
    for (let i = 0; ; i += 1) map.set(i, i);
  },
  exit: () => process.exit(7),
  segfault: () => process.kill(process.pid, 'SIGSEGV'),
  abort: () => process.abort(),
  environment: () => Object.keys(process.env),
  'spawn allowed': () => [{ kind: String(process.permission.has('child')) }],
  'write allowed': () => [{ kind: String(process.permission.has('fs.write')) }],
  'secrets readable': () => [{ kind: String(process.permission.has('fs.read', '/etc/passwd')) }],
  'workers allowed': () => [{ kind: String(process.permission.has('worker')) }],
  'answers twice': () => {
    tell({ kind: 'answered', returned: [[]], vitals: {} });
    return [];
  },
};

process.on('message', (raw) => {
  const message = raw as ToProcess;
  if (message.kind === 'start') deed = String(message.spec.parameters['deed']);
  if (message.kind !== 'feed') return;
  const returned = message.events.map((event) => (event.kind === 'book' ? deeds[deed]?.() : []));
  tell({ kind: 'answered', returned, vitals: {} });
});
process.on('disconnect', () => process.exit(0));
