import type { Company } from './company.js';
import { awaited, pause } from './pause.js';
import type { Candidate } from './stage.js';
import type { Direction } from './tcp-proxy.js';

/** Something done to the leader, and undone. */
export interface Harm {
  readonly name: string;
  readonly befall: (company: Company, leader: Candidate) => Promise<void>;
}

const PARTITION_MS = 3_000;
const LATE_MS = 500;
const JUMP_MS = 3_600_000;

export const paused = (ms: number): Harm => ({
  name: `paused for ${String(ms)} ms`,
  befall: async (_company, { process }) => {
    process.signal('SIGSTOP');
    await pause(ms);
    process.signal('SIGCONT');
  },
});

const blocked = (ms: number): Harm => ({
  name: `loop blocked for ${String(ms)} ms`,
  befall: async (_company, { process }) => {
    process.harm({ blockMs: ms });
    await pause(ms);
  },
});

const jumped = (ms: number): Harm => ({
  name: `wall clock jumps by ${String(ms)} ms and back`,
  befall: async (_company, { process }) => {
    process.harm({ jumpMs: ms });
    await pause(PARTITION_MS);
    process.harm({ jumpMs: -ms });
  },
});

const cutFrom = (what: 'toPostgres' | 'toVenue', directions: readonly Direction[], isDelivered: boolean): Harm => ({
  name: `${what} ${directions.join(' and ')} cut, then ${isDelivered ? 'delivered' : 'lost'}`,
  befall: async (_company, leader) => {
    const wire = leader[what];
    wire.hold(directions);
    await pause(PARTITION_MS);
    if (isDelivered) wire.release();
    else wire.heal();
  },
});

const successorTrades = async ({ stage }: Company, leader: Candidate): Promise<void> => {
  const { process } = stage.other(leader);
  await awaited('the other one leads', () => process.last('reconciled'), { withinMs: 15_000 });
  await pause(LATE_MS);
};

/** What the old leader has sent arrives when the new one trades. */
const lateArrival: Harm = {
  name: 'orders in flight past the takeover, cut off from Postgres',
  befall: async (company, leader) => {
    leader.toVenue.hold(['toServer']);
    leader.toPostgres.hold();
    await successorTrades(company, leader);
    leader.toVenue.release();
    await pause(LATE_MS);
    leader.toPostgres.heal();
  },
};

const lateArrivalWhilePaused: Harm = {
  name: 'orders in flight past the takeover, paused',
  befall: async (company, leader) => {
    leader.toVenue.hold(['toServer']);
    await pause(LATE_MS / 5);
    leader.process.signal('SIGSTOP');
    await successorTrades(company, leader);
    leader.toVenue.release();
    await pause(LATE_MS);
    leader.process.signal('SIGCONT');
  },
};

const deadWithOrdersInFlight: Harm = {
  name: 'orders in flight past the takeover, killed',
  befall: async (company, leader) => {
    leader.toVenue.hold(['toServer']);
    await pause(LATE_MS / 5);
    leader.process.signal('SIGKILL');
    await successorTrades(company, leader);
    leader.toVenue.release();
  },
};

/** In the order in which trials take them, round and round. */
export const HARMS: readonly Harm[] = [
  paused(2_000),
  lateArrival,
  blocked(2_500),
  cutFrom('toPostgres', ['toServer', 'toClient'], false),
  lateArrivalWhilePaused,
  jumped(JUMP_MS),
  cutFrom('toVenue', ['toServer', 'toClient'], false),
  paused(10_000),
  cutFrom('toPostgres', ['toClient'], true),
  deadWithOrdersInFlight,
  paused(500),
  jumped(-JUMP_MS),
  cutFrom('toPostgres', ['toServer'], true),
  cutFrom('toVenue', ['toServer'], true),
  cutFrom('toVenue', ['toClient'], true),
];
