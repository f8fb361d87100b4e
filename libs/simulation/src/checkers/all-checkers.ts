import type { SimWorld } from '../fleet/sim-world.js';
import type { Witness } from '../fleet/witness.js';
import { ClockChecker } from './clock.checker.js';
import { EquityChecker } from './equity.checker.js';
import { ModesChecker } from './modes.checker.js';
import { PricesChecker } from './prices.checker.js';
import { ReceiptsChecker } from './receipts.checker.js';
import { ReplayChecker } from './replay.checker.js';
import { ThrottlesChecker } from './throttles.checker.js';
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
  new ReceiptsChecker(world, coverage),
  new PricesChecker(world, coverage),
  new ThrottlesChecker(world, coverage),
  new ModesChecker(world, coverage),
  new ClockChecker(world, coverage),
  new EquityChecker(world, coverage),
  new ReplayChecker(world, coverage),
];
