import type { StepDown } from './self-demotion.js';

/** Outside the lease, and not needed for its safety: who stands by, and who stepped down when. Faults: STORE_UNAVAILABLE. */
export abstract class ElectionRecord {
  /** A candidate says that it could take over now. */
  abstract stoodBy(name: string, candidate: string): Promise<void>;
  /** Whether anybody has said so in the last `withinMs`. */
  abstract isStandbyThere(name: string, withinMs: number): Promise<boolean>;
  /** `place` outlives the process: a supervisor starts the next one there. */
  abstract steppedDown(name: string, place: string, reason: string): Promise<void>;
  abstract stepDowns(name: string, withinMs: number): Promise<readonly (StepDown & { readonly place: string })[]>;
}

/** The twin of the record in Postgres. */
export class MemoryElectionRecord extends ElectionRecord {
  readonly #seen = new Map<string, number>();
  readonly #stepDowns: { readonly name: string; readonly place: string; readonly atMs: number }[] = [];

  constructor(private readonly monotonicMs: () => number) {
    super();
  }

  override async stoodBy(name: string): Promise<void> {
    this.#seen.set(name, this.monotonicMs());
  }
  override async isStandbyThere(name: string, withinMs: number): Promise<boolean> {
    const seenMs = this.#seen.get(name);
    return seenMs !== undefined && this.monotonicMs() - seenMs <= withinMs;
  }
  override async steppedDown(name: string, place: string): Promise<void> {
    this.#stepDowns.push({ name, place, atMs: this.monotonicMs() });
  }
  override async stepDowns(
    name: string,
    withinMs: number,
  ): Promise<readonly (StepDown & { readonly place: string })[]> {
    return this.#stepDowns
      .filter((one) => one.name === name)
      .map(({ place, atMs }) => ({ place, agoMs: this.monotonicMs() - atMs }))
      .filter(({ agoMs }) => agoMs <= withinMs);
  }
}
