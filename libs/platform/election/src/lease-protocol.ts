import type { Hold, LeaseRow, LeaseRows } from './lease-store.port.js';
import type { LeaseTimes } from './lease-times.js';

/**
 * The protocol without clocks, timers and stores: what a standby and a leader make of what they saw. Safety rests on two
 * things that fail independently. A standby takes a lease only when the store's clock says that it has run out **and**
 * it has itself seen no renewal for a whole TTL on its own monotonic clock; and the store refuses if anything has
 * changed since. The holder counts its deadline from the moment it *sent* the last renewal that succeeded, which is
 * before the store wrote it, which is before any standby saw it.
 */

/** Since when one lease has looked the same, on the standby's monotonic clock at the receipt of the first such answer. */
export interface Sighting {
  readonly look: string;
  readonly sinceMs: number;
}
export type Watch = ReadonlyMap<string, Sighting>;

export type StandbyStep =
  | { readonly kind: 'take' }
  /** The rows are ours already: our own take was written and its answer lost. */
  | { readonly kind: 'adopt'; readonly epoch: number }
  | { readonly kind: 'wait'; readonly ms: number };

const lookOf = (row: LeaseRow | undefined): string =>
  row === undefined ? 'absent' : `${String(row.epoch)}/${row.holder}/${String(row.renewals)}`;

/** Any change begins the wait anew, a row that vanishes or goes back included: somebody may lead who cannot say so. */
export function watchOn(before: Watch, names: readonly string[], rows: LeaseRows, receivedMs: number): Watch {
  return new Map(
    names.map((name) => {
      const look = lookOf(rows.get(name));
      const known = before.get(name);
      return [name, known?.look === look ? known : { look, sinceMs: receivedMs }];
    }),
  );
}

/** What a standby does after a look. A group is taken as a whole, so its slowest name decides. */
export function standbyStep(
  candidate: { readonly names: readonly string[]; readonly holder: string; readonly times: LeaseTimes },
  rows: LeaseRows,
  watch: Watch,
  nowMs: number,
): StandbyStep {
  const { names, holder, times } = candidate;
  const ours = ownEpoch(names, rows, holder);
  if (ours !== undefined) return { kind: 'adopt', epoch: ours };
  const waits = names.map((name) => waitFor(rows.get(name), watch.get(name), nowMs, times));
  const longest = Math.max(...waits);
  return longest <= 0 ? { kind: 'take' } : { kind: 'wait', ms: Math.min(longest, times.pollMs) };
}

function ownEpoch(names: readonly string[], rows: LeaseRows, holder: string): number | undefined {
  const epoch = rows.get(names[0] ?? '')?.epoch;
  const isOurs = names.every((name) => {
    const row = rows.get(name);
    return row?.holder === holder && row.epoch === epoch && !row.released;
  });
  return isOurs ? epoch : undefined;
}

/** 0 when this one may be taken; otherwise how long until it may be at the earliest. */
function waitFor(
  row: LeaseRow | undefined,
  sighting: Sighting | undefined,
  nowMs: number,
  { ttlMs, pollMs }: LeaseTimes,
): number {
  if (row?.released === true) return 0;
  if (sighting === undefined) return ttlMs;
  // The holder may have been given a longer lease than we would take.
  const longestMs = Math.max(ttlMs, row?.ttlMs ?? 0);
  const quietMs = Math.max(0, sighting.sinceMs + longestMs - nowMs);
  const isOverInStore = row === undefined || row.expired;
  return isOverInStore ? quietMs : Math.max(quietMs, pollMs);
}

/** Until when a lease of which the last successful renewal was sent at `sentMs` lets its holder trade. */
export const deadlineOf = (sentMs: number, { ttlMs, marginMs }: LeaseTimes): number => sentMs + ttlMs - marginMs;

/**
 * What it means that a renewal was refused. `unsure`: the rows are gone or went back in time; nobody newer is known, so
 * the holder stays, its deadline stands, and after it only cancels leave.
 */
export function refusedRenewal(hold: Hold, rows: LeaseRows): 'newer_epoch' | 'released' | 'unsure' {
  const seen = hold.names.flatMap((name) => rows.get(name) ?? []);
  if (seen.some(({ epoch }) => epoch > hold.epoch)) return 'newer_epoch';
  const isReleased = seen.some(({ epoch, released }) => epoch === hold.epoch && released);
  return isReleased ? 'released' : 'unsure';
}

/** After so long without rows a standby, if there were one, would have taken the lease. Ms. */
export const unsureLimitMs = ({ ttlMs }: LeaseTimes): number => 2 * ttlMs;
