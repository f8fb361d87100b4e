import type { AccountId } from '@argosy/domain';
import {
  type Booked,
  type BookingRequest,
  type Entry,
  externalIdOf,
  type LedgerFact,
  NOTHING_BOOKED,
} from '@argosy/ledger-core';
import { ENTRY_COLUMNS, readEntries, withPostings } from './entry-reader.js';
import type { EntryRow } from './rows.js';
import type { SqlDatabase } from './sql-database.js';

/** Whether a batch can only be prepared after a look into the books. */
export const needsLook = ({ facts }: BookingRequest): boolean => facts.some(({ kind }) => LOOKING.has(kind));
const LOOKING: ReadonlySet<LedgerFact['kind']> = new Set(['opening', 'correction', 'suspense', 'explained']);
const SPEAKING_OF_SUSPENSE: ReadonlySet<LedgerFact['kind']> = new Set(['suspense', 'explained']);

/**
 * What a batch must know before it is prepared: entries it takes back, what stands in suspense, and whether an opening was
 * booked. All are rare; whether fills and payments repeat is left to the unique index, which must decide it anyhow.
 * @param repeats true once the index has said that some of it is booked.
 */
export async function knownBefore(database: SqlDatabase, request: BookingRequest, repeats = false): Promise<Booked> {
  const looks = needsLook(request);
  if (!looks && !repeats) return NOTHING_BOOKED;
  const { accountId, facts } = request;
  const bySequence = new Map<bigint, Entry>();
  for (const fact of facts) {
    if (fact.kind !== 'correction' || fact.corrects < 1n) continue;
    const [entry] = await readEntries(database.rows, accountId, fact.corrects - 1n, 1);
    if (entry?.sequence === fact.corrects) bySequence.set(entry.sequence, entry);
  }
  const suspended = facts.some(({ kind }) => SPEAKING_OF_SUSPENSE.has(kind))
    ? await inSuspense(database, accountId)
    : [];
  return { bySequence, suspended, byExternalId: await bookedUnder(database, request) };
}

/** Entries of suspense that nobody took back. */
async function inSuspense(database: SqlDatabase, accountId: AccountId): Promise<readonly Entry[]> {
  const found = await database.rows<EntryRow>(
    `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
      where b.account_id = $1 and e.kind = 'suspense' and not exists (
        select from ledger.entries c where c.book_id = e.book_id and c.external_id = 'correction:' || e.sequence)
      order by e.sequence`,
    [accountId],
  );
  return withPostings(database.rows, found);
}

/** What is booked already under the external ids of a batch. */
async function bookedUnder(database: SqlDatabase, { accountId, facts }: BookingRequest): Promise<Map<string, Entry>> {
  const found = await database.rows<EntryRow>(
    `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
      where b.account_id = $1 and e.external_id = any ($2::text[])`,
    [accountId, facts.map(externalIdOf)],
  );
  const entries = await withPostings(database.rows, found);
  return new Map(entries.map((entry) => [entry.externalId, entry]));
}
