import type { Clock, Random, Timers } from '@argosy/domain';
import { ACCOUNT_EVENTS_STREAM, patterns } from '@argosy/contracts';
import type { Envelope } from './envelope.js';
import { InMemoryStream } from './in-memory-stream.js';
import { matchesPattern } from './subject-pattern.js';

/** What the wire does to core messages; durable ones only wait. Rates are probabilities in [0, 1]. */
export interface WireFaults {
  readonly random: Random;
  readonly dropRate?: number;
  readonly duplicateRate?: number;
  /** Uniform delay of each delivery; order between one publisher and one subscriber stays. */
  readonly delayMsMax?: number;
}

/** The way between one connection and its server; without one, messages need no time and are never held up. */
export interface BusLink {
  /** Runs at the server, in the order sent. */
  readonly up: (run: () => void) => void;
  /** Runs at the client, in the order sent. */
  readonly down: (run: () => void) => void;
}

export interface Listener {
  readonly pattern: string;
  readonly group?: string | undefined;
  readonly link?: BusLink | undefined;
  readonly receive: (envelope: Envelope) => void;
  /** False while its connection is down: the server forgets a client that is gone. */
  readonly reachable: () => boolean;
}

/** Where a subject goes. */
interface Route {
  readonly stream: InMemoryStream | undefined;
  readonly listeners: readonly Listener[];
}

const INBOX = '_INBOX_';
/** Subjects whose listeners are remembered; beyond it all are looked up anew. */
const ROUTES_MAX = 10_000;

/** The server: who listens to what, and what the streams hold. */
export class InMemoryBroker {
  readonly streams: ReadonlyMap<string, InMemoryStream>;
  readonly #listeners = new Set<Listener>();
  /** Who listens to what was published before: subjects are few and repeat, inboxes stand apart. */
  readonly #routes = new Map<string, Route>();
  readonly #inboxes = new Map<string, Listener>();
  readonly #turns = new Map<string, number>();
  readonly #lastDeliveryMs = new Map<Listener, number>();
  #faults: WireFaults | undefined;
  #inboxesMade = 0;

  constructor(
    readonly clock: Clock,
    readonly timers: Timers,
    streams: Readonly<Record<string, string>> = {
      [ACCOUNT_EVENTS_STREAM]: patterns.everyAccountFact,
      PARKED: 'argosy.parked.>',
    },
  ) {
    this.streams = new Map(
      Object.entries(streams).map(([name, pattern]) => [name, new InMemoryStream(pattern, timers)]),
    );
  }

  setFaults(faults: WireFaults | undefined): void {
    this.#faults = faults;
  }

  newInbox(owner: string): string {
    this.#inboxesMade += 1;
    return `${INBOX}${owner}.${String(this.#inboxesMade)}`;
  }

  listen(listener: Listener): () => void {
    const isInbox = listener.pattern.startsWith(INBOX);
    this.#listeners.add(listener);
    if (isInbox) this.#inboxes.set(listener.pattern, listener);
    else this.#routes.clear();
    return () => {
      this.#listeners.delete(listener);
      this.#lastDeliveryMs.delete(listener);
      if (isInbox) this.#inboxes.delete(listener.pattern);
      else this.#routes.clear();
    };
  }

  /** Sends a copy to every listener and one member of every group. Returns whether anybody listens, streams included. */
  publish(envelope: Envelope): boolean {
    const { stream, listeners } = this.#routeOf(envelope.subject);
    stream?.store(envelope);
    const receivers = this.#receivers(listeners);
    for (const receiver of receivers) this.#send(receiver, envelope);
    return receivers.length > 0 || stream !== undefined;
  }

  streamOf(subject: string): InMemoryStream | undefined {
    return this.#routeOf(subject).stream;
  }

  #receivers(listeners: readonly Listener[]): readonly Listener[] {
    const matching = listeners.filter((one) => one.reachable());
    if (matching.every(({ group }) => group === undefined)) return matching;
    const groups = new Map<string, Listener[]>();
    for (const one of matching) {
      if (one.group !== undefined) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
    }
    const alone = matching.filter((one) => one.group === undefined);
    return [...alone, ...[...groups].map(([group, members]) => this.#nextMember(group, members))];
  }

  #routeOf(subject: string): Route {
    if (subject.startsWith(INBOX)) {
      const inbox = this.#inboxes.get(subject);
      return { stream: undefined, listeners: inbox === undefined ? [] : [inbox] };
    }
    const known = this.#routes.get(subject);
    if (known !== undefined) return known;
    const route = {
      stream: [...this.streams.values()].find((stream) => matchesPattern(stream.pattern, subject)),
      listeners: [...this.#listeners].filter((one) => matchesPattern(one.pattern, subject)),
    };
    if (this.#routes.size >= ROUTES_MAX) this.#routes.clear();
    this.#routes.set(subject, route);
    return route;
  }

  #nextMember(group: string, members: readonly Listener[]): Listener {
    const turn = this.#turns.get(group) ?? 0;
    this.#turns.set(group, turn + 1);
    return members[turn % members.length] as Listener;
  }

  #send(receiver: Listener, envelope: Envelope): void {
    const faults = this.#faults;
    if (faults === undefined) return this.#deliverLater(receiver, envelope, 0);
    if (faults.random.unit() < (faults.dropRate ?? 0)) return;
    const copies = faults.random.unit() < (faults.duplicateRate ?? 0) ? 2 : 1;
    for (let i = 0; i < copies; i += 1)
      this.#deliverLater(receiver, envelope, faults.random.unit() * (faults.delayMsMax ?? 0));
  }

  #deliverLater(receiver: Listener, envelope: Envelope, delayMs: number): void {
    const deliver = (): void => {
      if (this.#listeners.has(receiver) && receiver.reachable()) receiver.receive(envelope);
    };
    if (receiver.link !== undefined && delayMs === 0) return receiver.link.down(deliver);
    const nowMs = this.clock.monotonicMs();
    const atMs = Math.max(nowMs + delayMs, this.#lastDeliveryMs.get(receiver) ?? 0);
    if (atMs <= nowMs) return queueMicrotask(deliver);
    this.#lastDeliveryMs.set(receiver, atMs);
    this.timers.after(atMs - nowMs, deliver);
  }
}
