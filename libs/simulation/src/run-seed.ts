import { patterns } from '@argosy/contracts';
import { Coverage } from './checkers/checker.js';
import { allCheckers } from './checkers/all-checkers.js';
import { drawPlan, schedulePlan } from './faults/fault-plan.js';
import type { SimFault } from './faults/fault.js';
import type { FleetParts } from './fleet/fleet-parts.js';
import { STRATEGIES } from './fleet/people.js';
import { SimWorld } from './fleet/sim-world.js';
import type { Violation } from './fleet/witness.js';

export interface SeedOptions {
  readonly seed: number;
  /** Instead of the faults that the seed draws. */
  readonly plan?: readonly SimFault[];
  /** Instead of the product's parts. */
  readonly parts?: FleetParts;
  readonly keepLog?: boolean;
}

export interface SeedReport {
  readonly seed: number;
  readonly plan: readonly SimFault[];
  readonly violations: readonly Violation[];
  /** SHA-256 of the event log. */
  readonly digest: string;
  /** Events of the scheduler, and lines of the log. */
  readonly events: number;
  readonly lines: number;
  readonly coverage: Readonly<Record<string, number>>;
  /** Only where it was to be kept. */
  readonly log: readonly string[];
}

/** When the fleet must trade again, after which strategies stop, and when everything must have settled. */
const CALM_US = 54_000_000;
const SETTLED_US = 60_500_000;

/** Lives through one fleet-minute: a storm that the seed draws, calm, close, and the comparison of all books. */
export async function runSeed(options: SeedOptions): Promise<SeedReport> {
  const world = new SimWorld(options);
  const plan = options.plan ?? drawPlan(world.randomOf('plan'));
  const coverage = new Coverage();
  const checkers = allCheckers(world, coverage);
  world.witnesses.push(...checkers, {
    faultBegan: (kind) => coverage.count(`fault ${kind}`),
    crashed: (target, side) => coverage.count(`crash point ${side} ${target}`),
    venueOrder: ({ status }) => coverage.count(`venue ${status}`),
    venueFill: () => coverage.count('venue fill'),
  });
  countMessages(world, coverage);
  const unheard = (error: unknown): void => world.violated('no-bug', `nobody caught ${shown(error)}`);
  process.on('unhandledRejection', unheard);
  try {
    await world.start();
    void world.people.openShop(STRATEGIES);
    schedulePlan(world, plan);
    await world.scheduler.run(CALM_US);
    world.crashes.clear();
    for (const checker of checkers) await checker.calm?.();
    void world.people.closeShop(STRATEGIES);
    await world.scheduler.run(SETTLED_US);
    for (const checker of checkers) await checker.settled?.();
    world.end();
  } catch (error) {
    world.violated('no-bug', `an event threw ${shown(error)}`);
  } finally {
    process.off('unhandledRejection', unheard);
  }
  return {
    seed: options.seed,
    plan,
    violations: world.violations,
    digest: world.log.digest(),
    events: world.scheduler.events,
    lines: world.log.count,
    coverage: coverage.counts,
    log: world.log.lines,
  };
}

function countMessages(world: SimWorld, coverage: Coverage): void {
  const counted = { [patterns.everyBook]: 'book updates', [patterns.everySubmission]: 'orders asked for' };
  for (const [pattern, name] of Object.entries(counted))
    world.broker.listen({ pattern, receive: () => coverage.count(name), reachable: () => true });
}

const shown = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
