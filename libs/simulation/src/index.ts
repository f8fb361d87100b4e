/**
 * The whole fleet in one process on virtual time, with faults drawn from a seed and every invariant watched. It refuses
 * to be part of the product: nothing that trades imports it.
 */
export { runSeed, type SeedOptions, type SeedReport } from './run-seed.js';
export type { SimFault } from './faults/fault.js';
export type { Violation } from './fleet/witness.js';
