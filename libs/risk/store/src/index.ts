/**
 * Risk's durable word: its epoch, the trading state with every change and who made it, the decisions, the strategies'
 * limits; in Postgres, and in memory for tests. It refuses to decide anything.
 */
export { riskSchema } from './migrations.js';
export { PostgresRiskStore } from './postgres-risk-store.adapter.js';
export { MemoryRiskStore } from './memory-risk-store.adapter.js';
