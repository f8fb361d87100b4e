import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

/** What a candidate counts of its leadership (HA-2). */
export class LeadershipMetrics {
  readonly role: Gauge<never>;
  readonly epoch: Gauge<never>;
  readonly transitions: Counter<'to_state'>;
  readonly renewalSeconds: Histogram<'outcome'>;
  readonly deadlineSlackSeconds: Gauge<never>;

  constructor(metrics: Metrics) {
    this.role = metrics.gauge({
      name: 'argosy_leadership_role',
      help: 'One while this process leads, zero while it stands by.',
      labels: [],
    });
    this.epoch = metrics.gauge({
      name: 'argosy_leadership_epoch',
      help: 'The epoch under which this process leads, zero while it stands by.',
      labels: [],
    });
    this.transitions = metrics.counter({
      name: 'argosy_leadership_transitions_total',
      help: 'How often this process began to lead, lost its lease, stepped down or gave it back.',
      labels: ['to_state'],
    });
    this.renewalSeconds = metrics.histogram({
      name: 'argosy_leadership_renewal_seconds',
      help: 'Time from the sending of a renewal to its answer.',
      labels: ['outcome'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.deadlineSlackSeconds = metrics.gauge({
      name: 'argosy_leadership_deadline_slack_seconds',
      help: 'What was left until the deadline when the last renewal was answered; below zero nothing but cancels left.',
      labels: [],
    });
  }
}
