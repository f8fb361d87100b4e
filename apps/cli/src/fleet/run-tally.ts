import type { AccountEvent } from '@argosy/contracts';
import type { FleetBus } from './fleet-bus.js';

const PAGE = 1_000;

/** Events of the table that say a venue has taken an order. */
const TAKEN: ReadonlySet<string> = new Set(['venue_accepted', 'fill', 'final_fill']);

/** Orders and fills of a run, counted from execution's own gapless facts: no restart loses one. */
export class RunTally {
  readonly #next = new Map<string, bigint>();
  readonly #accepted = new Set<string>();
  #fills = 0;

  constructor(
    private readonly bus: FleetBus,
    private readonly accounts: readonly string[],
  ) {}

  get orders(): number {
    return this.#accepted.size;
  }

  get fills(): number {
    return this.#fills;
  }

  /** Everything written so far happened before the run. */
  async begin(): Promise<void> {
    for (const account of this.accounts) {
      const { lastSequence } = await this.bus.events(account, 1n, 1);
      this.#next.set(account, lastSequence + 1n);
    }
  }

  /** Reads what has been written since; returns the newest sequence of each account. */
  async advance(): Promise<ReadonlyMap<string, bigint>> {
    const newest = new Map<string, bigint>();
    for (const account of this.accounts) {
      for (;;) {
        const from = this.#next.get(account) ?? 1n;
        const { events, lastSequence } = await this.bus.events(account, from, PAGE);
        newest.set(account, lastSequence);
        for (const event of events) this.#count(event);
        const last = events.at(-1);
        if (last === undefined) break;
        this.#next.set(account, last.sequence + 1n);
        if (last.sequence >= lastSequence) break;
      }
    }
    return newest;
  }

  #count({ fact }: AccountEvent): void {
    if (fact.kind === 'order_filled') {
      this.#fills += 1;
      if (fact.order !== undefined) this.#accepted.add(fact.order.clientOrderId);
    }
    if (fact.kind === 'order_changed' && TAKEN.has(fact.event)) this.#accepted.add(fact.order.clientOrderId);
  }
}
