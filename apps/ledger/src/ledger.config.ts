import { loadConfig } from '@argosy/platform-config';
import { SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

/** What the ledger can be told; everything else it learns from facts. */
export class LedgerConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_085;
}

/** @throws ConfigError with every problem at once. */
export const readLedgerConfig = (env: Readonly<Record<string, string | undefined>>): Readonly<LedgerConfig> =>
  loadConfig(LedgerConfig, env, [...SERVICE_PREFIXES, 'NATS_', 'POSTGRES_', 'ELECTION_']);
