import type { TruthEntry } from '@argosy/exchange-wire';
import { CommandError } from '../exit-codes.js';
import type { ExchangeControl } from './exchange-control.js';
import type { Patience } from './patience.js';

/** An entry of the exchange's truth, and when we saw it on our own clock. */
export interface SeenTruth {
  readonly entry: TruthEntry;
  readonly seenMs: number;
}

const LOOK_EVERY_MS = 25;
const PAGE = 2_000;

/** Reads the exchange's own record while things happen; what it cannot read now it reads later. */
export class TruthFollower {
  readonly seen: SeenTruth[] = [];
  #next = 0;
  #forgotten = 0;
  #isOver = false;
  #following: Promise<void> = Promise.resolve();

  constructor(
    private readonly control: ExchangeControl,
    private readonly patience: Patience,
    /** In lower case. */
    private readonly accounts: ReadonlySet<string>,
  ) {}

  async begin(): Promise<void> {
    this.#next = (await this.control.figures()).truth;
    this.#following = this.#follow();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#following;
  }

  /** Number of the newest entry that was read. */
  get lastSeq(): number {
    return this.#next;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  get entries(): readonly TruthEntry[] {
    return this.seen.map(({ entry }) => entry);
  }

  /** The first order of ours that the exchange took after this entry. */
  firstAccepted(afterSeq: number, fits: (cloid: string) => boolean = () => true): SeenTruth | undefined {
    return this.seen.find(
      ({ entry }) =>
        entry.seq > afterSeq &&
        entry.kind === 'order' &&
        entry.outcome !== 'refused' &&
        entry.cloid !== undefined &&
        fits(entry.cloid),
    );
  }

  /** Everything there is by now. */
  async catchUp(): Promise<void> {
    for (;;) {
      const { entries, next, forgotten } = await this.control.truth(this.#next, PAGE);
      this.#forgotten += forgotten;
      const seenMs = this.patience.nowMs;
      // Two readers of one page would count it twice.
      for (const entry of entries) {
        if (entry.seq <= this.#next) continue;
        this.#next = entry.seq;
        if (!('account' in entry) || this.accounts.has(entry.account.toLowerCase())) this.seen.push({ entry, seenMs });
      }
      this.#next = Math.max(this.#next, next);
      if (entries.length < PAGE) return;
    }
  }

  async #follow(): Promise<void> {
    while (!this.#isOver && !this.patience.isStopped) {
      await this.catchUp().catch((error: unknown) => {
        // A frozen exchange tells nothing now.
        if (!(error instanceof CommandError)) throw error;
      });
      await this.patience.sleep(LOOK_EVERY_MS).catch(() => undefined);
    }
  }
}
