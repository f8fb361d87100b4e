import type { SimWorld } from '../fleet/sim-world.js';

/** How often something was really looked at or really happened: the rows of the coverage table. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Watches one theme of the invariants. */
export abstract class Checker {
  constructor(
    protected readonly world: SimWorld,
    private readonly coverage: Coverage,
  ) {}

  /** The stormy part is over and the fleet has had its thirty seconds. */
  calm?(): void | Promise<void>;
  /** Nobody trades any more, and everything has had the time to settle. */
  settled?(): void | Promise<void>;

  /** One look at one invariant. */
  protected check(invariant: string, holds: boolean, message: () => string): void {
    this.coverage.count(invariant);
    if (!holds) this.world.violated(invariant, message());
  }

  protected saw(what: string): void {
    this.coverage.count(what);
  }
}
