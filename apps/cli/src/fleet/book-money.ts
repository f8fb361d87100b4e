import { accountId, type Amount, ZERO_AMOUNT } from '@argosy/domain';
import { rawBalances } from '@argosy/ledger-core';
import { NodeDigest, PostgresLedgerStore } from '@argosy/ledger-store';
import { Secret } from '@argosy/platform-config';
import { openPool } from '@argosy/platform-database';
import { databaseUrl } from './postgres-server.js';

const SETTLED_IN = 'USDC';

/** The ledger's money without any mark, read from its books as its own role: what the exchange calls raw. */
export class BookMoney {
  readonly #pool: ReturnType<typeof openPool>;
  readonly #store: PostgresLedgerStore;

  constructor(port: number, password: string) {
    this.#pool = openPool({
      url: databaseUrl(port),
      user: 'ledger',
      password: new Secret(password),
      applicationName: 'argosy-cli-proof',
      size: 1,
      connectTimeoutMs: 3_000,
      statementTimeoutMs: 30_000,
    });
    this.#store = new PostgresLedgerStore(this.#pool, new NodeDigest());
  }

  async rawCash(account: string): Promise<Amount> {
    const totals = await this.#store.balances(accountId(account));
    return rawBalances(totals).get(account)?.get(SETTLED_IN) ?? ZERO_AMOUNT;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
