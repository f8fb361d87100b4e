import { assert } from '@argosy/domain';

/** Something that will happen; `cancel` before it does and it never happened. */
export interface Planned {
  cancel(): void;
}

class Entry implements Planned {
  cancelled = false;
  constructor(
    readonly atUs: number,
    readonly order: number,
    readonly run: () => void,
  ) {}
  cancel(): void {
    this.cancelled = true;
  }
}

/** Events between two turns of the machine: rejections that nobody heard come to light there. */
const EVENTS_A_TURN = 4_096;
/** More events than this in one run is a loop. */
const EVENTS_MAX = 50_000_000;

/**
 * The one queue of everything that will happen, in microseconds of virtual time. What falls on one moment happens in the
 * order in which it was planned, and every promise that an event settled has run before the next event.
 */
export class Scheduler {
  #nowUs = 0;
  #planned = 0;
  #done = 0;
  readonly #heap: Entry[] = [];

  /** Microseconds since the start. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Events that happened. */
  get events(): number {
    return this.#done;
  }

  /** Events that wait, cancelled ones among them. */
  get planned(): number {
    return this.#heap.length;
  }

  /** Plans `run` for `delayUs` from now; 0 is after everything planned for this moment. */
  after(delayUs: number, run: () => void): Planned {
    assert(delayUs >= 0, `an event in the past: ${String(delayUs)} us`);
    const entry = new Entry(this.#nowUs + Math.round(delayUs), (this.#planned += 1), run);
    this.#push(entry);
    return entry;
  }

  /** Lets everything happen up to and including `untilUs`. Rejects with what an event threw. */
  run(untilUs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = EVENTS_A_TURN;
      const stepOnceSettled = (): void => {
        process.nextTick(step);
      };
      const step = (): void => {
        try {
          const next = this.#next(untilUs);
          if (next === undefined) {
            this.#nowUs = untilUs;
            resolve();
            return;
          }
          this.#nowUs = next.atUs;
          this.#done += 1;
          assert(this.#done < EVENTS_MAX, 'events without end');
          next.run();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        left -= 1;
        if (left > 0) {
          // A tick queued out of a microtask runs once all microtasks are done, and costs no turn of the machine.
          queueMicrotask(stepOnceSettled);
        } else {
          left = EVENTS_A_TURN;
          // eslint-disable-next-line no-restricted-globals -- the machine's own turn, which no virtual one can stand for.
          setImmediate(step);
        }
      };
      // eslint-disable-next-line no-restricted-globals -- as above.
      setImmediate(step);
    });
  }

  #next(untilUs: number): Entry | undefined {
    for (;;) {
      const [top] = this.#heap;
      if (top === undefined || top.atUs > untilUs) return undefined;
      this.#pop();
      if (!top.cancelled) return top;
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const up = (at - 1) >>> 1;
      const parent = heap[up] as Entry;
      if (!before(entry, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && before(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!before(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (a: Entry, b: Entry): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
