import { type AccountId, type Clock, Fault, type StrategyId } from '@argosy/domain';
import { type RiskAlert, riskAlertCodec, subjects } from '@argosy/contracts';
import type { Logger, MessageBus } from '@argosy/platform-port';
import type { RiskMetrics } from './risk.metrics.js';

export type AlertSeverity = 'warning' | 'page' | 'kill';

export interface Alert {
  /** From a closed set: a loss rule, a kind of runaway, or what risk itself failed to do. */
  readonly kind: string;
  readonly severity: AlertSeverity;
  readonly text: string;
  readonly accountId?: AccountId;
  readonly strategyId?: StrategyId;
}

/** What risk did by itself or warns of, told to people by event, log and metric. Nothing waits for it. */
export class Alerts {
  private epoch = 0;

  constructor(
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: RiskMetrics,
  ) {}

  lead(epoch: number): void {
    this.epoch = epoch;
  }

  raise({ kind, severity, text, accountId, strategyId }: Alert): void {
    const said = { kind, severity, account: accountId ?? '', strategy: strategyId ?? '', text };
    if (severity === 'warning') this.logger.warning('risk_alert', said);
    else this.logger.error('risk_alert', said);
    this.metrics.alerts.add({ kind });
    const message: RiskAlert = {
      kind,
      severity,
      accountId: accountId ?? '',
      strategyId: strategyId ?? '',
      text,
      atNs: this.clock.now(),
      riskEpoch: this.epoch,
    };
    try {
      this.bus.publish(subjects.riskAlert, riskAlertCodec, message);
    } catch (error) {
      // The log has it, and the metric.
      if (!(error instanceof Fault)) throw error;
    }
  }
}
