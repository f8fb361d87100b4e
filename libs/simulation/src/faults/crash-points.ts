import { type ActName, perform } from '../fleet/acts.js';
import type { FleetStores } from '../fleet/fleet-stores.js';
import type { SimWorld } from '../fleet/sim-world.js';

type CallsOf<Name extends keyof FleetStores> = `${Name}.${Extract<keyof FleetStores[Name], string>}`;
/** Every call that any process can make to the database. */
export type StoreCall = { [Name in keyof FleetStores]: CallsOf<Name> }[keyof FleetStores];

/** What makes a call happen in the stormy part of a minute, where it does not happen by itself. */
type Cause =
  | { readonly by: 'itself' }
  /** Only while the fleet comes up: the point has to lie there from the start. */
  | { readonly by: 'start' }
  | { readonly by: 'end_of' | 'stop_of'; readonly leader: string }
  | { readonly by: 'act'; readonly act: ActName };

const ITSELF: Cause = { by: 'itself' };
const START: Cause = { by: 'start' };
const endOf = (leader: string): Cause => ({ by: 'end_of', leader });
const stopOf = (leader: string): Cause => ({ by: 'stop_of', leader });
const act = (name: ActName): Cause => ({ by: 'act', act: name });

/**
 * Every call to every store: `read`, or a persist boundary and what makes it happen. A call that a store gains does not
 * compile before somebody has said here which it is.
 */
const CALLS: Readonly<Record<StoreCall, 'read' | Cause>> = {
  'journal.claimEpoch': endOf('execution'),
  'journal.epoch': 'read',
  'journal.load': 'read',
  'journal.present': 'read',
  'journal.write': ITSELF,
  'journal.anchor': START,
  'journal.events': 'read',
  'journal.markPublished': ITSELF,
  'journal.orders': 'read',
  'journal.order': 'read',
  'journal.lossDay': 'read',
  'journal.keepLossDay': START,
  'journal.killLatch': 'read',
  'journal.latchKill': act('kill'),
  'journal.liftKill': act('kill'),
  'risk.epoch': 'read',
  'risk.claimEpoch': endOf('risk'),
  'risk.tradingState': 'read',
  'risk.configure': act('drain'),
  'risk.kill': act('kill'),
  'risk.resume': act('kill'),
  'risk.tripBreaker': act('breaker'),
  'risk.resetBreaker': act('breaker'),
  'risk.recordDecisions': ITSELF,
  'risk.strategyLimits': 'read',
  'risk.setStrategyLimits': act('retune'),
  'risk.lossMemories': 'read',
  'risk.saveLosses': ITSELF,
  'risk.beginLosses': act('begin_losses'),
  'risk.overrides': 'read',
  'risk.setOverride': act('cut'),
  'risk.clearOverride': act('cut'),
  'risk.stoppedStrategies': 'read',
  'risk.stopStrategy': act('runaway'),
  'risk.reenableStrategy': act('runaway'),
  'ledger.claimEpoch': endOf('ledger'),
  'ledger.book': ITSELF,
  'ledger.accounts': 'read',
  'ledger.entries': 'read',
  'ledger.trades': 'read',
  'ledger.positions': 'read',
  'ledger.balances': 'read',
  'ledger.dayTotals': 'read',
  'ledger.breaks': 'read',
  'ledger.anchor': ITSELF,
  'ledger.checkIntegrity': 'read',
  'strategy.loaded': 'read',
  'strategy.wasUnloaded': 'read',
  'strategy.saveConfig': act('retune'),
  'strategy.want': act('reload'),
  'strategy.unload': act('reload'),
  'strategy.claimRun': act('reload'),
  'strategy.record': act('reload'),
  'strategy.history': 'read',
  'strategy.checkpoint': 'read',
  'strategy.saveCheckpoint': ITSELF,
  'audit.append': act('kill_at_gateway'),
  'audit.recent': 'read',
  'audit.verify': 'read',
  'leases.read': 'read',
  'leases.take': endOf('execution'),
  'leases.renew': ITSELF,
  'leases.release': stopOf('execution'),
};

/** Beside the stores: what goes to a disk, and what goes to a stream or is taken from it for good. */
const ELSEWHERE: Readonly<Record<string, Cause>> = {
  'disk.writeFile': endOf('execution'),
  'stream.publish': ITSELF,
  'stream.acknowledge': ITSELF,
};

const CAUSES: ReadonlyMap<string, Cause> = new Map([
  ...Object.entries(CALLS).flatMap(([call, cause]) => (cause === 'read' ? [] : [[call, cause] as const])),
  ...Object.entries(ELSEWHERE),
]);

/** Where a process may die, before and after: every persist boundary of the fleet (F-13). */
export const CRASH_POINTS: readonly string[] = [...CAUSES.keys()];

/** What a crash there has to wait for may be over before the storm begins. */
export const isAtStart = (target: string): boolean => CAUSES.get(target)?.by === 'start';
/** What happens all the time can be met the third time, say; what somebody causes happens once. */
export const isRecurring = (target: string): boolean => CAUSES.get(target)?.by === 'itself';

/** Makes the call happen that a crash point waits for; returns how what was done is taken back. */
export function provoke(world: SimWorld, target: string): (() => void) | undefined {
  const cause = CAUSES.get(target) ?? ITSELF;
  if (cause.by === 'end_of') world.named(`leader:${cause.leader}`)?.kill();
  if (cause.by === 'stop_of') world.named(`leader:${cause.leader}`)?.terminate();
  return cause.by === 'act' ? perform(world.people, cause.act) : undefined;
}
