import { Operator } from './fleet/operator.js';
import { SimWorld, type Violation, type WorldOptions } from './fleet/sim-world.js';

export interface SeedReport {
  readonly seed: number;
  readonly digest: string;
  readonly events: number;
  readonly lines: number;
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<string, number>>;
  readonly log: readonly string[];
}

const MINUTE_US = 60_000_000;

/** Lives through one fleet-minute. */
export async function runSeed(options: WorldOptions): Promise<SeedReport> {
  const world = new SimWorld(options);
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  world.exchange.host.listen((event) => {
    if (event.type === 'order') {
      count(`venue order ${event.update.status}`);
      world.log.write('venue', 'order', JSON.stringify(event.update));
    } else if (event.type === 'fill') {
      count('venue fill');
      world.log.write('venue', 'fill', JSON.stringify(event.fill));
    }
  });
  world.broker.listen({ pattern: 'argosy.md.book.>', receive: () => count('books'), reachable: () => true });
  world.broker.listen({ pattern: 'argosy.cmd.order.submit.>', receive: () => count('submits'), reachable: () => true });
  world.broker.listen({ pattern: '>', receive: () => count('messages'), reachable: () => true });
  await world.start();
  const operator = new Operator(world);
  void operator.openShop(['maker', 'dice']);
  await world.scheduler.run(MINUTE_US);
  for (const host of world.hosts.values()) host.retire();
  world.exchange.stop();
  return {
    seed: options.seed,
    digest: world.log.digest(),
    events: world.scheduler.events,
    lines: world.log.count,
    violations: world.violations,
    counts,
    log: world.log.lines,
  };
}
