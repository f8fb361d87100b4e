import { Optional, type Secret, SecretText, Text } from '@argosy/platform-config';
import { withPostgres } from '@argosy/platform-database';
import { ServiceConfig } from './service-config.js';

/** A service that speaks on the fleet's wire. */
export class FleetServiceConfig extends ServiceConfig {
  /** Several servers with commas between. */
  @Text({ pattern: /^(nats|tls):\/\/[A-Za-z0-9.:/,_-]+$/, lengthMax: 400 })
  readonly NATS_URL: string = 'nats://127.0.0.1:4222';
  /** Absent only where the server has no users. */
  @Optional()
  @SecretText()
  readonly NATS_PASSWORD?: Secret | undefined;
}

/** A service that also keeps something in Postgres, as the role that has its schema's name. */
export class StoreServiceConfig extends withPostgres(FleetServiceConfig) {}

export const FLEET_PREFIXES = ['NATS_', 'POSTGRES_', 'FLEET_'] as const;
