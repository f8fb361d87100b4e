import { Fault, InvariantViolation } from '@argosy/domain';
import {
  type AuditEntry,
  AuditLog,
  AUDIT_PAGE_MAX,
  type AuditPhase,
  type AuditRecord,
  chainAudit,
  type ChainVerdict,
  type Digest,
  GENESIS_HASH,
  verifyAuditChain,
} from '@argosy/ops-core';
import { type Row, sqlState, type SqlExecutor } from '@argosy/platform-database';

/** What `Database` offers: statements, and several of them as one. */
export interface AuditDatabase extends SqlExecutor {
  transaction<T>(work: (sql: SqlExecutor) => Promise<T>): Promise<T>;
}

/** Any number that nobody else in this database uses: writers of the chain take turns on it. */
const CHAIN_LOCK = '7239501846022';

const COLUMNS =
  'sequence, request_id, phase, at_ns, actor, role, via, action, route, decision, reason, request_hash, outcome, previous_hash, hash';

/** The audit log in Postgres. Several gateways may write: each link is made under one lock, so the chain has no forks. */
export class PostgresAuditLog extends AuditLog {
  /** Appends of this process run one after another, in the order they were asked for. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: AuditDatabase,
    private readonly digest: Digest,
  ) {
    super();
  }

  override append(record: AuditRecord): Promise<AuditEntry> {
    const appended = this.last.then(() => this.appendNow(record));
    this.last = appended.catch(() => undefined);
    return appended;
  }

  override async recent(limit: number): Promise<readonly AuditEntry[]> {
    const rows = await told(() =>
      this.database.query({
        name: 'ops_audit_recent',
        text: `SELECT ${COLUMNS} FROM ops.audit ORDER BY sequence DESC LIMIT $1`,
        values: [Math.min(Math.max(limit, 1), AUDIT_PAGE_MAX)],
      }),
    );
    return rows.map(entryOf);
  }

  override async verify(): Promise<ChainVerdict> {
    let last: Pick<AuditEntry, 'sequence' | 'hash'> | undefined;
    for (;;) {
      const from = last?.sequence ?? 0n;
      const rows = await told(() =>
        this.database.query({
          name: 'ops_audit_page',
          text: `SELECT ${COLUMNS} FROM ops.audit WHERE sequence > $1 ORDER BY sequence LIMIT $2`,
          values: [String(from), AUDIT_PAGE_MAX],
        }),
      );
      const page = rows.map(entryOf);
      const verdict = verifyAuditChain(page, this.digest, last);
      if (!verdict.valid) return verdict;
      last = page.at(-1) ?? last;
      if (page.length < AUDIT_PAGE_MAX)
        return { valid: true, entries: last?.sequence ?? 0n, headHash: last?.hash ?? GENESIS_HASH };
    }
  }

  private appendNow(record: AuditRecord): Promise<AuditEntry> {
    return known(() =>
      this.database.transaction(async (sql) => {
        await sql.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [CHAIN_LOCK] });
        const head = await sql.query({
          name: 'ops_audit_head',
          text: `SELECT ${COLUMNS} FROM ops.audit ORDER BY sequence DESC LIMIT 1`,
        });
        const [newest] = head.rows;
        const entry = chainAudit(record, newest === undefined ? undefined : entryOf(newest), this.digest);
        await sql.query({
          name: 'ops_audit_append',
          text: `INSERT INTO ops.audit (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
          values: [
            String(entry.sequence),
            entry.requestId,
            entry.phase,
            String(entry.atNs),
            entry.actor,
            entry.role,
            entry.via,
            entry.action,
            entry.route,
            entry.decision,
            entry.reason,
            entry.requestHash,
            entry.outcome,
            entry.previousHash,
            entry.hash,
          ],
        });
        return entry;
      }),
    );
  }
}

const told = async (ask: () => Promise<{ readonly rows: readonly Row[] }>): Promise<readonly Row[]> =>
  (await known(ask)).rows;

/** What the database refuses here is our own mistake: nothing a person sends reaches it unchecked. */
async function known<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    // A fork of the chain cannot be, and a text that Postgres cannot hold (NUL) is refused at the door.
    throw new InvariantViolation(`the audit log refused a statement: ${sqlState(error)}`, { cause: error });
  }
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new InvariantViolation(`column ${column} of the audit log holds ${typeof value}`);
}

const entryOf = (row: Row): AuditEntry => ({
  sequence: BigInt(text(row, 'sequence')),
  requestId: text(row, 'request_id'),
  phase: text(row, 'phase') as AuditPhase,
  atNs: BigInt(text(row, 'at_ns')),
  actor: text(row, 'actor'),
  role: text(row, 'role'),
  via: text(row, 'via'),
  action: text(row, 'action'),
  route: text(row, 'route'),
  decision: text(row, 'decision') as AuditRecord['decision'],
  reason: text(row, 'reason'),
  requestHash: text(row, 'request_hash'),
  outcome: text(row, 'outcome'),
  previousHash: text(row, 'previous_hash'),
  hash: text(row, 'hash'),
});
