import { type Amount, assert, ok, refused, type Result, type TimeNs } from '@argosy/domain';
import { type BookingState, type ChainHead, positionKey, positionOf, type StrategyPosition } from './booking-state.js';
import { sealEntry } from './chain.js';
import { EXTERNAL, HOUSE } from './chart.js';
import type { Digest } from './digest.port.js';
import { correctionEntry } from './entries/correction-entry.js';
import { fillEntry } from './entries/fill-entry.js';
import { fundingEntry } from './entries/funding-entry.js';
import { openingEntry, transferEntry } from './entries/cash-entries.js';
import { type Entry, type EntryDraft, sameFact } from './entry.js';
import { suspenseEntry, suspenseProblem } from './entries/suspense-entry.js';
import { type CorrectionFact, type ExplainedFact, externalIdOf, type LedgerFact, type SuspenseFact } from './fact.js';
import { ledgerRefusal, type LedgerRefusal } from './ledger-refusal.js';
import { FLAT } from './position.js';
import { neededSuspense, openSuspense, suspendedIn } from './suspense.js';

export interface RefusedFact {
  readonly fact: LedgerFact;
  readonly externalId: string;
  readonly refusal: LedgerRefusal;
}

/** A batch as it would be booked: nothing has changed anywhere yet. */
export interface PreparedBooking {
  readonly entries: readonly Entry[];
  readonly head: ChainHead;
  /** Positions the batch moved, by `positionKey`. */
  readonly moved: ReadonlyMap<string, StrategyPosition>;
  /** Facts that were booked before with the same content, or that the books agreed with already: absorbed. */
  readonly repeated: number;
  readonly refused: readonly RefusedFact[];
}

export interface Booked {
  /** Entries already booked under an external id of the batch. */
  readonly byExternalId: ReadonlyMap<string, EntryDraft>;
  /** Entries the batch wants to correct. */
  readonly bySequence: ReadonlyMap<bigint, Entry>;
  /** Entries of suspense that nobody took back, where the batch speaks of suspense. */
  readonly suspended: readonly Entry[];
}
export const NOTHING_BOOKED: Booked = { byExternalId: new Map(), bySequence: new Map(), suspended: [] };

/**
 * Turns facts of one account into sealed entries, in order, each on the position the one before left. A fact that cannot
 * be booked is refused by itself; the others go on. Repeats with the same content are absorbed, with other content refused
 * as `external_id_conflict` (I-26, I-37, I-43).
 */
export function prepareBooking(
  digest: Digest,
  state: BookingState,
  facts: readonly LedgerFact[],
  booked: Booked,
  bookedAtNs: TimeNs,
): PreparedBooking {
  const run = new BookingRun(digest, state, booked, bookedAtNs);
  for (const fact of facts) run.take(fact);
  return run.result();
}

interface Booking {
  readonly draft: EntryDraft;
  readonly moved: Iterable<readonly [string, StrategyPosition]>;
}

class BookingRun {
  private readonly entries: Entry[] = [];
  private readonly refusals: RefusedFact[] = [];
  private readonly fresh = new Map<string, EntryDraft>();
  private readonly positions: Map<string, StrategyPosition>;
  private readonly moved = new Map<string, StrategyPosition>();
  /** Entries that this batch takes back. */
  private readonly takenBackNow = new Set<bigint>();
  private head: ChainHead;
  private repeated = 0;

  constructor(
    private readonly digest: Digest,
    private readonly state: BookingState,
    private readonly booked: Booked,
    private readonly bookedAtNs: TimeNs,
  ) {
    this.positions = new Map(state.positions);
    this.head = state.head;
  }

  take(fact: LedgerFact): void {
    if (fact.kind === 'suspense' || fact.kind === 'explained') this.restate(fact);
    else this.admit(fact, this.draft(fact));
  }

  result(): PreparedBooking {
    const { entries, head, moved, repeated, refusals } = this;
    return { entries, head, moved, repeated, refused: refusals };
  }

  private admit(fact: LedgerFact, booking: Result<Booking, LedgerRefusal>): void {
    if (!booking.ok) {
      this.refuse(fact, booking.refusal);
      return;
    }
    const { draft } = booking.value;
    const before = this.bookedUnder(draft.externalId);
    if (before === undefined) this.seal(booking.value);
    else if (sameFact(before, draft)) this.repeated += 1;
    else this.refuse(fact, ledgerRefusal('external_id_conflict', { externalId: draft.externalId }));
  }

  private bookedUnder(externalId: string): EntryDraft | undefined {
    return this.fresh.get(externalId) ?? this.booked.byExternalId.get(externalId);
  }

  private refuse(fact: LedgerFact, refusal: LedgerRefusal): void {
    this.refusals.push({ fact, externalId: externalIdOf(fact), refusal });
  }

  private seal({ draft, moved }: Booking): void {
    const entry = sealEntry(this.digest, this.head.hash, {
      ...draft,
      sequence: this.head.sequence + 1n,
      bookedAtNs: this.bookedAtNs,
    });
    this.entries.push(entry);
    this.fresh.set(draft.externalId, draft);
    if (draft.corrects !== undefined) this.takenBackNow.add(draft.corrects);
    this.head = { sequence: entry.sequence, hash: entry.hash };
    for (const [key, position] of moved) {
      const openedAtNs = this.openedAt(this.positions.get(key), position, draft.occurredAtNs);
      const held: StrategyPosition = openedAtNs === undefined ? position : { ...position, openedAtNs };
      this.positions.set(key, held);
      this.moved.set(key, held);
    }
  }

