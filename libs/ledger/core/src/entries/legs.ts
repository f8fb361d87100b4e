import type { Amount } from '@argosy/domain';
import {
  accountsOf,
  type LedgerAccount,
  type LedgerAccountType,
  type LedgerOwner,
  type OwnedAccounts,
} from '../chart.js';
import type { Posting } from '../entry.js';

/** Collects legs and leaves out those that move nothing. */
export class Legs {
  readonly postings: Posting[] = [];
  private owner: LedgerOwner | undefined;
  private accounts: OwnedAccounts = new Map();

  move(owner: LedgerOwner, type: LedgerAccountType, asset: string, amount: bigint): this {
    if (amount !== 0n) this.postings.push({ account: this.account(owner, type, asset), amount: amount as Amount });
    return this;
  }

  /** `amount` into `to`, out of `from`. */
  pair(owner: LedgerOwner, to: LedgerAccountType, from: LedgerAccountType, asset: string, amount: bigint): this {
    return this.move(owner, to, asset, amount).move(owner, from, asset, -amount);
  }

  private account(owner: LedgerOwner, type: LedgerAccountType, asset: string): LedgerAccount {
    if (owner !== this.owner) {
      this.owner = owner;
      this.accounts = accountsOf(owner);
    }
    const known = this.accounts.get(type);
    if (known?.asset === asset) return known;
    const { strategyId, instrumentId } = owner;
    const account = { type, strategyId, instrumentId, asset };
    this.accounts.set(type, account);
    return account;
  }
}
