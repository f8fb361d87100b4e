import type { AccountObservation } from '@argosy/contracts';
import type { AccountId, AccountKind, Amount, InstrumentId } from '@argosy/domain';
import { type AccountTotal, type HeldPosition, instrumentTerms } from '@argosy/ledger-core';

/** A statement that fits may be one that fits by chance, before a fill arrives; so many in a row are not. */
const PROOF = 3;

export interface Explained {
  readonly accountId: AccountId;
  readonly accountKind: AccountKind;
  readonly instrumentId: InstrumentId;
  /** The venue's whole position; signed, base units. */
  readonly stated: Amount;
}

/**
 * Sees when what was put into suspense is explained: the facts behind it have come, and without the suspense the books say
 * what the venue says. Whoever put it there may not lead any more, so the ledger looks for itself.
 */
export class SuspenseWatch {
  private readonly agreed = new Map<string, { readonly stated: bigint; readonly times: number }>();

  /** What this statement proves; each once. */
  explained(
    accountId: AccountId,
    observed: AccountObservation,
    books: { readonly positions: readonly HeldPosition[]; readonly balances: readonly AccountTotal[] },
  ): readonly Explained[] {
    const proven: Explained[] = [];
    for (const [instrumentId, suspended] of inSuspense(books.balances)) {
      const stated = observed.positions.find((held) => held.instrumentId === instrumentId)?.quantity ?? (0n as Amount);
      const total = books.positions.reduce(
        (sum, held) => (held.instrumentId === instrumentId ? sum + held.quantity : sum),
        0n,
      );
      const fits = suspended !== 0n && total - suspended === stated;
      if (this.count(`${accountId}/${instrumentId}`, fits ? stated : undefined) === PROOF)
        proven.push({ accountId, accountKind: observed.accountKind, instrumentId, stated });
    }
    return proven;
  }

  private count(key: string, stated: bigint | undefined): number {
    const before = this.agreed.get(key);
    if (stated === undefined) {
      this.agreed.delete(key);
      return 0;
    }
    const times = before?.stated === stated ? before.times + 1 : 1;
    this.agreed.set(key, { stated, times });
    return times;
  }
}

/** Quantities in suspense by instrument, as positions are signed. */
function inSuspense(balances: readonly AccountTotal[]): ReadonlyMap<InstrumentId, bigint> {
  const found = new Map<InstrumentId, bigint>();
  for (const { account, amount } of balances) {
    if (account.type !== 'suspense') continue;
    const instrumentId = account.instrumentId as InstrumentId;
    const terms = instrumentTerms(instrumentId);
    if (terms.ok && terms.value.quantityAsset === account.asset) found.set(instrumentId, -amount);
  }
  return found;
}
