/**
 * Configuration from the environment and from files, read strictly: every problem at once, unknown keys refused, no
 * value with two meanings, secrets that cannot be printed. It refuses to guess, to default a limit and to change at
 * run time half-way: what it returns is frozen.
 */
export {
  CONFIG_CODES,
  type ConfigCode,
  ConfigError,
  type ConfigProblem,
  describeProblem,
  validationReport,
} from './config-problem.js';
export { parseDurationMs } from './duration.js';
export {
  Address,
  DecimalText,
  DurationMs,
  Flag,
  Int,
  LimitText,
  Name,
  Nested,
  NestedList,
  OneOf,
  Optional,
  RawSettings,
  SecretReference,
  SecretText,
  Settings,
  Text,
  TextList,
} from './fields.js';
export { loadConfig, problemsOfLoading } from './load-config.js';
export { loadConfigFile, loadConfigText, readConfigFile } from './load-config-file.js';
export { isRawMap, NumberText, type RawList, type RawMap, type RawValue } from './raw-value.js';
export { checkConfig, type Place, readConfig } from './read-config.js';
export { Secret } from './secret.js';
export { CONFIG_BYTES_MAX, CONFIG_DEPTH_MAX, CONFIG_VALUES_MAX, type StrictDocument } from './strict-text.js';
export { limitConflicts } from './limit-conflicts.js';
export { AccountEntry, AccountsFile, InstrumentLimitEntry, LimitsFile } from './fleet-files.js';
export { revealReference } from './reveal-reference.js';
