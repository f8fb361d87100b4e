import type { Timers } from '@argosy/domain';
import type { ConsumeOptions } from '@argosy/platform-port';
import type { Envelope } from './envelope.js';
import { matchesPattern } from './subject-pattern.js';

interface Open {
  deliveries: number;
  waiting: boolean;
}

interface Progress {
  next: number;
  /** By position: how often delivered, and whether it waits to be delivered again. */
  readonly open: Map<number, Open>;
  readonly members: Set<Member>;
}

/** One process that consumes for a durable. `deliver` is told how often the message came before. */
export interface Member {
  readonly pattern: string;
  readonly options: ConsumeOptions;
  readonly deliver: (position: number, envelope: Envelope, redeliveries: number) => void;
}

/** A stream: what was published under its pattern, once per event id, and how far each durable has come. */
export class InMemoryStream {
  readonly messages: Envelope[] = [];
  readonly #ids = new Set<string>();
  readonly #durables = new Map<string, Progress>();
  /** Positions below it are on a volume that is gone. */
  #lost = 0;

  constructor(
    readonly pattern: string,
    private readonly timers: Timers,
  ) {}

  store(envelope: Envelope): void {
    if (envelope.eventId !== undefined) {
      if (this.#ids.has(envelope.eventId)) return;
      this.#ids.add(envelope.eventId);
    }
    this.messages.push(envelope);
    for (const progress of this.#durables.values()) this.#pump(progress);
  }

  /**
   * The volume is gone: the stream is made again, empty, and with it its durables. `messages` still tells, for whoever
   * watches, what was ever published.
   */
  wipe(): void {
    this.#lost = this.messages.length;
    this.#ids.clear();
    for (const progress of this.#durables.values()) {
      progress.next = this.#lost;
      progress.open.clear();
    }
  }

  /** Starts at the stream's beginning for a new durable, where it stopped for an old one. Returns how to leave. */
  join(member: Member): () => void {
    const { durable } = member.options;
    const progress = this.#durables.get(durable) ?? {
      next: this.#lost,
      open: new Map<number, Open>(),
      members: new Set<Member>(),
    };
    this.#durables.set(durable, progress);
    progress.members.add(member);
    this.#pump(progress);
    return () => {
      progress.members.delete(member);
      // What the member had not acknowledged goes to whoever joins next.
      for (const entry of progress.open.values()) entry.waiting = true;
      this.#pump(progress);
    };
  }

  acknowledge(durable: string, position: number): void {
    const progress = this.#durables.get(durable);
    if (progress === undefined) return;
    progress.open.delete(position);
    this.#pump(progress);
  }

  again(durable: string, position: number, delayMs: number): void {
    this.timers.after(delayMs, () => {
      const progress = this.#durables.get(durable);
      const entry = progress?.open.get(position);
      if (progress === undefined || entry === undefined) return;
      entry.waiting = true;
      this.#pump(progress);
    });
  }

  #pump(progress: Progress): void {
    const member = progress.members.values().next().value;
    if (member === undefined) return;
    for (const [position, entry] of progress.open) {
      if (!entry.waiting) continue;
      entry.waiting = false;
      entry.deliveries += 1;
      this.#deliver(progress, member, position, entry.deliveries - 1);
    }
    while (progress.open.size < member.options.maxInFlight && progress.next < this.messages.length) {
      const position = progress.next;
      progress.next += 1;
      if (!matchesPattern(member.pattern, this.messages[position]?.subject ?? '')) continue;
      progress.open.set(position, { deliveries: 1, waiting: false });
      this.#deliver(progress, member, position, 0);
    }
  }

  #deliver(progress: Progress, member: Member, position: number, redeliveries: number): void {
    queueMicrotask(() => {
      if (progress.members.has(member) && position >= this.#lost)
        member.deliver(position, this.messages[position] as Envelope, redeliveries);
    });
  }
}
