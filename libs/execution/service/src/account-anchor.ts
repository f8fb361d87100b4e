import type { Amount, InstrumentId, TimeNs } from '@argosy/domain';
import type { AccountPorts } from './account-ports.js';
import type { AccountSession } from './account-session.js';
import type { AccountSettings } from './execution-settings.js';

/** The moment at which an account's books begin: what it held then is its opening position, not something we traded. */
export class AccountAnchor {
  /** Before the books begin, what the venue's stream tells is history. */
  isDropped = false;
  private wasAsked = false;

  constructor(
    private readonly account: AccountSettings,
    private readonly ports: Pick<AccountPorts, 'journal' | 'venue'>,
  ) {}

  /** On the very first start of the account; later ones find it in the journal. Faults: as the journal and the venue. */
  async drop(session: AccountSession): Promise<void> {
    const { accountId } = this.account;
    const { journal, venue } = this.ports;
    // An anchor whose answer was lost may be there: the journal's word counts, a second one would be refused.
    const stored = this.wasAsked ? await journal.load(this.account) : undefined;
    if (stored?.anchoredAt !== undefined) {
      this.begin(session, stored.anchoredAt, stored.positions);
      return;
    }
    const { positions, venueTimeNs } = await venue.accountState();
    const opening = new Map<InstrumentId, Amount>(
      positions.map(({ instrumentId, quantity }) => [instrumentId, quantity]),
    );
    this.wasAsked = true;
    await journal.anchor({ accountId, epoch: session.parts.epoch, at: venueTimeNs, positions: opening });
    this.begin(session, venueTimeNs, opening);
  }

  private begin(session: AccountSession, at: TimeNs, opening: ReadonlyMap<InstrumentId, Amount>): void {
    session.book.anchor(at, opening);
    session.lastFillAt = at;
    session.lastFundingAt = at;
    session.anchoredAt = at;
    this.isDropped = true;
  }
}
