import {
  clientOrderId,
  clientOrderIdParts,
  isFinal,
  type OrderState,
  parseQuantity,
  type Quantity,
} from '@argosy/domain';
import type { TruthEntry } from '@argosy/exchange-wire';
import { type Verdict, verdict } from './verdict.js';

type TruthOrder = Extract<TruthEntry, { kind: 'order' }>;

/** What the fleet's own facts say of one order, at the end. */
export interface KnownOrder {
  readonly clientOrderId: string;
  readonly state: OrderState;
  readonly filledQuantity: Quantity;
}

const taken = (entries: readonly TruthEntry[]): readonly (TruthOrder & { readonly cloid: string })[] =>
  entries.flatMap((entry) =>
    entry.kind === 'order' && entry.outcome !== 'refused' && entry.cloid !== undefined
      ? [{ ...entry, cloid: entry.cloid }]
      : [],
  );

/** Ours is the venue's without its `0x`. */
export const plainId = (cloid: string): string => cloid.replace(/^0x/, '').toLowerCase();

export const epochOf = (cloid: string): number => clientOrderIdParts(clientOrderId(plainId(cloid))).epoch;

/** I-02, as the exchange saw it: once it has taken an order of an epoch, it takes none of an older one. */
export function epochVerdict(entries: readonly TruthEntry[]): Verdict {
  const newest = new Map<string, number>();
  const problems: string[] = [];
  const epochs = new Set<number>();
  const orders = taken(entries);
  for (const { account, cloid, seq } of orders) {
    const epoch = epochOf(cloid);
    const before = newest.get(account) ?? 0;
    epochs.add(epoch);
    if (epoch < before)
      problems.push(`entry ${String(seq)}: ${plainId(cloid)} of epoch ${String(epoch)} after one of ${String(before)}`);
    newest.set(account, Math.max(before, epoch));
  }
  const held = `${String(orders.length)} orders taken, epochs ${[...epochs].join(' → ') || 'none'}`;
  return verdict('no order of an old epoch after a newer one', ['I-02'], problems, held);
}

/** No order twice, none that nobody knows, none without an end, every fill of each in the books of both. */
export function accountVerdict(entries: readonly TruthEntry[], known: ReadonlyMap<string, KnownOrder>): Verdict {
  const orders = taken(entries);
  const filled = fillsByOrder(entries);
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { cloid } of orders) {
    const id = plainId(cloid);
    if (seen.has(id)) problems.push(`${id} was taken twice`);
    seen.add(id);
    const ours = known.get(id);
    if (ours === undefined) problems.push(`${id} is known to the exchange alone`);
    else if (!isFinal(ours.state)) problems.push(`${id} is ${ours.state}`);
    else if (ours.filledQuantity !== (filled.get(id) ?? 0n)) problems.push(`${id} has other fills at the exchange`);
  }
  return verdict(
    'every order accounted for',
    ['I-07', 'I-25', 'I-26'],
    problems,
    `${String(seen.size)} orders of both sides have one end, none lost, none doubled`,
  );
}

function fillsByOrder(entries: readonly TruthEntry[]): ReadonlyMap<string, bigint> {
  const filled = new Map<string, bigint>();
  for (const entry of entries) {
    if (entry.kind !== 'fill' || entry.cloid === undefined) continue;
    const id = plainId(entry.cloid);
    filled.set(id, (filled.get(id) ?? 0n) + parseQuantity(entry.sz));
  }
  return filled;
}

/** @param before bans that were there when it began */
export function banVerdict(before: number, after: number): Verdict {
  const news = after - before;
  return verdict('no ban', ['F-37'], news === 0 ? [] : [`${String(news)} bans`], 'none');
}
