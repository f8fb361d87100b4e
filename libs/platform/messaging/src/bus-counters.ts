import type { Counter, Metrics } from '@argosy/platform-port';

/** The first token after `argosy.`; everything else is `other`, so that the label set stays closed. */
export const SUBJECT_KINDS = ['cmd', 'ctl', 'evt', 'md', 'qry', 'parked', 'other'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export function subjectKind(subject: string): SubjectKind {
  if (!subject.startsWith('argosy.')) return 'other';
  switch (subject.charAt(7)) {
    case 'c':
      return subject.charAt(8) === 'm' ? 'cmd' : 'ctl';
    case 'e':
      return 'evt';
    case 'm':
      return 'md';
    case 'q':
      return 'qry';
    case 'p':
      return 'parked';
    default:
      return 'other';
  }
}

/** Why a message that arrived was not handled to its end. */
export type Undelivered = 'invalid' | 'overflow' | 'failed';

/** Numbers per kind, added up in plain fields and handed to the metrics once a second: a counter a message costs more than the message. */
export class Tally {
  // Plain fields: a map lookup would cost as much again as the addition.
  readonly #counts: Record<SubjectKind, number> = { cmd: 0, ctl: 0, evt: 0, md: 0, qry: 0, parked: 0, other: 0 };

  constructor(private readonly counter: Counter<'kind'>) {}

  add(kind: SubjectKind, count = 1): void {
    this.#counts[kind] += count;
  }

  flush(): void {
    for (const kind of SUBJECT_KINDS) {
      const count = this.#counts[kind];
      if (count === 0) continue;
      this.counter.add({ kind }, count);
      this.#counts[kind] = 0;
    }
  }
}

/** What the messaging lib counts. */
export class BusCounters {
  readonly sent: Tally;
  readonly received: Tally;
  readonly conflated: Tally;
  readonly #undelivered: Counter<'kind' | 'outcome'>;
  readonly #parked: Counter<'stream'>;
  readonly #redelivered: Counter<'stream'>;
  readonly #reconnects: Counter<never>;

  constructor(metrics: Metrics) {
    const perKind = (name: string, help: string): Tally => new Tally(metrics.counter({ name, help, labels: ['kind'] }));
    this.sent = perKind(
      'argosy_messaging_sent_total',
      'Messages this process published, by the first word of their subject.',
    );
    this.received = perKind(
      'argosy_messaging_received_total',
      'Messages that arrived for subscriptions of this process.',
    );
    this.conflated = perKind(
      'argosy_messaging_conflated_total',
      'Market data replaced by something newer before it was handled.',
    );
    this.#undelivered = metrics.counter({
      name: 'argosy_messaging_undelivered_total',
      help: 'Messages that arrived but were malformed, found a full queue, or whose handler failed.',
      labels: ['kind', 'outcome'],
    });
    this.#parked = metrics.counter({
      name: 'argosy_messaging_parked_total',
      help: 'Durable events given up on and put aside for a person to look at.',
      labels: ['stream'],
    });
    this.#redelivered = metrics.counter({
      name: 'argosy_messaging_redelivered_total',
      help: 'Durable events that came again because they were not acknowledged.',
      labels: ['stream'],
    });
    this.#reconnects = metrics.counter({
      name: 'argosy_messaging_reconnects_total',
      help: 'Lost connections to the message server that were made anew; each is a gap to refill.',
      labels: [],
    });
  }

  undelivered(kind: SubjectKind, outcome: Undelivered): void {
    this.#undelivered.add({ kind, outcome });
  }
  parked(stream: string): void {
    this.#parked.add({ stream });
  }
  redelivered(stream: string): void {
    this.#redelivered.add({ stream });
  }
  reconnected(): void {
    this.#reconnects.add({});
  }

  flush(): void {
    this.sent.flush();
    this.received.flush();
    this.conflated.flush();
  }
}
