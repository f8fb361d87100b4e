import type { Amount } from '@argosy/domain';
import type { LedgerAccountType } from '../chart.js';
import type { Posting } from '../entry.js';

/** Whose account a leg belongs to. */
export interface Owner {
  readonly strategyId: string;
  readonly instrumentId: string;
}

/** Collects legs and leaves out those that move nothing. */
export class Legs {
  readonly postings: Posting[] = [];

  move(owner: Owner, type: LedgerAccountType, asset: string, amount: bigint): this {
    if (amount !== 0n) {
      const { strategyId, instrumentId } = owner;
      this.postings.push({ account: { type, strategyId, instrumentId, asset }, amount: amount as Amount });
    }
    return this;
  }

  /** `amount` into `to`, out of `from`. */
  pair(owner: Owner, to: LedgerAccountType, from: LedgerAccountType, asset: string, amount: bigint): this {
    return this.move(owner, to, asset, amount).move(owner, from, asset, -amount);
  }
}
