import { HALT_SCENARIOS } from './halt-scenarios.js';
import { PROCESS_SCENARIOS } from './process-scenarios.js';
import type { Scenario } from './scenario.js';
import { SERVER_SCENARIOS } from './server-scenarios.js';
import { VENUE_SCENARIOS } from './venue-scenarios.js';

/** What can be done to a running fleet, in the order it is listed and drawn from. */
export const SCENARIOS: readonly Scenario[] = [
  ...PROCESS_SCENARIOS,
  ...VENUE_SCENARIOS,
  ...SERVER_SCENARIOS,
  ...HALT_SCENARIOS,
];

export const scenarioNamed = (name: string): Scenario | undefined => SCENARIOS.find((one) => one.name === name);
