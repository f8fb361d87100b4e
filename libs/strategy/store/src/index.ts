/**
 * What strategy-host keeps and reads: which strategies are loaded and wanted running, who did what to them, what they
 * hold, and their configuration files, read strictly. It refuses paths out of its folder and to decide anything.
 */
export { strategySchema } from './migrations.js';
export { PostgresStrategyStore } from './postgres-strategy-store.adapter.js';
export { StrategyFiles } from './strategy-files.adapter.js';
