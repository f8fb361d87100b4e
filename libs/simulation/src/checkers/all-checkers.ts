import type { SimWorld, Witness } from '../fleet/sim-world.js';
import { BooksChecker } from './books.checker.js';
import type { Checker, Coverage } from './checker.js';
import { HaltsChecker } from './halts.checker.js';
import { LeadershipChecker } from './leadership.checker.js';
import { LimitsChecker } from './limits.checker.js';
import { LivenessChecker } from './liveness.checker.js';
import { OrdersChecker } from './orders.checker.js';

/** Everybody who watches. */
export const allCheckers = (world: SimWorld, coverage: Coverage): readonly (Checker & Witness)[] => [
  new LeadershipChecker(world, coverage),
  new OrdersChecker(world, coverage),
  new HaltsChecker(world, coverage),
  new LimitsChecker(world, coverage),
  new BooksChecker(world, coverage),
  new LivenessChecker(world, coverage),
];
