import type { SimProcess } from '../kernel/sim-process.js';

export type CrashSide = 'before' | 'after';

/** A moment at something durable, on either side of its effect. */
export interface CrashPoint {
  /** `journal.write`. */
  readonly target: string;
  readonly side: CrashSide;
  /** Counted down to the call that is meant. */
  nth: number;
  /** The process stands still for so long; it dies where this is absent. */
  readonly pauseUs?: number;
}

/** Which calls of whoever makes them end a process, or stop it for a while. */
export class CrashSchedule {
  readonly #points: CrashPoint[] = [];

  constructor(private readonly met: (process: SimProcess, point: CrashPoint) => void) {}

  add(point: CrashPoint): void {
    this.#points.push({ ...point });
  }

  /** Points whose call never came are withdrawn. */
  clear(): void {
    this.#points.length = 0;
  }

  /** Asked at every such call; true ends the process here. */
  readonly diesAt = (process: SimProcess, target: string, side: CrashSide): boolean => {
    if (this.#points.length === 0) return false;
    const at = this.#points.find((point) => point.target === target && point.side === side);
    if (at === undefined) return false;
    at.nth -= 1;
    if (at.nth > 0) return false;
    this.#points.splice(this.#points.indexOf(at), 1);
    this.met(process, at);
    return at.pauseUs === undefined;
  };
}
