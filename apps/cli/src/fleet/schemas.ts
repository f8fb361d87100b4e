import { executionSchema } from '@argosy/execution-store';
import { ledgerSchema } from '@argosy/ledger-store';
import { opsSchema } from '@argosy/ops-store';
import type { ServiceSchema } from '@argosy/platform-database';
import { riskSchema } from '@argosy/risk-store';
import { strategySchema } from '@argosy/strategy-store';

/** Every schema of the fleet; each store says what is in its own. */
export const FLEET_SCHEMAS: readonly ServiceSchema[] = [
  executionSchema,
  riskSchema,
  ledgerSchema,
  opsSchema,
  strategySchema,
];
