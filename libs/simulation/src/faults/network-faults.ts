import type { SimWorld } from '../fleet/sim-world.js';
import type { FaultClass, SimFault } from './fault.js';

const LINKS = [
  'leader:execution|postgres',
  'leader:execution|hyperliquid',
  'leader:execution|nats',
  'execution-a|postgres',
  'execution-b|postgres',
  'execution-b|hyperliquid',
  'leader:risk|postgres',
  'leader:risk|nats',
  'leader:market-data|hyperliquid',
  'leader:market-data|binance',
  'leader:market-data|nats',
  'leader:market-data|postgres',
  'market-data-b|postgres',
  'leader:ledger|postgres',
  'leader:ledger|nats',
  'leader:strategy-host|nats',
  'leader:strategy-host|postgres',
  'strategy-host-b|postgres',
  'ledger-b|postgres',
  'leader:ops-gateway|postgres',
  'leader:ops-gateway|nats',
] as const;

function ends(world: SimWorld, target: string): readonly [string, string] | undefined {
  const [machine = '', server = ''] = target.split('|');
  const host = world.named(machine);
  return host === undefined ? undefined : [host.name, server];
}

/** Both ways, only what is sent, or only what is heard. */
function cut(world: SimWorld, { target, amount }: SimFault): (() => void) | undefined {
  const link = ends(world, target);
  if (link === undefined) return undefined;
  const [host, server] = link;
  if (amount !== 2) world.network.cut(host, server);
  if (amount !== 1) world.network.cut(server, host);
  return () => {
    world.network.mend(host, server);
    world.network.mend(server, host);
  };
}

/** Faults of the wires between machines. */
export const NETWORK_FAULTS: readonly FaultClass[] = [
  {
    kind: 'partition',
    row: 'F-06 F-07',
    weight: 6,
    draw: (dice) => ({ target: dice.of(LINKS), amount: 0, forMs: dice.of([400, 1_500, 4_000, 9_000]) }),
    begin: cut,
  },
  {
    kind: 'half_partition',
    row: 'F-08',
    weight: 4,
    draw: (dice) => ({ target: dice.of(LINKS), amount: dice.between(1, 2), forMs: dice.of([400, 1_500, 4_000]) }),
    begin: cut,
  },
  {
    kind: 'slow_link',
    row: 'F-09 F-49',
    weight: 4,
    draw: (dice) => ({
      target: dice.of(LINKS),
      amount: dice.of([50, 300, 900, 2_500]),
      forMs: dice.between(1_000, 8_000),
    }),
    begin: (world, { target, amount }) => {
      const link = ends(world, target);
      if (link === undefined) return undefined;
      world.network.slow(...link, amount * 1_000);
      return () => world.network.slow(...link, 0);
    },
  },
  {
    kind: 'messages_lossy',
    row: 'F-25',
    weight: 3,
    draw: (dice) => ({ target: 'nats', amount: dice.of([0.01, 0.05, 0.2]), forMs: dice.between(1_000, 8_000) }),
    begin: (world, { amount }) => {
      const random = world.randomOf('lossy messages');
      world.broker.setFaults({ random, dropRate: amount, duplicateRate: amount, delayMsMax: 30 });
      return () => world.broker.setFaults(undefined);
    },
  },
  {
    kind: 'stream_wiped',
    row: 'F-24',
    weight: 2,
    draw: () => ({ target: 'nats', amount: 0, forMs: 0 }),
    begin: (world) => {
      for (const stream of world.broker.streams.values()) stream.wipe();
      return undefined;
    },
  },
  {
    kind: 'messages_down',
    row: 'F-22 F-23',
    weight: 2,
    draw: (dice) => ({ target: 'nats', amount: 0, forMs: dice.of([500, 3_000, 8_000]) }),
    begin: (world) => {
      world.stopMessages();
      return () => world.startMessages();
    },
  },
];
