/**
 * The fleet's wire over NATS: subjects with typed refusals, durable events, conflated market data, gaps that are found.
 * It refuses to buffer without bound, to lose a publish silently, and to decode what it does not fully understand.
 */
export { inboxPrefix } from './inbox.js';
export type { NatsPlace } from './nats-link.js';
export { type NatsBusParts, NatsMessageBus } from './nats-message-bus.js';
export { MESSAGING_LIMITS } from './parts.js';
export { PARKED_STREAM, parkedSubject, type StreamDefinition, STREAMS } from './streams.js';
export { HEADERS } from './wire-headers.js';
export { LEDGER_DURABLE, type Permissions, permissionsOf } from './identities.js';
export { natsConfig, type NatsConfigOptions } from './nats-config.js';
