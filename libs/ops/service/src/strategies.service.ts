import type { StrategyView as WireView } from '@argosy/contracts';
import { type Clock, isoTime, ok } from '@argosy/domain';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { Answer } from './no.js';
import type { StatusService } from './status.service.js';
import { dollarsByStrategy, strategyView } from './views/strategy.view.js';

export interface StopRequest {
  readonly cancelOrders: boolean;
  readonly force: boolean;
  readonly reason: string;
}

/** Strategies as people see and steer them. */
export class StrategiesService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly status: StatusService,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<Answer<unknown>> {
    const [page, daily] = await Promise.all([this.fleet.strategyHost.strategies(), this.dailyPnl()]);
    return page.ok ? ok({ strategies: page.value.strategies.map((view) => strategyView(view, daily)) }) : page;
  }

  async get(id: string): Promise<Answer<unknown>> {
    return this.shown(await this.fleet.strategyHost.strategy(id));
  }

  load(
    command: Command,
    source: { readonly configFile: string } | { readonly configJson: string },
  ): Promise<Answer<unknown>> {
    const message = { configFile: '', configJson: '', ...source, actor: command.actor.name };
    return this.changed(command, `load ${message.configFile === '' ? 'from text' : message.configFile}`, () =>
      this.fleet.strategyHost.loadStrategy(message),
    );
  }

  start(command: Command, id: string): Promise<Answer<unknown>> {
    return this.changed(command, `start ${id}`, () => this.fleet.strategyHost.startStrategy(id, command.actor.name));
  }

  stop(command: Command, id: string, { cancelOrders, force, reason }: StopRequest): Promise<Answer<unknown>> {
    return this.changed(command, reason === '' ? `stop ${id}` : reason, () =>
      this.fleet.strategyHost.stopStrategy({ strategyId: id, cancelOrders, force, actor: command.actor.name, reason }),
    );
  }

  configure(command: Command, id: string, patchJson: string): Promise<Answer<unknown>> {
    return this.changed(command, `configure ${id}: ${patchJson}`, () =>
      this.fleet.strategyHost.configureStrategy(id, patchJson, command.actor.name),
    );
  }

  unload(command: Command, id: string): Promise<Answer<unknown>> {
    return this.audit.run(command, `unload ${id}`, async () => {
      const answer = await this.fleet.strategyHost.unloadStrategy(id, command.actor.name);
      this.status.invalidate();
      return answer.ok ? ok({ strategy_id: id, unloaded: true }) : answer;
    });
  }

  private changed(command: Command, reason: string, work: () => Promise<Answer<WireView>>): Promise<Answer<unknown>> {
    return this.audit.run(command, reason, async () => {
      const answer = await work();
      this.status.invalidate();
      return this.shown(answer);
    });
  }

  private async shown(answer: Answer<WireView>): Promise<Answer<unknown>> {
    return answer.ok ? ok(strategyView(answer.value, await this.dailyPnl())) : answer;
  }

  private async dailyPnl(): Promise<ReadonlyMap<string, string> | undefined> {
    const today = isoTime(this.clock.now()).slice(0, 10);
    const page = await this.fleet.ledger.pnl({ groupBy: 'strategy', fromDay: today, toDay: today });
    return page.ok ? dollarsByStrategy(page.value.rows) : undefined;
  }
}
