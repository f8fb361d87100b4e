import type { Random } from '@argosy/domain';
import type { Scheduler } from './scheduler.js';

/** What a link does to what it carries; times in microseconds. */
export interface LinkSpeed {
  readonly latencyUs: number;
  readonly jitterUs: number;
}

/** One direction between two machines. */
interface Link {
  speed: LinkSpeed;
  extraUs: number;
  /** What TCP holds and sends again once the link is back; undefined while it is whole. */
  held: (() => void)[] | undefined;
}

/** One direction of one connection: what is sent on it arrives in order. */
export interface Way {
  send(arrive: () => void): void;
  /** How long one message takes now, microseconds. */
  delayUs(): number;
}

/** Between machines, where nobody says otherwise. */
const NEAR: LinkSpeed = { latencyUs: 150, jitterUs: 100 };

/**
 * The wires between machines, each direction for itself. What goes one way on one connection arrives in order; a cut wire
 * holds what it was given, as TCP does, and delivers when it is mended.
 */
export class Network {
  /** By sender, then receiver: looked up for every message, and no text is put together for it. */
  readonly #links = new Map<string, Map<string, Link>>();
  readonly #watchers: ((from: string, to: string, isCut: boolean) => void)[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  setSpeed(a: string, b: string, speed: LinkSpeed): void {
    this.#link(a, b).speed = speed;
    this.#link(b, a).speed = speed;
  }

  /** Adds delay to everything between two machines; 0 takes it away. */
  slow(a: string, b: string, extraUs: number): void {
    this.#link(a, b).extraUs = extraUs;
    this.#link(b, a).extraUs = extraUs;
  }

  /** One direction: an asymmetric partition is one cut. */
  cut(from: string, to: string): void {
    const link = this.#link(from, to);
    if (link.held !== undefined) return;
    link.held = [];
    for (const watch of this.#watchers) watch(from, to, true);
  }

  mend(from: string, to: string): void {
    const link = this.#link(from, to);
    const { held } = link;
    if (held === undefined) return;
    link.held = undefined;
    for (const run of held) run();
    for (const watch of this.#watchers) watch(from, to, false);
  }

  isCut(from: string, to: string): boolean {
    return this.#link(from, to).held !== undefined;
  }

  watch(run: (from: string, to: string, isCut: boolean) => void): void {
    this.#watchers.push(run);
  }

  /** A connection's one direction. */
  way(from: string, to: string): Way {
    const link = this.#link(from, to);
    let lastUs = 0;
    const send = (arrive: () => void): void => {
      if (link.held !== undefined) {
        link.held.push(() => send(arrive));
        return;
      }
      const { nowUs } = this.scheduler;
      lastUs = Math.max(nowUs + this.#delayUs(link), lastUs);
      this.scheduler.after(lastUs - nowUs, arrive);
    };
    return { send, delayUs: () => this.#delayUs(link) };
  }

  /** A message for itself: later ones may overtake it. */
  send(from: string, to: string, arrive: () => void): void {
    const link = this.#link(from, to);
    if (link.held !== undefined) link.held.push(() => this.send(from, to, arrive));
    else this.scheduler.after(this.#delayUs(link), arrive);
  }

  #delayUs({ speed, extraUs }: Link): number {
    return Math.round(speed.latencyUs + (speed.jitterUs + extraUs / 4) * this.random.unit() + extraUs);
  }

  #link(from: string, to: string): Link {
    let links = this.#links.get(from);
    if (links === undefined) this.#links.set(from, (links = new Map<string, Link>()));
    let link = links.get(to);
    if (link === undefined) links.set(to, (link = { speed: NEAR, extraUs: 0, held: undefined }));
    return link;
  }
}
