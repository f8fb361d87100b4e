import { ok } from '@argosy/domain';
import { type Alert, KILL_ACTION } from '@argosy/ops-core';
import type { Counter, Logger, Metrics } from '@argosy/platform-port';
import type { AuditTrail, Command } from './audit-trail.js';
import type { KillAnswer, KillSwitchService } from './kill-switch.service.js';
import type { Answer } from './no.js';

/** Outbreaks that are remembered to have killed; the oldest is forgotten first. */
export const OUTBREAKS_MAX = 1_000;

/**
 * What the alert manager tells: everything is written down, and a firing alert that says so kills (RK-3), once for each
 * outbreak. It repeats itself for as long as an alert fires, which must not undo what a person has resumed meanwhile.
 */
export class AlertsService {
  private readonly killed = new Map<string, string>();
  private readonly received: Counter<'action'>;

  constructor(
    private readonly killSwitch: KillSwitchService,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.received = metrics.counter({
      name: 'argosy_ops_gateway_alerts_received_total',
      help: 'Alerts that the alert manager told of, by what was done.',
      labels: ['action'],
    });
  }

  receive(command: Command, alerts: readonly Alert[]): Promise<Answer<unknown>> {
    return this.audit.run(command, describe(alerts), async () => {
      for (const { name, isFiring, severity, summary, killsFleet } of alerts)
        this.logger.warning('alert_received', { alert: name, isFiring, severity, summary, killsFleet });
      const deadly = alerts.filter(({ killsFleet, isFiring }) => killsFleet && isFiring);
      const fresh = deadly.filter(({ outbreak }) => !this.killed.has(outbreak));
      const [earlier] = deadly.flatMap(({ outbreak }) => this.killed.get(outbreak) ?? []);
      this.count('recorded', alerts.length - deadly.length);
      this.count('repeated', deadly.length - fresh.length);
      const kill = fresh.length === 0 ? undefined : await this.kill(command, fresh);
      // Not remembered: the alert manager sends it again, and that is what should happen.
      if (kill !== undefined && !kill.ok) return kill;
      return ok({
        received: alerts.length,
        firing: alerts.filter(({ isFiring }) => isFiring).length,
        killed: kill !== undefined,
        already_killed_by: earlier ?? null,
        kill: kill?.value ?? null,
      });
    });
  }

  private async kill(command: Command, alerts: readonly Alert[]): Promise<Answer<KillAnswer>> {
    const [first] = alerts;
    const reason = `${KILL_ACTION}: ${alerts.map(({ name }) => name).join(', ')}${first?.summary ? ` (${first.summary})` : ''}`;
    const answer = await this.killSwitch.killBy(command.actor, command.route, reason);
    if (!answer.ok) return answer;
    this.count('killed', alerts.length);
    for (const { outbreak } of alerts) this.remember(outbreak, answer.value.kill_id);
    return answer;
  }

  private remember(outbreak: string, killId: string): void {
    const [oldest] = this.killed.keys();
    if (this.killed.size >= OUTBREAKS_MAX && oldest !== undefined) this.killed.delete(oldest);
    this.killed.set(outbreak, killId);
  }

  private count(action: string, times: number): void {
    for (let i = 0; i < times; i += 1) this.received.add({ action });
  }
}

const describe = (alerts: readonly Alert[]): string =>
  alerts.map(({ name, isFiring }) => `${name} ${isFiring ? 'firing' : 'resolved'}`).join(', ');
