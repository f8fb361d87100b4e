import { executionSchema } from '@argosy/execution-store';
import { ledgerSchema } from '@argosy/ledger-store';
import { opsSchema } from '@argosy/ops-store';
import type { ServiceSchema } from '@argosy/platform-database';
import { electionSchema } from '@argosy/platform-election/postgres';
import { riskSchema } from '@argosy/risk-store';
import { strategySchema } from '@argosy/strategy-store';

/** market-data keeps nothing: its role is there for its lease. */
const marketDataSchema: ServiceSchema = { schema: 'market_data', rights: 'declared', migrations: [] };

/** Every schema of the fleet; each store says what is in its own. */
export const FLEET_SCHEMAS: readonly ServiceSchema[] = [
  executionSchema,
  riskSchema,
  ledgerSchema,
  opsSchema,
  strategySchema,
  marketDataSchema,
  electionSchema,
];
