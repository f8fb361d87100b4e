/**
 * How the ids of one venue's diffs chain.
 * `counted`: every id is used once, so a diff follows when `first` is the last id plus one (Binance spot).
 * `linked`: ids leave holes and each diff names its predecessor (Binance USD-M, field `pu`).
 */
export type ChainRule = 'counted' | 'linked';

/** The ids of one diff: it takes the book from after `previous` to `last`. */
export interface DiffIds {
  readonly first: number;
  readonly last: number;
  /** What the venue says came before; `counted` chains leave it out. */
  readonly previous?: number;
}

export type SyncState = 'awaiting_snapshot' | 'awaiting_first' | 'synced' | 'broken';

/** What to do with one diff. Only `apply` may touch the book. */
export type DiffVerdict =
  { readonly verdict: 'apply' | 'buffered' | 'old' | 'ignored' } | { readonly verdict: 'gap'; readonly reason: string };

export type SnapshotVerdict<D> =
  | { readonly verdict: 'loaded'; readonly apply: readonly D[] }
  /** Older than the oldest buffered diff: the diffs between them were never seen; ask again. */
  | { readonly verdict: 'too_old' }
  | { readonly verdict: 'gap'; readonly reason: string };

/** Diffs kept while a snapshot is under way: ten minutes of the fastest stream. */
export const BUFFERED_DIFFS_MAX = 6_000;

const APPLY: DiffVerdict = { verdict: 'apply' };
const BUFFERED: DiffVerdict = { verdict: 'buffered' };
const OLD: DiffVerdict = { verdict: 'old' };
const IGNORED: DiffVerdict = { verdict: 'ignored' };

/**
 * Decides, before anything touches a book, whether a diff continues it. The rule is the one Binance documents under
 * "How to manage a local order book correctly": buffer, take a snapshot, drop what it already contains, start with the
 * diff that spans it, then demand an unbroken chain. A broken chain stays broken until `restart`.
 */
export class DepthSync<D extends DiffIds> {
  #state: SyncState = 'awaiting_snapshot';
  #lastId = 0;
  #lastFirst = 0;
  #buffer: D[] = [];

  constructor(
    private readonly rule: ChainRule,
    private readonly bufferMax: number = BUFFERED_DIFFS_MAX,
  ) {}

  get state(): SyncState {
    return this.#state;
  }
  /** The id the book stands at; meaningful once a snapshot is loaded. */
  get lastId(): number {
    return this.#lastId;
  }
  get buffered(): number {
    return this.#buffer.length;
  }

  /** Forgets everything and waits for a snapshot; `keep` are diffs that already belong to the new chain. */
  restart(keep: readonly D[] = []): void {
    this.#state = 'awaiting_snapshot';
    this.#buffer = [...keep];
    this.#lastId = 0;
    this.#lastFirst = 0;
  }

  offer(diff: D): DiffVerdict {
    if (this.#state === 'broken') return IGNORED;
    if (this.#state === 'awaiting_snapshot') return this.#hold(diff);
    return this.#judge(diff);
  }

  /** @param lastId the id at which the snapshot was taken. */
  snapshot(lastId: number): SnapshotVerdict<D> {
    const oldest = this.#buffer[0];
    if (oldest !== undefined && this.#from(oldest) > lastId) return { verdict: 'too_old' };
    const buffer = this.#buffer;
    this.#buffer = [];
    this.#lastId = lastId;
    this.#lastFirst = 0;
    this.#state = 'awaiting_first';
    const apply: D[] = [];
    for (const diff of buffer) {
      const verdict = this.#judge(diff);
      if (verdict.verdict === 'gap') return verdict;
      if (verdict.verdict === 'apply') apply.push(diff);
    }
    return { verdict: 'loaded', apply };
  }

  #hold(diff: D): DiffVerdict {
    if (this.#buffer.length >= this.bufferMax) {
      this.#buffer = [];
      return this.#break(`more than ${String(this.bufferMax)} diffs arrived before a snapshot`);
    }
    this.#buffer.push(diff);
    return BUFFERED;
  }

  #judge(diff: D): DiffVerdict {
    if (this.#state === 'awaiting_first') return this.#judgeFirst(diff);
    // The very same diff again carries absolute sizes we already have.
    if (diff.last === this.#lastId && diff.first === this.#lastFirst) return OLD;
    if (this.#from(diff) !== this.#lastId) return this.#break(this.#describe(diff));
    return this.#accept(diff);
  }

  #judgeFirst(diff: D): DiffVerdict {
    // The snapshot already contains it.
    if (diff.last <= this.#lastId) return OLD;
    // Spans the snapshot when nothing lies between: everything before `first` is in the snapshot.
    if (!(this.#from(diff) <= this.#lastId)) return this.#break(this.#describe(diff));
    return this.#accept(diff);
  }

  #accept(diff: D): DiffVerdict {
    this.#lastId = diff.last;
    this.#lastFirst = diff.first;
    this.#state = 'synced';
    return APPLY;
  }

  /** The id the book must stand at for this diff to follow. */
  #from(diff: D): number {
    return this.rule === 'counted' ? diff.first - 1 : (diff.previous ?? Number.NaN);
  }

  #describe(diff: D): string {
    const kind = diff.last <= this.#lastId ? 'rewind' : 'gap';
    return `${kind}: the book is at ${String(this.#lastId)}, the diff follows ${String(this.#from(diff))} and ends at ${String(diff.last)}`;
  }

  #break(reason: string): DiffVerdict {
    this.#state = 'broken';
    return { verdict: 'gap', reason };
  }
}
