import { handOverScenario } from './hand-over.scenario.js';
import { hostileScenario } from './hostile.scenario.js';
import { journalScenario } from './journal.scenario.js';
import { kill9Scenario } from './kill9.scenario.js';
import { killSwitchScenario } from './kill-switch.scenario.js';
import { loadedScenario } from './loaded.scenario.js';
import type { Scenario } from './scenario.js';
import { serversScenario } from './servers.scenario.js';

/** In the order of the report. */
export const SCENARIOS: readonly Scenario[] = [
  kill9Scenario,
  handOverScenario,
  hostileScenario,
  killSwitchScenario,
  journalScenario,
  serversScenario,
  loadedScenario,
];
