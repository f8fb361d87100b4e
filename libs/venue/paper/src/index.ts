/**
 * A paper account behind the venue port: real market data from the fleet's own wire, fills simulated by queue position,
 * money kept exactly, everything journalled. It refuses to fill what the visible market does not support: no valid book,
 * no order and no fill.
 */
export type { PaperPorts, PaperTradingConfig } from './config.js';
export { PaperTrading } from './paper-trading.js';
export { PAPER_FENCE } from './fence.js';
