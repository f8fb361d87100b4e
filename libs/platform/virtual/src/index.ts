/**
 * A world that moves only when told: time, wire and disk under the ports' own rules, with faults drawn by whoever holds
 * the hand. Specs have them through @argosy/testing, the simulation builds its fleet on them. It refuses to touch a real
 * clock, socket or file.
 */
export { ManualTime, settled, VirtualClock, VirtualTimers } from './manual-time.js';
export { InMemoryDisk } from './in-memory-disk.js';
export { type BusLink, InMemoryBroker, type WireFaults } from './bus/in-memory-broker.js';
export { InMemoryBus } from './bus/in-memory-bus.js';
