import { createHash } from 'node:crypto';

/** One step of a schema's life. Once released neither its id nor its statements change. */
export interface Migration {
  /** `<schema>-<nnnn>-<what>`, unique in the fleet; the order is that of the list. */
  readonly id: string;
  /** `expand` adds what old and new code can both live with; `contract` removes, a release later. */
  readonly phase: 'expand' | 'contract';
  readonly up: readonly string[];
}

/** A service's schema and the one role that may use it. */
export interface ServiceSchema {
  /** Name of schema and role. */
  readonly schema: string;
  /** `rows`: the role may read and write every table. `declared`: the migrations grant what it may. */
  readonly rights: 'rows' | 'declared';
  readonly migrations: readonly Migration[];
}

export const expand = (id: string, up: readonly string[]): Migration => ({ id, phase: 'expand', up });
export const contract = (id: string, up: readonly string[]): Migration => ({ id, phase: 'contract', up });

export const checksumOf = ({ up }: Migration): string => createHash('sha256').update(JSON.stringify(up)).digest('hex');

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const NAME = /^[a-z][a-z0-9_]{0,30}$/;
const REMOVES = /\b(drop\s+(table|column|schema)|rename\s+(to|column|constraint))\b/i;

/** @throws MigrationError for a list that could not be applied safely, before anything is touched. */
export function checkSchemas(schemas: readonly ServiceSchema[]): void {
  const ids = new Set<string>();
  for (const { schema, migrations } of schemas) {
    if (!NAME.test(schema)) throw new MigrationError(`not a schema name: '${schema}'`);
    for (const { id, phase, up } of migrations) {
      if (ids.has(id)) throw new MigrationError(`the migration id '${id}' is used twice`);
      ids.add(id);
      const removal = phase === 'expand' ? up.find((statement) => REMOVES.test(statement)) : undefined;
      if (removal !== undefined) {
        throw new MigrationError(`migration ${id} expands, but it removes or renames: ${removal.trim().slice(0, 80)}`);
      }
    }
  }
}
