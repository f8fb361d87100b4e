import { type AccountId, type Amount, format } from '@argosy/domain';
import { type AccountTotal, dayOf, type LedgerAccount } from '@argosy/ledger-core';
import type { StreamedEntry } from './entry-stream.js';

export interface DaySum {
  readonly ledgerAccount: number;
  readonly day: number;
  amount: bigint;
}

const keyOf = (ledgerAccount: number, day: number): number => ledgerAccount * 1_000_000 + day;

/**
 * What the postings of one book sum to, by account and day, as they go by; so large as its accounts and days are many,
 * however many entries there are.
 */
export class BookSums {
  entries = 0n;
  postings = 0n;
  private readonly sums = new Map<number, DaySum>();
  private readonly changed = new Set<DaySum>();

  constructor(private readonly accounts: ReadonlyMap<number, LedgerAccount>) {}

  /** What an earlier check came to. */
  resume(entries: bigint, postings: bigint, sums: readonly DaySum[]): void {
    this.entries = entries;
    this.postings = postings;
    for (const sum of sums) this.sums.set(keyOf(sum.ledgerAccount, sum.day), sum);
  }

  /** Assets of the entry that do not sum to zero, with what they sum to. */
  add({ entry, accountIds }: StreamedEntry): ReadonlyMap<string, bigint> {
    const day = dayOf(entry.occurredAtNs);
    const byAsset = new Map<string, bigint>();
    for (const [index, { account, amount }] of entry.postings.entries()) {
      this.sumOf(accountIds[index] ?? 0, day).amount += amount;
      byAsset.set(account.asset, (byAsset.get(account.asset) ?? 0n) + amount);
    }
    this.entries += 1n;
    this.postings += BigInt(entry.postings.length);
    for (const [asset, sum] of byAsset) if (sum === 0n) byAsset.delete(asset);
    return byAsset;
  }

  /** Those that `add` has touched. */
  moved(): readonly DaySum[] {
    return [...this.changed];
  }

  totals(accountId: AccountId): readonly AccountTotal[] {
    return [...this.byAccount()].flatMap(([id, amount]) => {
      const account = this.accounts.get(id);
      return account === undefined ? [] : [{ accountId, account, amount: amount as Amount }];
    });
  }

  /** Sentences for every projection that says otherwise. */
  problems(balances: ReadonlyMap<number, bigint>, days: readonly DaySum[]): readonly string[] {
    return [...this.balanceProblems(balances), ...this.dayProblems(balances, days)];
  }

  private balanceProblems(balances: ReadonlyMap<number, bigint>): string[] {
    const posted = this.byAccount();
    return everyKey(balances, posted)
      .filter((id) => (balances.get(id) ?? 0n) !== (posted.get(id) ?? 0n))
      .map((id) => `balance of ${this.named(id)} is ${said(balances, id)}, its postings sum to ${said(posted, id)}`);
  }

  private dayProblems(balances: ReadonlyMap<number, bigint>, days: readonly DaySum[]): string[] {
    const told = new Map(days.map((sum) => [keyOf(sum.ledgerAccount, sum.day), sum]));
    const wrong = everyKey(told, this.sums).filter(
      (key) => (told.get(key)?.amount ?? 0n) !== (this.sums.get(key)?.amount ?? 0n),
    );
    return wrong.map((key) => {
      const { ledgerAccount, day } = (told.get(key) ?? this.sums.get(key))!;
      const [is, posted] = [told.get(key)?.amount ?? 0n, this.sums.get(key)?.amount ?? 0n];
      const text = `is ${format(is as Amount)}, its postings sum to ${format(posted as Amount)}`;
      return `days of ${this.named(ledgerAccount)}: day ${String(day)} ${text}; its balance is ${said(balances, ledgerAccount)}`;
    });
  }

  private byAccount(): Map<number, bigint> {
    const totals = new Map<number, bigint>();
    for (const { ledgerAccount, amount } of this.sums.values())
      totals.set(ledgerAccount, (totals.get(ledgerAccount) ?? 0n) + amount);
    return totals;
  }

  private sumOf(ledgerAccount: number, day: number): DaySum {
    const key = keyOf(ledgerAccount, day);
    const sum = this.sums.get(key) ?? { ledgerAccount, day, amount: 0n };
    this.sums.set(key, sum);
    this.changed.add(sum);
    return sum;
  }

  private named(id: number): string {
    const account = this.accounts.get(id);
    return `account ${String(id)}${account === undefined ? '' : ` (${account.type} ${account.asset})`}`;
  }
}

const everyKey = (a: ReadonlyMap<number, unknown>, b: ReadonlyMap<number, unknown>): number[] => [
  ...new Set([...a.keys(), ...b.keys()]),
];
const said = (amounts: ReadonlyMap<number, bigint>, id: number): string => format((amounts.get(id) ?? 0n) as Amount);
