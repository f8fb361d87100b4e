import {
  DurationMs,
  Flag,
  Int,
  loadConfig,
  Name,
  NestedList,
  OneOf,
  Optional,
  type Secret,
  SecretReference,
  SecretText,
  Text,
} from '@argosy/platform-config';
import { type Role, ROLES } from '@argosy/ops-core';
import { FLEET_PREFIXES, SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

/** Shorter secrets can be guessed. */
export const SECRET_LENGTH_MIN = 32;

/** What the gateway can be told. */
export class OpsConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_080;
  /** Where people ask, when this process is one of a pair: opened once it leads. */
  @Optional()
  @Int({ min: 1, max: 65_535 })
  readonly OPS_PUBLIC_PORT?: number | undefined;
  /** One key without a file, for a local fleet. */
  @Optional()
  @Name()
  readonly OPS_API_KEY?: string | undefined;
  @Optional()
  @SecretText({ lengthMin: SECRET_LENGTH_MIN })
  readonly OPS_API_SECRET?: Secret | undefined;
  @Name()
  readonly OPS_API_ACTOR: string = 'local-demo';
  @OneOf(ROLES)
  readonly OPS_API_ROLE: Role = 'admin';
  @Optional()
  @Text({ lengthMax: 400 })
  readonly OPS_KEYS_FILE?: string | undefined;
  /** Reads from this machine need no signature; never where others can reach the port through a proxy. */
  @Flag()
  readonly OPS_LOOPBACK_READS: boolean = false;
  @Int({ min: 1, max: 100_000 })
  readonly OPS_RATE_PER_SECOND: number = 50;
  @Int({ min: 1, max: 100_000 })
  readonly OPS_RATE_BURST: number = 100;
  /** Different people that a resume takes (I-14). */
  @Int({ min: 1, max: 2 })
  readonly OPS_RESUME_APPROVALS: number = 1;
  /** A file whose appearance kills the fleet (RK-3); its folder must be there and readable. */
  @Optional()
  @Text({ pattern: /^\/.*[^/]$/, lengthMax: 400 })
  readonly OPS_KILL_FILE?: string | undefined;
  @Int({ min: 1, max: 10_000 })
  readonly OPS_STREAMS_MAX: number = 32;
  /** Headers that take longer to arrive end the connection. */
  @DurationMs({ min: 50, max: 60_000 })
  readonly OPS_HEADERS_TIMEOUT: number = 5_000;
  @DurationMs({ min: 50, max: 120_000 })
  readonly OPS_REQUEST_TIMEOUT: number = 15_000;
}

/** @throws ConfigError with every problem at once. */
export const readOpsConfig = (env: Readonly<Record<string, string | undefined>>): Readonly<OpsConfig> =>
  loadConfig(OpsConfig, env, [...SERVICE_PREFIXES, ...FLEET_PREFIXES, 'OPS_']);

class KeyEntry {
  @Name()
  readonly key_id!: string;
  @Name()
  readonly actor!: string;
  @OneOf(ROLES)
  readonly role!: Role;
  @SecretReference()
  readonly secret!: string;
}

class TokenEntry {
  @Name()
  readonly actor!: string;
  @OneOf(ROLES)
  readonly role!: Role;
  /** SHA-256 of the token in lower-case hex, quoted. */
  @Text({ pattern: /^[0-9a-f]{64}$/, lengthMax: 64 })
  readonly hash!: string;
}

/** `keys.yaml`: who may sign and who has a token; the secrets themselves are elsewhere. */
export class KeysFile {
  @NestedList(() => KeyEntry, { max: 256 })
  readonly keys: readonly KeyEntry[] = [];
  @NestedList(() => TokenEntry, { max: 256 })
  readonly tokens: readonly TokenEntry[] = [];
}
