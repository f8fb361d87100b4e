import { Fault } from '@argosy/domain';

export interface TimedRow {
  readonly timeMs: number;
}

export interface PageQuestion {
  readonly startMs: number;
  readonly endMs?: number;
}

export interface PagingOptions<Row extends TimedRow> {
  /** What is asked for, for messages. */
  readonly what: string;
  /** A page this long may have been cut. */
  readonly pageSize: number;
  readonly fetch: (question: PageQuestion) => Promise<readonly Row[]>;
}

/** 200,000 fills in one sweep: past this something else is wrong. */
const PAGES_MAX = 200;

/**
 * Every row from `sinceMs` on. A full page was cut somewhere, at its newer or its older end (venues change their minds
 * about which), so both what lies before its first moment and what lies after its last are asked again, those moments
 * included: a page may end between two rows of one millisecond. Repeated rows are the caller's to drop.
 * @throws Fault VENUE_PROTOCOL when one millisecond holds more than a page, or the pages do not end.
 */
export async function allPages<Row extends TimedRow>(
  sinceMs: number,
  { what, pageSize, fetch }: PagingOptions<Row>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const open: PageQuestion[] = [{ startMs: sinceMs }];
  for (let pages = 0; open.length > 0; pages += 1) {
    if (pages >= PAGES_MAX)
      throw new Fault('VENUE_PROTOCOL', `${what}: more than ${String(PAGES_MAX)} pages since ${String(sinceMs)}`);
    const question = open.pop() as PageQuestion;
    const page = await fetch(question);
    rows.push(...page);
    if (page.length >= pageSize) open.push(...unseen(question, page, what));
  }
  return rows;
}

function unseen({ startMs, endMs }: PageQuestion, page: readonly TimedRow[], what: string): readonly PageQuestion[] {
  const first = page.reduce((low, row) => Math.min(low, row.timeMs), Number.POSITIVE_INFINITY);
  const last = page.reduce((high, row) => Math.max(high, row.timeMs), 0);
  if (first === last && (first === startMs || endMs === last)) {
    throw new Fault(
      'VENUE_PROTOCOL',
      `${what}: more than ${String(page.length)} rows in the millisecond ${String(first)}`,
    );
  }
  const later: PageQuestion = endMs === undefined ? { startMs: last } : { startMs: last, endMs };
  return [...(first > startMs ? [{ startMs, endMs: first }] : []), ...(endMs === last ? [] : [later])];
}
