/**
 * What specs share: virtual time, seeded chance, an in-memory bus and disk, builders, and real servers for the specs
 * that need them. Specs import it, nothing else does.
 */
export { recordings } from './recordings.js';
export { ManualTime, settled, VirtualClock, VirtualTimers } from './manual-time.js';
export { SeededRandom } from './seeded-random.js';
