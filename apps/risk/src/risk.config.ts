import { DurationMs, Int, loadConfig, type Secret, SecretText, Text } from '@argosy/platform-config';
import { FLEET_PREFIXES, SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

/** What risk can be told by its environment; limits and accounts are files. */
export class RiskConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_083;
  @Text({ lengthMax: 400 })
  readonly FLEET_ACCOUNTS_FILE!: string;
  @Text({ lengthMax: 400 })
  readonly RISK_LIMITS_FILE!: string;
  /** Shared with execution alone: what it proves is that risk approved. */
  @SecretText({ lengthMin: 32 })
  readonly RISK_APPROVAL_KEY!: Secret;
  @DurationMs({ min: 50, max: 10_000 })
  readonly RISK_APPROVAL_VALIDITY: number = 1_000;
  @DurationMs({ min: 100, max: 60_000 })
  readonly RISK_APPROVAL_GRACE: number = 2_000;
  @Int({ min: 100, max: 1_000_000 })
  readonly RISK_DECISION_QUEUE_LIMIT: number = 20_000;
}

/** @throws ConfigError with every problem at once. */
export const readRiskConfig = (env: Readonly<Record<string, string | undefined>>): Readonly<RiskConfig> =>
  loadConfig(RiskConfig, env, [...SERVICE_PREFIXES, ...FLEET_PREFIXES, 'RISK_']);
