import type { AccountEvent, AccountObservation } from '@argosy/contracts';
import type { AccountKind } from '@argosy/domain';
import type { LedgerFact } from '@argosy/ledger-core';

/**
 * The fact about money in an account event; undefined when it moved none. An observation opens the books only while they
 * are empty: afterwards it is something to compare with, never something to book.
 */
export function factOf(event: AccountEvent, booksAreEmpty: boolean): LedgerFact | undefined {
  const { accountId, epoch, fact, venue } = event;
  switch (fact.kind) {
    case 'order_changed':
      return undefined;
    case 'order_filled':
      return {
        kind: 'fill',
        accountId,
        epoch,
        fill: fact.fill,
        ...(fact.arrivalMid === undefined ? {} : { arrivalPrice: fact.arrivalMid }),
      };
    case 'funding_paid':
      return { kind: 'funding', accountId, epoch, payment: fact.payment };
    case 'observed': {
      const { observation } = fact;
      if (!booksAreEmpty || !observation.reconciled || holdsNothing(observation)) return undefined;
      const { asset, positions, rawCash, venueTimeNs } = observation;
      return {
        kind: 'opening',
        accountId,
        epoch,
        venue,
        balances: [{ asset, rawAmount: rawCash }],
        positions,
        observedAtNs: venueTimeNs,
      };
    }
    case 'position_unexplained': {
      const { breakId, instrumentId, quantity, stated, reason, foundAt } = fact.unexplained;
      return {
        kind: 'suspense',
        accountId,
        epoch,
        venue,
        // The same break may come back after it was explained: each telling is a fact of its own.
        breakId: `${breakId}#${String(event.sequence)}`,
        instrumentId,
        quantity,
        ...(stated === undefined ? {} : { stated }),
        reason,
        actor: 'execution',
        foundAtNs: foundAt,
      };
    }
  }
}

const holdsNothing = ({ rawCash, positions }: AccountObservation): boolean =>
  rawCash === 0n && positions.every(({ quantity }) => quantity === 0n);

/** Every fact says whether its money is real. */
export function accountKindOf({ fact }: AccountEvent): AccountKind {
  switch (fact.kind) {
    case 'order_changed':
      return fact.order.accountKind;
    case 'order_filled':
      return fact.fill.accountKind;
    case 'funding_paid':
      return fact.payment.accountKind;
    case 'observed':
      return fact.observation.accountKind;
    case 'position_unexplained':
      return fact.unexplained.accountKind;
  }
}
