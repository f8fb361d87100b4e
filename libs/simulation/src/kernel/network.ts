import type { Random } from '@argosy/domain';
import type { Scheduler } from './scheduler.js';

/** What a link does to what it carries; times in microseconds. */
export interface LinkSpeed {
  readonly latencyUs: number;
  readonly jitterUs: number;
}

interface Cut {
  /** What TCP holds and sends again once the link is back. */
  readonly held: (() => void)[];
}

/** Between machines, where nobody says otherwise. */
const NEAR: LinkSpeed = { latencyUs: 150, jitterUs: 100 };

/**
 * The wires between machines, each direction for itself. What goes one way on one stream arrives in order; a cut wire holds
 * what it was given, as TCP does, and delivers when it is mended.
 */
export class Network {
  readonly #speeds = new Map<string, LinkSpeed>();
  readonly #extra = new Map<string, number>();
  readonly #cuts = new Map<string, Cut>();
  readonly #lastUs = new Map<string, number>();
  #streams = 0;
  readonly #watchers: ((from: string, to: string, isCut: boolean) => void)[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  setSpeed(a: string, b: string, speed: LinkSpeed): void {
    this.#speeds.set(`${a}>${b}`, speed);
    this.#speeds.set(`${b}>${a}`, speed);
  }

  /** Adds delay to everything between two machines; 0 takes it away. */
  slow(a: string, b: string, extraUs: number): void {
    this.#extra.set(`${a}>${b}`, extraUs);
    this.#extra.set(`${b}>${a}`, extraUs);
  }

  /** One direction: an asymmetric partition is one cut. */
  cut(from: string, to: string): void {
    const link = `${from}>${to}`;
    if (this.#cuts.has(link)) return;
    this.#cuts.set(link, { held: [] });
    for (const watch of this.#watchers) watch(from, to, true);
  }

  mend(from: string, to: string): void {
    const link = `${from}>${to}`;
    const cut = this.#cuts.get(link);
    if (cut === undefined) return;
    this.#cuts.delete(link);
    for (const run of cut.held) run();
    for (const watch of this.#watchers) watch(from, to, false);
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.has(`${from}>${to}`);
  }

  watch(run: (from: string, to: string, isCut: boolean) => void): void {
    this.#watchers.push(run);
  }

  /** How long one message takes now, microseconds. */
  delayUs(from: string, to: string): number {
    const link = `${from}>${to}`;
    const speed = this.#speeds.get(link) ?? NEAR;
    const extra = this.#extra.get(link) ?? 0;
    return Math.round(speed.latencyUs + (speed.jitterUs + extra / 4) * this.random.unit() + extra);
  }

  /** In order within `stream`, which names one direction of one connection; each for itself where it is empty. */
  send(from: string, to: string, stream: string, arrive: () => void): void {
    const cut = this.#cuts.get(`${from}>${to}`);
    if (cut !== undefined) {
      cut.held.push(() => this.send(from, to, stream, arrive));
      return;
    }
    const delayUs = this.delayUs(from, to);
    if (stream === '') {
      this.scheduler.after(delayUs, arrive);
      return;
    }
    const atUs = Math.max(this.scheduler.nowUs + delayUs, this.#lastUs.get(stream) ?? 0);
    this.#lastUs.set(stream, atUs);
    this.scheduler.after(atUs - this.scheduler.nowUs, arrive);
  }

  /** Tells connections of one world apart. */
  newStream(): number {
    return (this.#streams += 1);
  }
}
