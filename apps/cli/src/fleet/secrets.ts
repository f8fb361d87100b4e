import { SERVICES, type ServiceName } from '@argosy/contracts';
import type { Random } from '@argosy/domain';
import { join } from 'node:path';
import { type FleetFolder, readJson, writePrivate } from './fleet-folder.js';

/** The roles of the database: one a schema, and the one that may change schemas. */
export const DATABASE_ROLES = ['execution', 'risk', 'ledger', 'ops', 'strategy'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** Everything secret of one local fleet, made once and kept in one file that only its owner reads. */
export interface FleetSecrets {
  readonly nats: Readonly<Record<ServiceName, string>>;
  readonly postgres: Readonly<Record<DatabaseRole | 'postgres', string>>;
  /** Shared by risk and execution: what it signs, risk has approved. */
  readonly approvalKey: string;
  /** What signs the requests of the person at this machine. */
  readonly operator: { readonly apiKey: string; readonly secret: string };
}

const hex = (random: Random, bytes: number): string => Buffer.from(random.bytes(bytes)).toString('hex');

export async function ensureSecrets(folder: FleetFolder, random: Random): Promise<FleetSecrets> {
  const path = join(folder.path, 'secrets.json');
  const known = (await readJson(path)) as FleetSecrets | undefined;
  if (known !== undefined) return known;
  const each = <T extends string>(names: readonly T[]): Record<T, string> =>
    Object.fromEntries(names.map((name) => [name, hex(random, 24)])) as Record<T, string>;
  const made: FleetSecrets = {
    nats: each(SERVICES),
    postgres: each([...DATABASE_ROLES, 'postgres']),
    approvalKey: hex(random, 32),
    operator: { apiKey: `local-${hex(random, 8)}`, secret: hex(random, 32) },
  };
  await writePrivate(path, made);
  return made;
}
