import { fillId, parsePrice, timeNs } from '@argosy/domain';
import type { BookingReceipt, BookingRequest, LedgerFact } from '@argosy/ledger-core';
import { ledgerSchema, NodeDigest, PostgresLedgerStore } from '@argosy/ledger-store';
import { openPool } from '@argosy/platform-database';
import { A_MOMENT, aFill } from '@argosy/testing';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { type DurablePostgres, startDurablePostgres } from '../servers/durable-postgres.js';
import { BarePostings } from './bare-postings.js';

/** What the ledger books in one transaction when it is busy. */
const BATCH = 256;
const BATCHES = 12;
const BATCHES_QUICK = 4;
const SECOND_NS = 1_000_000_000n;

const factOf = (number: number): LedgerFact => {
  const fill = aFill({
    fillId: fillId(`main-BTC-${String(number)}`),
    side: number % 2 === 0 ? 'buy' : 'sell',
    price: parsePrice(String(60_000 + (number % 100))),
    venueTimeNs: timeNs(A_MOMENT + BigInt(number) * SECOND_NS),
  });
  return { kind: 'fill', accountId: fill.accountId, epoch: 1, fill, arrivalPrice: parsePrice('60000') };
};

/** The real store as its service uses it: one batch after the other, the next handed over while one is booked. */
class OurPostings {
  private made = 0;
  private booked = 0;
  postings = 0;

  constructor(private readonly store: PostgresLedgerStore) {}

  /** The next facts: made beforehand, as they come ready from the wire. */
  facts(count: number): readonly LedgerFact[] {
    const facts = Array.from({ length: count }, (_, index) => factOf(this.made + index));
    this.made += count;
    return facts;
  }

  /** One batch after the other. */
  async book(batches: readonly (readonly LedgerFact[])[]): Promise<void> {
    const requests = batches.map((facts) => this.request(facts));
    let next: Promise<BookingReceipt> | undefined;
    for (const [index, request] of requests.entries()) {
      const booking = next ?? this.store.book(request);
      const behind = requests[index + 1];
      next = behind === undefined ? undefined : this.store.book(behind);
      const { booked } = await booking;
      this.postings += booked.reduce((sum, { postings }) => sum + postings.length, 0);
    }
  }

  private request(facts: readonly LedgerFact[]): BookingRequest {
    this.booked += facts.length;
    const { accountId, accountKind, venue } = aFill();
    const factsSequence = BigInt(this.booked);
    return { accountId, accountKind, venue, facts, factsSequence, bookedAtNs: timeNs(A_MOMENT + factsSequence) };
  }
}

/** Units a second of wall time: most of the work is the server's. */
async function perSecond(units: () => number, work: () => Promise<void>): Promise<number> {
  const before = units();
  const since = performance.now();
  await work();
  return ((units() - before) * 1e3) / (performance.now() - since);
}

async function compare(server: DurablePostgres, { rounds, quick, progress }: Effort): Promise<Comparison> {
  const pool = openPool({
    url: server.url,
    user: 'ledger',
    password: undefined,
    applicationName: 'argosy-bench',
    size: 2,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 30_000,
  });
  const store = new PostgresLedgerStore(pool, new NodeDigest());
  const ours = new OurPostings(store);
  const bare = await BarePostings.open(server.adminUrl);
  await ours.book([ours.facts(BATCH)]);
  const lines = ours.postings / BATCH;
  const batches = quick ? BATCHES_QUICK : BATCHES;
  let bareBooked = 0;
  const bookOurs = async (): Promise<number> => {
    const facts = Array.from({ length: batches }, () => ours.facts(BATCH));
    return perSecond(
      () => ours.postings,
      () => ours.book(facts),
    );
  };
  const bookBare = (): Promise<number> =>
    perSecond(
      () => bareBooked,
      async () => {
        for (let batch = 0; batch < batches; batch += 1) {
          await bare.book(BATCH, Math.round(lines));
          bareBooked += BATCH * Math.round(lines);
        }
      },
    );
  const pairs = await interleave(rounds, bookOurs, bookBare, progress);
  const { problems, postings } = await store.checkIntegrity();
  if (problems.length > 0) throw new Error(`the books are broken: ${problems.join('; ')}`);
  await bare.close();
  await pool.end();
  return {
    figure: 'ledger postings',
    unit: 'postings/s',
    aim: { atLeast: 0.6 },
    ...pairs,
    note: `${String(BATCH)} fills a transaction, ${lines.toFixed(1)} postings each; ${String(postings)} posted, books whole`,
  };
}

/** Fills into balanced, chained, projected postings, against postings alone. */
export const ledgerFigure: Figure = {
  name: 'ledger',
  measure: async (effort) => {
    const server = await startDurablePostgres([ledgerSchema]);
    const comparison = await compare(server, effort);
    await server.stop();
    return [comparison];
  },
};
