/**
 * What the gateway does for people: it assembles the fleet's status, carries commands to the services that own them,
 * writes down who asked for what, and tells viewers what happens. It refuses to hold business rules and to wait for
 * a service that does not answer.
 */
export { AccessService, type AccessSettings, type AskedFor } from './access.service.js';
export { AlertsService } from './alerts.service.js';
export { AuditTrail, type Command } from './audit-trail.js';
export { BooksService, type TradeFilter } from './books.service.js';
export {
  EventStream,
  STREAM_EVENTS,
  type StreamClient,
  type StreamEvent,
  STREAM_WAITING_BYTES_MAX,
} from './event-stream.js';
export { FleetClient } from './clients/fleet-client.js';
export { KillFile } from './kill-file.js';
export { KillFileWatch } from './kill-file-watch.js';
export { KillSwitchService } from './kill-switch.service.js';
export { type Answer, describeNo, type DescribedNo, type No } from './no.js';
export { opsRoutes } from './ops.routes.js';
export { OrdersService, type OrderFilter } from './orders.service.js';
export { type OverrideRequest, type RestoreRequest, RiskControlService } from './risk-control.service.js';
export { ReadCache, refusedBody, type Served, served } from './read-cache.js';
export { StatusService } from './status.service.js';
export { StrategiesService, type StopRequest } from './strategies.service.js';
export { TradingService, type TradingChange } from './trading.service.js';
