import type { Random } from '@argosy/domain';
import type { SimWorld } from '../fleet/sim-world.js';
import { EXCHANGE_FAULTS, UNSEEN_ORDERS } from './exchange-faults.js';
import { type FaultClass, FaultDice, type SimFault } from './fault.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { PEOPLE_FAULTS } from './people-faults.js';
import { PROCESS_FAULTS } from './process-faults.js';
import { STORE_FAULTS } from './store-faults.js';
import { VENUE_FAULTS } from './venue-faults.js';

export const FAULT_CLASSES: readonly FaultClass[] = [
  ...PROCESS_FAULTS,
  ...NETWORK_FAULTS,
  ...STORE_FAULTS,
  ...VENUE_FAULTS,
  ...EXCHANGE_FAULTS,
  UNSEEN_ORDERS,
  ...PEOPLE_FAULTS,
];

const BY_KIND = new Map(FAULT_CLASSES.map((one) => [one.kind, one]));
const FAULTS_MIN = 2;
const FAULTS_MAX = 4;
/** The fleet has come up by then, and strategies trade. */
const FROM_MS = 6_000;
/** Everything is over by then: thirty seconds are left for the fleet to find itself again (I-58). */
const UNTIL_MS = 24_000;

/** Two to four faults of any class, at any moment of the stormy part of the minute (F-54). */
export function drawPlan(random: Random): readonly SimFault[] {
  const dice = new FaultDice(random);
  const total = FAULT_CLASSES.reduce((sum, { weight }) => sum + weight, 0);
  const plan = Array.from({ length: dice.between(FAULTS_MIN, FAULTS_MAX) }, (): SimFault => {
    const drawn = pick(dice.unit() * total);
    const terms = drawn.draw(dice);
    const lasting = Math.max(terms.forMs, drawn.kind === 'pause' || drawn.kind === 'blocked_loop' ? terms.amount : 0);
    const atMs = dice.between(FROM_MS, Math.max(FROM_MS, UNTIL_MS - lasting));
    return { kind: drawn.kind, atMs, ...terms };
  });
  return plan.sort((a, b) => a.atMs - b.atMs);
}

function pick(at: number): FaultClass {
  let left = at;
  for (const one of FAULT_CLASSES) {
    left -= one.weight;
    if (left < 0) return one;
  }
  return FAULT_CLASSES[0] as FaultClass;
}

/** Plans every fault of the minute; the world's witnesses hear of each as it begins and as it ends. */
export function schedulePlan(world: SimWorld, plan: readonly SimFault[]): void {
  for (const fault of plan) {
    const one = BY_KIND.get(fault.kind);
    if (one === undefined) throw new RangeError(`no fault '${fault.kind}'`);
    world.scheduler.after(fault.atMs * 1_000, () => {
      world.log.write('fault', fault.kind, JSON.stringify(fault));
      const end = one.begin(world, fault);
      world.tell('faultBegan', fault.kind);
      if (end === undefined) return;
      world.scheduler.after(fault.forMs * 1_000, () => {
        world.log.write('fault', 'over', fault.kind);
        end();
        world.tell('faultEnded', fault.kind);
      });
    });
  }
}
