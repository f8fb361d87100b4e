import type { IntegrityReport } from '@argosy/contracts';
import { type Clock, Fault, type TimeNs } from '@argosy/domain';
import { INTEGRITY_FAILED, INTEGRITY_PASSED, type IntegrityCheck } from '@argosy/ledger-core';
import type { Logger } from '@argosy/platform-port';
import type { LedgerMetrics } from './ledger.metrics.js';
import type { LedgerQueries } from './ledger-queries.js';

/** A check of a large ledger is heard from so often. */
const TELL_EVERY_MS = 5_000;

export interface IntegrityParts {
  readonly queries: LedgerQueries;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: LedgerMetrics;
  /** How far each account's facts are in the books. */
  readonly readUpTo: () => ReadonlyMap<string, bigint>;
}

/**
 * Proves the books and remembers what was found: all of them when somebody asks, what came since the last checkpoint every
 * now and then. Books that are not whole stay unhealthy, from the first finding until a full check passes.
 */
export class IntegrityWatch {
  private full: Promise<IntegrityReport> | undefined;
  private recent: Promise<void> | undefined;
  private broken: { readonly reason: string; readonly sinceNs: TimeNs } | undefined;
  private progress: string | undefined;

  constructor(private readonly parts: IntegrityParts) {}

  /** Everybody who asks while a check runs gets its answer: it reads every entry there is. */
  async checkAll(): Promise<IntegrityReport> {
    this.full ??= this.checkFull().finally(() => {
      this.full = undefined;
      this.progress = undefined;
    });
    return this.full;
  }

  /** One at a time, and none beside a full one, which proves more. */
  async checkRecent(): Promise<void> {
    if (this.full !== undefined || this.recent !== undefined) return;
    this.recent = this.check({ scope: 'recent' }).then(
      () => undefined,
      (error: unknown) => this.putOff(error),
    );
    await this.recent;
    this.recent = undefined;
  }

  found(reason: string): void {
    this.broken ??= { reason, sinceNs: this.parts.clock.now() };
  }

  condition(startedNs: TimeNs): { name: string; met: boolean; reason: string; sinceNs: TimeNs } {
    const { reason, sinceNs } = this.broken ?? { reason: this.progress ?? '', sinceNs: startedNs };
    return { name: 'integrity', met: this.broken === undefined, reason, sinceNs };
  }

  private async checkFull(): Promise<IntegrityReport> {
    await this.recent;
    const { clock, logger, metrics } = this.parts;
    let toldMs = clock.monotonicMs();
    const report = await this.check({
      scope: 'full',
      onProgress: (read, total) => {
        this.progress = `checked ${String(read)} of ${String(total)} entries`;
        metrics.integrityProgress.set({}, Number(read) / Math.max(Number(total), 1));
        if (clock.monotonicMs() - toldMs < TELL_EVERY_MS) return;
        toldMs = clock.monotonicMs();
        logger.info('integrity_progress', { read: String(read), total: String(total) });
      },
    });
    metrics.integrityProgress.set({}, 1);
    if (report.problems.length === 0) this.broken = undefined;
    return report;
  }

  private async check(check: IntegrityCheck): Promise<IntegrityReport> {
    const { clock, logger, metrics, queries, readUpTo } = this.parts;
    const sequences = readUpTo();
    const report = await queries.integrity(sequences, { ...check, checkpointAtNs: clock.now() });
    const passed = report.problems.length === 0;
    if (!passed) this.found(report.problems[0] ?? '');
    metrics.integrity.set({}, passed && (check.scope === 'full' || this.broken === undefined) ? 1 : 0);
    const data = {
      result: passed ? INTEGRITY_PASSED : INTEGRITY_FAILED,
      scope: check.scope,
      entries: String(report.entries),
      problems: report.problems.slice(0, 10),
    };
    if (!passed) logger.critical('integrity_checked', data);
    else if (check.scope === 'full') logger.info('integrity_checked', data);
    else logger.debug('integrity_checked', data);
    return report;
  }

  /** What the world cannot do now is tried again by the next; whether the store answers, others say. */
  private putOff(error: unknown): void {
    if (!(error instanceof Fault)) throw error;
    this.parts.logger.warning('put_off', { task: 'integrity', code: error.code, reason: error.message });
  }
}
