import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { readJson } from './fleet-folder.js';

/** What bootstrap found or made: see tools/README.md. */
export interface Toolchain {
  readonly node: string;
  readonly natsServer: string;
  readonly postgresBinDir: string;
  /** A folder that the account which runs Postgres may enter. */
  readonly postgresDataRoot: string;
}

const FIELDS = ['node', 'natsServer', 'postgresBinDir', 'postgresDataRoot'] as const;

export async function readToolchain(root: string): Promise<Toolchain> {
  const path = join(root, '.argosy', 'toolchain.json');
  const found = (await readJson(path)) as Partial<Toolchain> | undefined;
  const missing = FIELDS.filter((field) => typeof found?.[field] !== 'string');
  if (missing.length === 0) return found as Toolchain;
  throw new CommandError(
    EXIT.fleetFailed,
    `${path} lacks ${missing.join(', ')}`,
    'Run npm run bootstrap.',
    'TOOLCHAIN_MISSING',
  );
}
