import type { SimWorld } from '../fleet/sim-world.js';
import type { Copies, Direction, SimCall } from '../kernel/sim-sockets.js';
import type { FaultClass, SimFault } from './fault.js';

/** Whose frames: told by what a frame says of itself. */
const CHANNELS = ['request', 'ack', 'private', 'public'] as const;
type Channel = (typeof CHANNELS)[number];

function channelOf(direction: Direction, text: string): Channel | undefined {
  if (direction === 'to_server') return text.includes('"type":"action"') ? 'request' : undefined;
  if (text.startsWith('{"channel":"post"')) return 'ack';
  if (/^\{"channel":"(orderUpdates|userFills|userEvents|userFundings|user)/.test(text)) return 'private';
  if (/^\{"channel":"(l2Book|bbo|trades|activeAssetCtx|candle)/.test(text)) return 'public';
  return undefined;
}

type Spoil = (random: { unit(): number }, amount: number) => Copies;

const DROPPED: Copies = [];
const ONCE: Copies = [0];

/** What is done to a share of one channel's frames. */
const SPOILS: Readonly<Record<string, { readonly spoil: Spoil; readonly rates: readonly number[] }>> = {
  frames_dropped: { spoil: (random, rate) => (random.unit() < rate ? DROPPED : ONCE), rates: [0.1, 0.5, 1] },
  frames_doubled: {
    spoil: (random, rate) => (random.unit() < rate ? [0, Math.round(random.unit() * 500_000)] : ONCE),
    rates: [0.1, 0.5],
  },
  // Late by up to three seconds, and so behind its successors.
  frames_late: {
    spoil: (random, rate) => (random.unit() < rate ? [Math.round(random.unit() * 3_000_000)] : ONCE),
    rates: [0.1, 0.5, 1],
  },
};

const frameFaults: readonly FaultClass[] = Object.entries(SPOILS).map(([kind, { spoil, rates }]) => ({
  kind,
  row: 'F-09 F-30 F-31 F-32',
  weight: 5,
  draw: (dice) => ({ target: dice.of(CHANNELS), amount: dice.of(rates), forMs: dice.between(1_000, 7_000) }),
  begin: (world, fault) => spoilFrames(world, fault, spoil),
}));

function spoilFrames(world: SimWorld, { target, amount, kind }: SimFault, spoil: Spoil): () => void {
  const random = world.randomOf(`${kind} ${target}`);
  const { hyperliquid } = world;
  const before = hyperliquid.faults;
  const own = {
    ...before,
    callFate: (call: SimCall) => before.callFate(call),
    frameFate: (direction: Direction, text: string): Copies =>
      channelOf(direction, text) === target ? spoil(random, amount) : before.frameFate(direction, text),
  };
  hyperliquid.faults = own;
  return () => world.restoreTraffic(hyperliquid, own, before);
}

/** Faults of the venue and of the way to it. */
export const VENUE_FAULTS: readonly FaultClass[] = [
  ...frameFaults,
  {
    kind: 'reads_fail',
    row: 'F-30',
    weight: 3,
    draw: (dice) => ({
      target: dice.of(['before', 'after', 'lost', 'late']),
      amount: dice.of([0.2, 0.7, 1]),
      forMs: dice.between(1_000, 6_000),
    }),
    begin: (world, { target, amount }) => {
      const random = world.randomOf('reads fail');
      const { hyperliquid } = world;
      const before = hyperliquid.faults;
      const own = {
        ...before,
        callFate: (call: SimCall) => {
          if (random.unit() >= amount) return before.callFate(call);
          if (target === 'late') return { delayUs: 500_000 + random.unit() * 3_000_000 };
          return { failBefore: target === 'before', failAfter: target === 'after', loseAnswer: target === 'lost' };
        },
      };
      hyperliquid.faults = own;
      return () => world.restoreTraffic(hyperliquid, own, before);
    },
  },
  {
    kind: 'sockets_cut',
    row: 'F-31',
    weight: 4,
    draw: (dice) => ({ target: dice.of(['hyperliquid', 'hyperliquid', 'binance']), amount: 0, forMs: 0 }),
    begin: (world, { target }) => {
      world.servers.get(target)?.cutAll('connection reset');
      return undefined;
    },
  },
  {
    kind: 'venue_down',
    row: 'F-37',
    weight: 2,
    draw: (dice) => ({ target: dice.of(['hyperliquid', 'binance']), amount: 0, forMs: dice.of([500, 3_000, 8_000]) }),
    begin: (world, { target }) => {
      const server = world.servers.get(target);
      server?.goDown();
      return () => server?.comeUp();
    },
  },
  {
    kind: 'external_order',
    row: 'F-38',
    weight: 2,
    draw: (dice) => ({ target: dice.of(['buy', 'sell']), amount: dice.between(1, 3), forMs: 0 }),
    begin: (world, { target, amount }) => {
      world.tradeByHand(target === 'buy', amount);
      return undefined;
    },
  },
];
