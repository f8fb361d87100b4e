/**
 * How a service of the fleet comes to life and ends: Nest for injection, lifecycle, health and REST, our route tables
 * over the message bus, signals, readiness with reasons. It refuses to hold rules: services are plain classes that it
 * wires, starts in order and stops in the reverse one.
 */
export { bootService, EXIT_CONFIG, type Get, type RunningService, type ServiceDefinition } from './boot-service.js';
export { type HandlingParts, RouteHandling } from './handle-route.js';
export { DRAIN_MS_MAX, ServiceLife } from './life.js';
export { type Foundation, platformModule } from './platform.module.js';
export { type ProcessHost, systemProcess } from './process-host.js';
export {
  Condition,
  type ConditionReport,
  type HealthReport,
  type HealthStatus,
  ReadinessService,
} from './readiness.service.js';
export { REQUESTS_IN_FLIGHT_MAX, RoutesTransport } from './routes.transport.js';
export { SERVICE_PREFIXES, ServiceConfig } from './service-config.js';
export {
  bindRoutes,
  type NamedPart,
  type Part,
  START_ORDER,
  startInOrder,
  type Step,
  waitUntil,
} from './start-order.js';
export { provideRoutes, ROUTES } from './tokens.js';
export { provide, type Token, type Tokens, wire } from './wire.js';
export { FLEET_PREFIXES, FleetServiceConfig, StoreServiceConfig } from './fleet-config.js';
export { above, type LeadershipOptions, leadershipSteps, provideLeadership } from './leadership/provide-leadership.js';
export { Departure, EXIT_LEFT } from './departure.js';
export { busStep, databaseSteps, provideBus, provideDatabase } from './fleet-parts.js';
