import { Fault } from '@argosy/domain';
import type { CancelAnswer } from '@argosy/venue-port';

/** In order, each of at most `sizeMax`. */
export function inBatches<T>(all: readonly T[], sizeMax: number): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let from = 0; from < all.length; from += sizeMax) batches.push(all.slice(from, from + sizeMax));
  return batches;
}

export interface SentBatch {
  readonly size: number;
  readonly answers: Promise<readonly CancelAnswer[]>;
}

/** What a fault of a whole batch says of each cancel in it; a caller asks about either. */
const legOf = ({ policy, message }: Fault): CancelAnswer => ({
  outcome: policy.reached === 'maybe' ? 'in_doubt' : 'rejected',
  reason: message,
});

/** The answers of all batches in order. A batch that failed does not take the others with it; if all failed, so does this. */
export async function legAnswers(batches: readonly SentBatch[]): Promise<readonly CancelAnswer[]> {
  const settled = await Promise.allSettled(batches.map(({ answers }) => answers));
  const [first] = settled;
  for (const each of settled)
    if (each.status === 'rejected' && !(each.reason instanceof Fault)) throw each.reason as Error;
  if (first?.status === 'rejected' && settled.every(({ status }) => status === 'rejected')) throw first.reason as Fault;
  return settled.flatMap((each, index) =>
    each.status === 'fulfilled'
      ? each.value
      : Array.from({ length: batches[index]?.size ?? 0 }, () => legOf(each.reason as Fault)),
  );
}
