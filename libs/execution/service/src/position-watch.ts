import { type Amount, format, type InstrumentId, type VenuePosition } from '@argosy/domain';
import { positionBreaks } from '@argosy/execution-core';
import type { AccountSession } from './account-session.js';

/** What is seen this many times in a row, a difference or none, is real and not a fill on its way. */
const BREAK_PROOF = 3;
const POSITION_BREAK = 'position differs from the venue';
const EXPLAINED = 'a position that differed is explained';
const NOTHING = 0n as Amount;

/**
 * Compares our positions with the venue's (I-29). A difference that stays freezes its instrument to reductions, is told to
 * people and put into the ledger's suspense, and is never traded away (5.14); one that is explained takes all of it back.
 */
export class PositionWatch {
  private readonly breaks = new Map<InstrumentId, { readonly difference: bigint; readonly times: number }>();
  /** What was told to be in suspense. */
  private readonly suspended = new Map<InstrumentId, Amount>();

  constructor(private readonly session: AccountSession) {}

  compare(stated: readonly VenuePosition[]): void {
    const { book } = this.session;
    const found = positionBreaks(book.positions, stated);
    for (const { instrumentId, ours, venue } of found) this.seen(instrumentId, ours, (venue - ours) as Amount);
    for (const known of [...this.breaks.keys()]) {
      if (!found.some(({ instrumentId }) => instrumentId === known))
        this.seen(known, book.positions.of(known), NOTHING);
    }
  }

  private seen(instrumentId: InstrumentId, ours: Amount, difference: Amount): void {
    const before = this.breaks.get(instrumentId);
    const times = before?.difference === difference ? before.times + 1 : 1;
    this.breaks.set(instrumentId, { difference, times });
    // Nothing was made of it, so that nothing has to be taken back.
    const isOver = difference === NOTHING && !this.isProven(instrumentId);
    if (isOver || (difference === NOTHING && times === BREAK_PROOF)) this.explained(instrumentId);
    else if (times === BREAK_PROOF) this.proven(instrumentId, ours, difference);
  }

  private isProven(instrumentId: InstrumentId): boolean {
    return this.suspended.has(instrumentId) || this.session.book.frozen.get(instrumentId) === POSITION_BREAK;
  }

  private explained(instrumentId: InstrumentId): void {
    const { frozen, positions } = this.session.book;
    this.breaks.delete(instrumentId);
    // An overfill freezes the same instrument for another reason, which this does not explain.
    if (frozen.get(instrumentId) === POSITION_BREAK) frozen.delete(instrumentId);
    if (this.suspended.has(instrumentId)) this.suspend(instrumentId, positions.of(instrumentId), NOTHING, EXPLAINED);
  }

  private proven(instrumentId: InstrumentId, ours: Amount, difference: Amount): void {
    const { frozen } = this.session.book;
    if (!frozen.has(instrumentId)) frozen.set(instrumentId, POSITION_BREAK);
    this.suspend(instrumentId, ours, difference, POSITION_BREAK);
    this.session.parts.ports.logger.critical('position_break', {
      instrument: instrumentId,
      ours: format(ours),
      venue: format((ours + difference) as Amount),
    });
  }

  /** Named by what changes, so that the next leader, who finds the same break, tells the same fact. */
  private suspend(instrumentId: InstrumentId, ours: Amount, difference: Amount, reason: string): void {
    const { account, ports, recorder } = this.session.parts;
    const before = this.suspended.get(instrumentId) ?? NOTHING;
    if (before === difference) return;
    if (difference === NOTHING) this.suspended.delete(instrumentId);
    else this.suspended.set(instrumentId, difference);
    const unexplained = {
      accountKind: account.kind,
      breakId: `${instrumentId}:${format(before)}>${format(difference)}@${format(ours)}`,
      instrumentId,
      quantity: (difference - before) as Amount,
      stated: (ours + difference) as Amount,
      reason,
      foundAt: ports.clock.now(),
    };
    this.session.detach(recorder.record({ kind: 'position_unexplained', unexplained }, ''));
  }
}