  /** A position is as old as its last move from flat or through zero. */
  private openedAt(before: StrategyPosition | undefined, after: StrategyPosition, at: TimeNs): TimeNs | undefined {
    if (after.quantity === 0n) return undefined;
    const same = before !== undefined && before.quantity !== 0n && before.quantity > 0n === after.quantity > 0n;
    return same ? before.openedAtNs : at;
  }

  private draft(fact: Exclude<LedgerFact, SuspenseFact | ExplainedFact>): Result<Booking, LedgerRefusal> {
    const foreign = this.foreign(fact);
    if (foreign !== undefined) return refused(foreign);
    switch (fact.kind) {
      case 'fill': {
        const { instrumentId } = fact.fill;
        const strategyId = fact.fill.strategyId ?? EXTERNAL;
        const booking = fillEntry(fact, positionOf(this.positions, strategyId, instrumentId));
        if (!booking.ok) return booking;
        const position = { ...booking.value.position, strategyId, instrumentId };
        return ok({ draft: booking.value.draft, moved: [[positionKey(strategyId, instrumentId), position]] });
      }
      case 'funding':
        return still(fundingEntry(fact, this.positions.values()));
      case 'transfer':
        return still(transferEntry(fact));
      case 'opening': {
        // What was booked before the first sight of the account would be counted twice.
        if (this.head.sequence > 0n && this.bookedUnder(externalIdOf(fact)) === undefined) {
          return refused(ledgerRefusal('opening_late', { entries: String(this.head.sequence) }));
        }
        const booking = openingEntry(fact);
        return booking.ok ? ok({ draft: booking.value.draft, moved: booking.value.positions }) : booking;
      }
      case 'correction':
        return this.correction(fact);
    }
  }

  private foreign(fact: LedgerFact): LedgerRefusal | undefined {
    if (fact.accountId === this.state.accountId) return undefined;
    return ledgerRefusal('account_mismatch', { account: this.state.accountId, fact: fact.accountId });
  }

  /** Takes back what stands in suspense for an instrument and puts there what the books lack now; nothing if it is the same. */
  private restate(fact: SuspenseFact | ExplainedFact): void {
    const { instrumentId } = fact;
    const problem = this.foreign(fact) ?? suspenseProblem(fact);
    const open = openSuspense([...this.booked.suspended, ...this.entries], instrumentId, this.takenBackNow);
    const said = suspendedIn(this.positions.values(), open, instrumentId);
    const needed = neededSuspense(fact, said);
    if (problem !== undefined) this.refuse(fact, problem);
    else if (needed === said.suspended || this.bookedUnder(externalIdOf(fact)) !== undefined) this.repeated += 1;
    else {
      for (const { sequence } of open) this.takeBack(fact, sequence);
      if (fact.kind === 'suspense' && needed !== 0n) this.admit(fact, this.suspense(fact, needed));
    }
  }

  private takeBack(
    { accountId, actor, epoch, foundAtNs, reason, venue }: ExplainedFact | SuspenseFact,
    corrects: bigint,
  ): void {
    const fact: CorrectionFact = {
      kind: 'correction',
      accountId,
      epoch,
      venue,
      corrects,
      reason,
      actor,
      decidedAtNs: foundAtNs,
    };
    this.admit(fact, this.draft(fact));
  }

  private suspense(fact: SuspenseFact, quantity: Amount): Result<Booking, LedgerRefusal> {
    const { instrumentId } = fact;
    const booking = suspenseEntry(fact, quantity, positionOf(this.positions, HOUSE, instrumentId));
    if (!booking.ok) return booking;
    const position = { ...booking.value.position, strategyId: HOUSE, instrumentId };
    return ok({ draft: booking.value.draft, moved: [[positionKey(HOUSE, instrumentId), position]] });
  }

  private correction(fact: CorrectionFact): Result<Booking, LedgerRefusal> {
    const wrong = [...this.entries, ...this.booked.suspended].find(({ sequence }) => sequence === fact.corrects);
    const draft = correctionEntry(fact, wrong ?? this.booked.bySequence.get(fact.corrects));
    return draft.ok ? ok({ draft: draft.value, moved: this.takenBack(draft.value) }) : draft;
  }

  /** A correction moves positions by exactly what it takes back. */
  private takenBack({ postings }: EntryDraft): Map<string, StrategyPosition> {
    const moved = new Map<string, StrategyPosition>();
    for (const { account, amount } of postings) {
      const { type, strategyId, instrumentId } = account;
      if (type !== 'position_quantity' && type !== 'position_notional') continue;
      const key = positionKey(strategyId, instrumentId);
      const held = moved.get(key) ??
        this.positions.get(key) ?? { ...FLAT, strategyId, instrumentId: instrumentId as never };
      const part = type === 'position_quantity' ? 'quantity' : 'cost';
      moved.set(key, { ...held, [part]: held[part] + amount });
    }
    assert(
      [...moved.values()].every(({ instrumentId }) => instrumentId !== ''),
      'a correction moved a position of no instrument',
    );
    return moved;
  }
}

const still = (draft: Result<EntryDraft, LedgerRefusal>): Result<Booking, LedgerRefusal> =>
  draft.ok ? ok({ draft: draft.value, moved: [] }) : draft;
