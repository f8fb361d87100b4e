import { epochOf } from './bench-account.js';
import type { Takeover } from './stage.js';
import { bare, type TruthEntry } from './venue-control.js';

/** An order as the journal has it. */
export interface JournalOrder {
  readonly clientOrderId: string;
  readonly request: string;
  readonly state: string;
}

/** What strategies were told. */
export interface Told {
  readonly taken: ReadonlyMap<string, string>;
  readonly refused: ReadonlySet<string>;
}

export interface Evidence {
  readonly truth: readonly TruthEntry[];
  readonly takeovers: readonly Takeover[];
  readonly journal: readonly JournalOrder[];
  readonly atVenue: ReadonlySet<string>;
  readonly told: Told;
}

export interface Verdict {
  /** Orders that the venue accepted from a leader after a newer one had begun. */
  readonly deposed: readonly string[];
  readonly duplicated: readonly string[];
  readonly lost: readonly string[];
}

const RESTING = new Set(['working', 'cancel_pending']);

export const isClean = ({ deposed, duplicated, lost }: Verdict): boolean =>
  deposed.length + duplicated.length + lost.length === 0;

/** Journal and venue, once everything is settled: each order in both, each request at most one order (I-01, I-02, I-07). */
export function judge(evidence: Evidence): Verdict {
  const accepted = acceptedOrders(evidence.truth);
  return {
    deposed: deposedOrders(accepted, evidence.takeovers),
    duplicated: duplicatedOrders(accepted, evidence),
    lost: lostOrders(accepted, evidence),
  };
}

/** Orders of a deposed leader that reached the venue and were refused there: proof that a trial was a trial. */
export function lateRefusals(truth: readonly TruthEntry[], takeovers: readonly Takeover[]): number {
  const isLate = (cloid: string, atMs: number): boolean =>
    takeovers.some((takeover) => takeover.epoch > epochOf(bare(cloid)) && takeover.atMs < atMs);
  return truth.reduce((sum, { kind, outcome, action, cloid, cloids = [], atMs }) => {
    if (kind === 'order' && outcome === 'refused') return sum + (isLate(cloid ?? '0x0', atMs) ? 1 : 0);
    if (kind !== 'refused' || action !== 'order') return sum;
    return sum + cloids.filter((each) => isLate(each, atMs)).length;
  }, 0);
}

interface Accepted {
  readonly id: string;
  readonly epoch: number;
  readonly atMs: number;
}

const acceptedOrders = (truth: readonly TruthEntry[]): readonly Accepted[] =>
  truth
    .filter(({ kind, outcome }) => kind === 'order' && outcome !== 'refused')
    .map(({ cloid = '0', atMs }) => ({ id: bare(cloid), epoch: epochOf(bare(cloid)), atMs }));

/** By the clock, and by the venue's own order: after one of a newer epoch none of an older one. */
function deposedOrders(accepted: readonly Accepted[], takeovers: readonly Takeover[]): readonly string[] {
  let newest = 0;
  return accepted
    .filter(({ epoch, atMs }) => {
      const isOld = epoch < newest || takeovers.some((takeover) => takeover.epoch > epoch && takeover.atMs < atMs);
      newest = Math.max(newest, epoch);
      return isOld;
    })
    .map(({ id, atMs }) => `order ${id} of a deposed leader was accepted at ${new Date(atMs).toISOString()}`);
}

function duplicatedOrders(accepted: readonly Accepted[], { journal }: Evidence): readonly string[] {
  const requestOf = new Map(journal.map(({ clientOrderId, request }) => [clientOrderId, request]));
  const seen = new Map<string, string>();
  return accepted.flatMap(({ id }) => {
    const request = requestOf.get(id) ?? id;
    const first = seen.get(request);
    seen.set(request, id);
    return first === undefined ? [] : [`request ${request} became order ${first} and order ${id} at the venue`];
  });
}

function lostOrders(accepted: readonly Accepted[], { journal, atVenue, told }: Evidence): readonly string[] {
  const known = new Map(journal.map((order) => [order.clientOrderId, order]));
  const atVenueEver = new Set(accepted.map(({ id }) => id));
  const requestsAtVenue = new Set(accepted.map(({ id }) => known.get(id)?.request));
  return [
    ...accepted
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => `the venue accepted ${id}, the journal knows it not`),
    ...[...atVenue].filter((id) => !isOpen(known.get(id))).map((id) => `${id} rests at the venue, not in the journal`),
    ...journal
      .filter((order) => isOpen(order) && !atVenue.has(order.clientOrderId))
      .map(({ clientOrderId, state }) => `${clientOrderId} is ${state} in the journal and not at the venue`),
    ...[...told.taken]
      .filter(([, id]) => !known.has(id))
      .map(([request]) => `${request} was taken and is in no journal`),
    ...[...told.taken]
      .filter(([, id]) => known.get(id)?.state === 'rejected' && atVenueEver.has(id))
      .map(([request]) => `${request} was accepted by the venue and is rejected in the journal`),
    ...[...told.refused]
      .filter((request) => requestsAtVenue.has(request))
      .map((request) => `${request} was refused and lives`),
  ];
}

const isOpen = (order: JournalOrder | undefined): boolean => order !== undefined && RESTING.has(order.state);
