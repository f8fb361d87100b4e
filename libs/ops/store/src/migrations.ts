import { expand, type ServiceSchema } from '@argosy/platform-database';

const AUDIT = [
  `CREATE TABLE ops.audit (
     sequence bigint PRIMARY KEY CHECK (sequence > 0),
     request_id text NOT NULL,
     phase text NOT NULL CHECK (phase IN ('intent', 'outcome', 'refusal')),
     at_ns bigint NOT NULL,
     actor text NOT NULL,
     role text NOT NULL,
     via text NOT NULL,
     action text NOT NULL,
     route text NOT NULL,
     decision text NOT NULL CHECK (decision IN ('allowed', 'refused')),
     reason text NOT NULL,
     request_hash text NOT NULL,
     outcome text NOT NULL,
     previous_hash text NOT NULL UNIQUE,
     hash text NOT NULL UNIQUE
   )`,
  `CREATE FUNCTION ops.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$`,
  `CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ops.audit
     FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change()`,
  'GRANT SELECT, INSERT ON ops.audit TO ops',
];

/** Rights are declared one by one: the role may read the log and add to it. */
export const opsSchema: ServiceSchema = {
  schema: 'ops',
  rights: 'declared',
  migrations: [expand('ops-0001-audit', AUDIT)],
};
