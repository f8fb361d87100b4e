import { type Amount, format, parseAmount, ZERO_AMOUNT } from '@argosy/domain';
import type { AccountTotal } from '@argosy/ledger-core';
import { ACCOUNT, WALLET_ADDRESS } from '../fleet/fleet-settings.js';
import { Checker } from './checker.js';

/** The venue counts in millionths of a dollar; what one of them is off by is its rounding. */
const TOLERANCE = parseAmount('0.000001');
/** What the venue calls raw money: what was paid in and out, and what fills still owe or are owed. */
const RAW: ReadonlySet<string> = new Set(['cash', 'settlement']);
const BREAKS_MAX = 100;

/** What the books say the account is worth is what the venue says, or a break says that it is not (I-38). */
export class EquityChecker extends Checker {
  /** Positions are compared fill by fill elsewhere, so that equity agrees when the money does. */
  override async settled(): Promise<void> {
    const { exchange, stores } = this.world;
    const balances = await stores.ledger.balances(ACCOUNT);
    if (balances.length === 0) return;
    const venue = parseAmount(exchange.exchange.clearinghouse(WALLET_ADDRESS.toLowerCase()).totalRawUsd);
    const breaks = await stores.ledger.breaks(BREAKS_MAX);
    this.compared(rawMoney(balances), venue, breaks.length);
  }

  compared(books: Amount, venue: Amount, breaks: number): void {
    const difference = books > venue ? books - venue : venue - books;
    if (difference > TOLERANCE && breaks > 0) this.saw('books differ from the venue, and a break says so');
    this.check(
      'I-38',
      difference <= TOLERANCE || breaks > 0,
      () => `the books hold ${format(books)} USD, the venue ${format(venue)}, and no break says so`,
    );
  }
}

const rawMoney = (balances: readonly AccountTotal[]): Amount =>
  balances
    .filter(({ account }) => RAW.has(account.type) && account.asset === 'USDC')
    .reduce((sum, { amount }) => (sum + amount) as Amount, ZERO_AMOUNT);
