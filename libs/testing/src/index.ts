/**
 * What specs share: virtual time, seeded chance, an in-memory bus and disk, builders, and real servers for the specs
 * that need them. Specs and benches import it, nothing else does.
 */
export { recordings } from './recordings.js';
export { SeededRandom } from './seeded-random.js';
export {
  InMemoryBroker,
  InMemoryBus,
  InMemoryDisk,
  ManualTime,
  settled,
  VirtualClock,
  VirtualTimers,
  type WireFaults,
} from '@argosy/platform-virtual';
export { type BusFleet, messageBusContract } from './bus/message-bus.contract.js';
export { anInstrument } from './builders/instrument.js';
export { A_MOMENT, aFill, anIntent, anOrder, anOrderRequest } from './builders/order.js';
export { aBook, levels } from './builders/book.js';
export { checkoutRoot, freePort } from './servers/checkout.js';
export { type NatsServer, natsServerBinary, type NatsServerOptions, startNats } from './servers/nats.js';
export { type PostgresServer, startPostgres } from './servers/postgres.js';
export { GrantedLeadership } from './builders/granted-leadership.js';
export { aProcess } from './builders/process.js';
