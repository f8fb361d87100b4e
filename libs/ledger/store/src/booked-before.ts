import { type Booked, type BookingRequest, type Entry, externalIdOf, NOTHING_BOOKED } from '@argosy/ledger-core';
import { ENTRY_COLUMNS, readEntries, withPostings } from './entry-reader.js';
import type { EntryRow } from './rows.js';
import type { SqlDatabase } from './sql-database.js';

/** Whether a batch can only be prepared after a look into the books. */
export const needsLook = ({ facts }: BookingRequest): boolean =>
  facts.some(({ kind }) => kind === 'opening' || kind === 'correction');

/**
 * What a batch must know before it is prepared: entries it takes back, and whether an opening was booked. Both are rare;
 * whether fills and payments repeat is left to the unique index, which must decide it anyhow.
 */
export async function knownBefore(database: SqlDatabase, request: BookingRequest): Promise<Booked> {
  if (!needsLook(request)) return NOTHING_BOOKED;
  const { accountId, facts } = request;
  const bySequence = new Map<bigint, Entry>();
  for (const fact of facts) {
    if (fact.kind !== 'correction' || fact.corrects < 1n) continue;
    const [entry] = await readEntries(database.rows, accountId, fact.corrects - 1n, 1);
    if (entry?.sequence === fact.corrects) bySequence.set(entry.sequence, entry);
  }
  const opens = facts.some(({ kind }) => kind === 'opening');
  return { bySequence, byExternalId: opens ? await bookedUnder(database, request) : new Map() };
}

/** What is booked already under the external ids of a batch. */
export async function bookedUnder(
  database: SqlDatabase,
  { accountId, facts }: BookingRequest,
): Promise<Map<string, Entry>> {
  const found = await database.rows<EntryRow>(
    `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
      where b.account_id = $1 and e.external_id = any ($2::text[])`,
    [accountId, facts.map(externalIdOf)],
  );
  const entries = await withPostings(database.rows, found);
  return new Map(entries.map((entry) => [entry.externalId, entry]));
}
