type Measure = () => number | Promise<number>;

export interface Pairs {
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

/**
 * Measures A B B A A B …, so that a machine that slows down or a neighbour that wakes up costs both sides alike. One
 * unrecorded pair comes first: it warms code and caches.
 */
export async function interleave(
  rounds: number,
  ours: Measure,
  floor: Measure,
  progress: (text: string) => void = () => undefined,
): Promise<Pairs> {
  const pairs: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const);
    for (const side of order) {
      const value = await (side === 'ours' ? ours() : floor());
      if (round > 0) pairs[side].push(value);
    }
    progress(round === 0 ? 'warm' : `round ${String(round)} of ${String(rounds)}`);
  }
  return pairs;
}
