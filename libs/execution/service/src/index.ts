/**
 * Execution's flow over its ports: leading an account, making intents durable, sending, taking the venue's word,
 * sweeping, settling doubt, stopping on a kill. Plain classes; the app binds them to the real parts, tests to virtual
 * ones. It refuses to decide whether to trade.
 */
export type { AccountSettings, ExecutionSettings } from './execution-settings.js';
export type { AccountPorts } from './account-ports.js';
export { ApprovalVerifier } from './approval-verifier.port.js';
export { AccountTrader } from './account-trader.js';
export { ExecutionService } from './execution.service.js';
export { executionRoutes } from './execution.routes.js';
export { ExecutionMetrics } from './execution.metrics.js';
export { TradingGate } from './trading-gate.js';
