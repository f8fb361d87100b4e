/**
 * Risk's flow over its ports: the market as last seen, exposure that follows execution's facts without a gap, the trading
 * state that people own, the verdict on every order. It refuses to talk to a venue.
 */
export { ApprovalSigner } from './approval-signer.port.js';
export type { RiskSettings } from './risk-settings.js';
export { TradingControl } from './trading-control.js';
export { type RiskPorts, RiskService } from './risk.service.js';
export { riskRoutes } from './risk.routes.js';
export { RiskMetrics } from './risk.metrics.js';
