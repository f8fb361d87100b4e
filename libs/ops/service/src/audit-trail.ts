import { type Clock, Fault, type Random, type Timers } from '@argosy/domain';
import {
  type Actor,
  type AuditEntry,
  type AuditLog,
  type AuditPhase,
  type AuditRecord,
  type ChainVerdict,
  type OpsProblemCode,
  type PolicyRow,
  problem,
  TokenBuckets,
} from '@argosy/ops-core';
import type { Counter, Logger, Metrics } from '@argosy/platform-port';
import { type Answer, type No } from './no.js';
import { refused } from '@argosy/domain';

/** Entries that wait for the store; beyond this they are only in the service's log. */
export const AUDIT_BACKLOG_MAX = 10_000;
const RETRY_MS = 1_000;
/** Refusals of strangers that are written down one by one; the rest are counted. */
const REFUSALS_PER_SECOND = 20;
const REFUSALS_BURST = 50;
const OUTCOME_LENGTH_MAX = 4_000;
const REASON_LENGTH_MAX = 500;

/** One command by somebody known. */
export interface Command {
  readonly row: PolicyRow;
  readonly actor: Actor;
  /** Method and path as asked for. */
  readonly route: string;
  readonly requestHash: string;
}

/** Of a request that was refused before it became a command. */
export interface RefusedRequest {
  readonly action: string;
  readonly actor: Actor | undefined;
  readonly route: string;
  readonly requestHash: string;
}

/**
 * Writes down who asked for what, before and after (I-48). What can add risk waits until the intent is durable, and is
 * not done when it cannot be; what only makes the fleet safer is done at once and written down as soon as that is possible.
 */
export class AuditTrail {
  private readonly backlog: AuditRecord[] = [];
  private readonly written: Counter<'phase'>;
  private readonly lost: Counter<never>;
  private readonly refusals = new TokenBuckets(REFUSALS_PER_SECOND, REFUSALS_BURST);
  private suppressed = 0;
  private running = new Set<Promise<unknown>>();
  private retrying = false;

  constructor(
    private readonly log: AuditLog,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly random: Random,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.written = metrics.counter({
      name: 'argosy_ops_gateway_audit_entries_total',
      help: 'Entries written to the audit log.',
      labels: ['phase'],
    });
    this.lost = metrics.counter({
      name: 'argosy_ops_gateway_audit_entries_lost_total',
      help: 'Entries that are in the service log only, because the audit log took none for too long.',
      labels: [],
    });
  }

  /** @param reason in the person's own words */
  async run<T>(command: Command, reason: string, work: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const record = this.recordOf(command, reason);
    if (command.row.lowersRisk) this.later(record('intent', 'allowed', reason, ''));
    else {
      try {
        await this.append(record('intent', 'allowed', reason, ''));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.logger.error('audit_unavailable', {
          action: command.row.action,
          actor: command.actor.name,
          reason: error.message,
        });
        return refused(problem('audit_unavailable'));
      }
    }
    const answer = await work();
    this.later(
      record(
        'outcome',
        answer.ok ? 'allowed' : 'refused',
        answer.ok ? reason : answer.refusal.code,
        outcomeText(answer),
      ),
    );
    return answer;
  }

  /** A state-changing request that was refused before anything was done. */
  refused(request: RefusedRequest, no: No): void {
    if (!this.refusals.take(request.actor?.name ?? '', this.clock.monotonicMs())) {
      this.suppressed += 1;
      return;
    }
    const more = this.suppressed === 0 ? '' : ` (and ${String(this.suppressed)} more before it)`;
    this.suppressed = 0;
    this.later({
      requestId: this.newId(),
      phase: 'refusal',
      atNs: this.clock.now(),
      actor: request.actor?.name ?? 'unknown',
      role: request.actor?.role ?? 'none',
      via: request.actor?.via ?? 'none',
      action: request.action,
      route: request.route.slice(0, REASON_LENGTH_MAX),
      decision: 'refused',
      reason: `${no.code}${more}`,
      requestHash: request.requestHash,
      outcome: JSON.stringify(no.details).slice(0, OUTCOME_LENGTH_MAX),
    });
  }

  recent(limit: number): Promise<Answer<readonly AuditEntry[]>> {
    return this.read(() => this.log.recent(limit));
  }

  verify(): Promise<Answer<ChainVerdict>> {
    return this.read(() => this.log.verify());
  }

  newId(): string {
    return [...this.random.bytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Entries that are not durable yet. */
  get waiting(): number {
    return this.backlog.length + this.running.size;
  }

  /** Resolves when everything said so far has been tried. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all([...this.running]);
  }

  async stop(): Promise<void> {
    await this.settled();
    for (const record of this.backlog.splice(0)) this.loseToLog(record);
  }

  private recordOf(
    command: Command,
    reason: string,
  ): (phase: AuditPhase, decision: AuditRecord['decision'], why: string, outcome: string) => AuditRecord {
    const requestId = this.newId();
    this.logger.info('command', {
      request: requestId,
      action: command.row.action,
      actor: command.actor.name,
      role: command.actor.role,
      reason,
    });
    return (phase, decision, why, outcome) => ({
      requestId,
      phase,
      atNs: this.clock.now(),
      actor: command.actor.name,
      role: command.actor.role,
      via: command.actor.via,
      action: command.row.action,
      route: command.route,
      decision,
      reason: why.slice(0, REASON_LENGTH_MAX),
      requestHash: command.requestHash,
      outcome,
    });
  }

  private async read<T>(ask: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await ask() };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(problem('audit_unavailable' satisfies OpsProblemCode));
    }
  }

  private async append(record: AuditRecord): Promise<void> {
    await this.log.append(record);
    this.written.add({ phase: record.phase });
  }

  private later(record: AuditRecord): void {
    const writing: Promise<unknown> = this.append(record)
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        this.keep(record);
      })
      .finally(() => this.running.delete(writing));
    this.running.add(writing);
  }

  private keep(record: AuditRecord): void {
    if (this.backlog.length >= AUDIT_BACKLOG_MAX) return this.loseToLog(record);
    this.backlog.push(record);
    if (this.retrying) return;
    this.retrying = true;
    this.timers.after(RETRY_MS, () => {
      this.retrying = false;
      for (const waiting of this.backlog.splice(0)) this.later(waiting);
    });
  }

  private loseToLog(record: AuditRecord): void {
    this.lost.add({});
    this.logger.critical('audit_entry_not_stored', { ...record, atNs: String(record.atNs) });
  }
}

function outcomeText(answer: Answer<unknown>): string {
  const told = answer.ok ? answer.value : { code: answer.refusal.code, details: answer.refusal.details };
  return (
    JSON.stringify(told, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? ''
  ).slice(0, OUTCOME_LENGTH_MAX);
}
