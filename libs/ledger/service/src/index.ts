/**
 * The ledger's flow over its ports: account facts in their sequence into the books, gaps refilled from execution, answers
 * and figures out of the books. It refuses to skip a fact, to book an observation, and to decide about trading.
 */
export { ledgerRoutes } from './ledger.routes.js';
export { type LedgerPorts, LedgerService } from './ledger.service.js';
export { LedgerMetrics } from './ledger.metrics.js';
export { MARK_AGE_MS_MAX } from './mark-prices.js';
export { BATCH_EVENTS_MAX } from './account-intake.js';
