import type { Compose } from '../service-ports.js';
import { composeExecution } from './execution.js';
import { composeLedger } from './ledger.js';
import { composeMarketData } from './market-data.js';
import { composeOpsGateway } from './ops-gateway.js';
import { composeRisk } from './risk.js';
import { composeStrategyHost } from './strategy-host.js';

/** The rows of the fleet: which services there are, and how each is put together. */
export const SERVICES: readonly (readonly [service: string, compose: Compose, places: readonly string[]])[] = [
  ['execution', composeExecution, ['a', 'b']],
  ['risk', composeRisk, ['a', 'b']],
  ['market-data', composeMarketData, ['a', 'b']],
  ['ledger', composeLedger, ['a', 'b']],
  ['strategy-host', composeStrategyHost, ['a', 'b']],
  ['ops-gateway', composeOpsGateway, ['a', 'b']],
];

/** Every machine by name: `execution-b`. */
export const MACHINES: readonly string[] = SERVICES.flatMap(([service, , places]) =>
  places.map((place) => `${service}-${place}`),
);
