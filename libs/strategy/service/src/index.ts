/**
 * The host of strategies over ports: loads, starts, stops and reconfigures them, feeds each its market and its own account,
 * carries out what they ask for, and logs it for exact replay. It refuses to place an order itself, to hold a key, and to
 * let one strategy hurt another.
 */
export { StrategyHost, type HostPorts } from './strategy-host.js';
export { strategyHostRoutes } from './strategy-host.routes.js';
export { StrategyHostMetrics } from './strategy-host.metrics.js';
export { HOST_DEFAULTS, type HostSettings, type TradingAccount } from './host-settings.js';
export { type BatchAnswer, type RunHandle, type RunListener, StrategyRunner } from './runner.port.js';
export { InProcessRunner } from './in-process-runner.js';
export { type AnyStrategyType, type StrategyTypes, strategyTypes } from '@argosy/strategy-api';
export { strategyProblems } from './config-check.js';
export type { RunLogSettings } from './run-log.js';
export { ReplayError, replayLog, type ReplayReport } from './replay-log.js';
