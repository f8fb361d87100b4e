import { type Entry, type LedgerAccount, ledgerAccountKey } from '@argosy/ledger-core';
import { FENCE, type FencedDatabase } from './fenced-database.js';

/** Row ids of the ledger accounts of one book: made when first posted to, never changed, so a cache is always true. */
export class AccountRows {
  private readonly ids = new Map<string, number>();
  /** The same by object: a booking has few accounts and many postings. */
  private readonly known = new WeakMap<LedgerAccount, number>();

  constructor(
    private readonly database: FencedDatabase,
    private readonly bookId: number,
  ) {}

  /** Makes a row for every account that the entries post to. An account row without postings means nothing, so it may stay. */
  async provideFor(entries: readonly Entry[]): Promise<void> {
    const missing = new Map<string, LedgerAccount>();
    for (const { postings } of entries) {
      for (const { account } of postings) {
        if (this.known.has(account)) continue;
        const key = ledgerAccountKey(account);
        const id = this.ids.get(key);
        if (id === undefined) missing.set(key, account);
        else this.known.set(account, id);
      }
    }
    if (missing.size > 0) await this.make([...missing.values()]);
  }

  /** Of an account that was provided for. */
  readonly idOf = (account: LedgerAccount): number => {
    const id = this.known.get(account) ?? this.ids.get(ledgerAccountKey(account));
    if (id === undefined) throw new RangeError(`no row for ledger account ${ledgerAccountKey(account)}`);
    return id;
  };

  private async make(accounts: readonly LedgerAccount[]): Promise<void> {
    const columns = [
      accounts.map(({ type }) => type),
      accounts.map(({ strategyId }) => strategyId),
      accounts.map(({ instrumentId }) => instrumentId),
      accounts.map(({ asset }) => asset),
    ];
    const wanted =
      'unnest($2::text[], $3::text[], $4::text[], $5::text[]) as w (type, strategy_id, instrument_id, asset)';
    await this.database.write(
      `insert into ledger.accounts (book_id, type, strategy_id, instrument_id, asset)
         select $6, w.* from ${wanted} where ${FENCE} on conflict do nothing`,
      [...columns, this.bookId],
    );
    const rows = await this.database.rows<{
      id: number;
      type: LedgerAccount['type'];
      strategy_id: string;
      instrument_id: string;
      asset: string;
    }>(
      `select a.id, a.type, a.strategy_id, a.instrument_id, a.asset from ledger.accounts a
         join ${wanted} using (type, strategy_id, instrument_id, asset) where a.book_id = $1`,
      [this.bookId, ...columns],
    );
    for (const row of rows) {
      this.ids.set(
        ledgerAccountKey({
          type: row.type,
          strategyId: row.strategy_id,
          instrumentId: row.instrument_id,
          asset: row.asset,
        }),
        row.id,
      );
    }
  }
}
