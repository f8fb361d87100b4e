import { kill9Scenario } from './kill9.scenario.js';
import type { Scenario } from './scenario.js';

/** In the order of the report. */
export const SCENARIOS: readonly Scenario[] = [kill9Scenario];
