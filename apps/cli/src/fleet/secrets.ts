import { SERVICES, type ServiceName } from '@argosy/contracts';
import type { Random } from '@argosy/domain';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FleetFolder, readJson, writePrivate } from './fleet-folder.js';

/** The roles of the database: one a schema, and the one that may change schemas. */
export const DATABASE_ROLES = ['execution', 'risk', 'ledger', 'ops', 'strategy', 'market_data'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** Everything secret of one local fleet, made once and kept in one file that only its owner reads. */
export interface FleetSecrets {
  readonly nats: Readonly<Record<ServiceName, string>>;
  readonly postgres: Readonly<Record<DatabaseRole | 'postgres', string>>;
  /** Shared by risk and execution: what it signs, risk has approved. */
  readonly approvalKey: string;
  /** What signs requests: the person at this machine, and the demonstration that `up` runs. */
  readonly keys: Readonly<Record<'local' | 'local-demo', SigningKey>>;
}

export interface SigningKey {
  readonly keyId: string;
  readonly secret: string;
}

const hex = (random: Random, bytes: number): string => Buffer.from(random.bytes(bytes)).toString('hex');

export async function ensureSecrets(folder: FleetFolder, random: Random): Promise<FleetSecrets> {
  const path = join(folder.path, 'secrets.json');
  const known = (await readJson(path)) as Partial<FleetSecrets> | undefined;
  const each = <T extends string>(names: readonly T[]): Record<T, string> =>
    Object.fromEntries(names.map((name) => [name, hex(random, 24)])) as Record<T, string>;
  const made: FleetSecrets = {
    nats: each(SERVICES),
    postgres: each([...DATABASE_ROLES, 'postgres']),
    approvalKey: hex(random, 32),
    keys: {
      local: { keyId: 'local', secret: hex(random, 32) },
      'local-demo': { keyId: 'local-demo', secret: hex(random, 32) },
    },
  };
  // A folder of an earlier release may lack some; what it has stays, because servers remember it.
  const secrets: FleetSecrets = {
    nats: { ...made.nats, ...known?.nats },
    postgres: { ...made.postgres, ...known?.postgres },
    approvalKey: known?.approvalKey ?? made.approvalKey,
    keys: { ...made.keys, ...known?.keys },
  };
  await writePrivate(path, secrets);
  return secrets;
}

/** Whose keys these are, and what they may do. The demonstration trades; the person at the machine may everything. */
const KEY_ROLES = { local: 'admin', 'local-demo': 'operator' } as const;

/** The gateway's list of keys; each secret in a file of its own, so that the list may be shown. */
export async function writeKeysFile(folder: FleetFolder, { keys }: FleetSecrets): Promise<string> {
  const path = join(folder.path, 'keys.json');
  const rows: unknown[] = [];
  for (const name of ['local', 'local-demo'] as const) {
    const secretPath = join(folder.path, `${name}.key`);
    await writeFile(secretPath, keys[name].secret, { mode: 0o600 });
    rows.push({ key_id: keys[name].keyId, actor: name, role: KEY_ROLES[name], secret: `file:${secretPath}` });
  }
  await writePrivate(path, { keys: rows });
  return path;
}
