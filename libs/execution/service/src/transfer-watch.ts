import { type Amount, msToNs, type TimeNs } from '@argosy/domain';
import type { RateLane } from '@argosy/execution-core';
import type { Transfer, VenueAccountState } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';

/** Without any sign of a transfer the venue is asked so seldom, because it counts the question dearly. */
const READ_EVERY_MS = 60_000;
/** Cash that moves by more than a thousandth of the account between two looks may have been paid in or taken out. */
const JUMP_PER_EQUITY = 1_000n;
/** How often in a row it is asked after such a move: its history may come a moment after its balance. */
const LOOKS_AFTER_JUMP = 3;

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

/**
 * What was paid into the account and taken out of it since its books began, as of a state of it: with it risk tells a
 * deposit from a profit (RK-2). It refuses to guess: until the venue has answered once, nothing is said.
 */
export class TransferWatch {
  private known: Map<string, Transfer> | undefined;
  private readAtMs = Number.NEGATIVE_INFINITY;
  private lastCash: Amount | undefined;
  private looksLeft = 0;
  private isTold = true;

  constructor(private readonly session: AccountSession) {}

  /** Whether the venue should be asked before this state is told. */
  isDue({ cash, equity }: VenueAccountState): boolean {
    if (!this.isTold) return false;
    const moved = this.lastCash === undefined ? 0n : sizeOf(cash - this.lastCash);
    if (moved * JUMP_PER_EQUITY > sizeOf(equity)) this.looksLeft = LOOKS_AFTER_JUMP;
    const isOld = this.session.parts.ports.clock.monotonicMs() - this.readAtMs >= READ_EVERY_MS;
    if (this.known !== undefined && this.looksLeft === 0 && !isOld) return false;
    this.looksLeft = Math.max(0, this.looksLeft - 1);
    return true;
  }

  /** Asks for what is new, with overlap. Faults: as the venue's reads. */
  async read(lane?: RateLane): Promise<void> {
    const { parts, anchoredAt } = this.session;
    if (anchoredAt === undefined) return;
    const askedMs = parts.ports.clock.monotonicMs();
    const transfers = await parts.venue.transfersSince(this.since(anchoredAt), lane);
    this.readAtMs = askedMs;
    this.isTold = transfers !== undefined;
    if (transfers === undefined) return;
    this.known ??= new Map();
    // What stood in the account when the books began is its opening, not a transfer.
    for (const each of transfers) if (each.venueTimeNs > anchoredAt) this.known.set(each.transferId, each);
  }

  private since(anchoredAt: TimeNs): TimeNs {
    const newest = [...(this.known?.values() ?? [])].reduce(
      (latest, { venueTimeNs }) => (venueTimeNs > latest ? venueTimeNs : latest),
      anchoredAt,
    );
    const from = (newest - msToNs(this.session.parts.settings.sweepOverlapMs)) as TimeNs;
    return from > anchoredAt ? from : anchoredAt;
  }

  /** Of the state that is told now; undefined while nothing is known, or where the venue does not tell. */
  net({ cash, venueTimeNs }: VenueAccountState): Amount | undefined {
    this.lastCash = cash;
    if (this.known === undefined) return undefined;
    let sum = 0n;
    // One that the state is older than is not in its equity yet.
    for (const each of this.known.values()) if (each.venueTimeNs <= venueTimeNs) sum += each.amount;
    return sum as Amount;
  }
}
