import { type ServiceName, SERVICES, type ServiceStatus, type TradingState } from '@argosy/contracts';
import type { Clock } from '@argosy/domain';
import {
  describeLeadership,
  describeProcess,
  type Gauge,
  type Metrics,
  type ProcessFacts,
} from '@argosy/platform-port';
import type { FleetClient } from './clients/fleet-client.js';
import { STATUS_MS_MAX } from './clients/fleet-asker.js';
import type { KillFile } from './kill-file.js';
import type { Answer } from './no.js';
import { statusView, type StatusView } from './views/status.view.js';

/** A status older than this is assembled anew. */
export const STATUS_AGE_MS_MAX = 250;

const valueOf = <T>(answer: Answer<T>): T | undefined => (answer.ok ? answer.value : undefined);

/** The fleet in one answer (FL-7): every part is asked at once, what does not answer is named. */
export class StatusService {
  private readonly health: Gauge<never>;
  private readonly startedNs: bigint;
  private readonly venues = new Set<string>();
  private cached: { readonly view: StatusView; readonly atMs: number } | undefined;
  private assembling: Promise<StatusView> | undefined;
  private generation = 0;
  private bookProblems: readonly string[] = [];

  constructor(
    private readonly fleet: FleetClient,
    private readonly clock: Clock,
    private readonly facts: ProcessFacts,
    private readonly killFile: KillFile,
    metrics: Metrics,
  ) {
    this.startedNs = clock.now();
    this.health = metrics.gauge({
      name: 'system_health',
      help: 'Share of the fleet that is ready, from 0 to 1.',
      labels: [],
    });
  }

  current(): Promise<StatusView> {
    if (this.cached !== undefined && this.clock.monotonicMs() - this.cached.atMs <= STATUS_AGE_MS_MAX)
      return Promise.resolve(this.cached.view);
    this.assembling ??= this.assemble();
    return this.assembling;
  }

  /** Something has changed: what was assembled before, or is being assembled now, is not the answer any more. */
  invalidate(): void {
    this.generation += 1;
    this.cached = undefined;
    this.assembling = undefined;
  }

  async tradingState(): Promise<TradingState | undefined> {
    return valueOf(await this.fleet.risk.tradingState());
  }

  /** Books that failed their last check are no healthy fleet's, until a check passes. */
  booksChecked(problems: readonly string[]): void {
    this.bookProblems = problems;
    this.invalidate();
  }

  /** What this process says to whoever asks it. */
  own(): ServiceStatus {
    const process = describeProcess(this.facts);
    return {
      service: 'ops-gateway',
      ...describeLeadership(this.facts),
      ...process,
      ready: process.conditions.every(({ met }) => met),
      startedNs: this.startedNs,
      venues: [],
    };
  }

  private async assemble(): Promise<StatusView> {
    const { generation } = this;
    const others = SERVICES.filter((name): name is Exclude<ServiceName, 'ops-gateway'> => name !== 'ops-gateway');
    const [statuses, standbys, trading, feeds, strategies] = await Promise.all([
      Promise.all(others.map((service) => this.fleet.serviceStatus(service))),
      Promise.all(SERVICES.map((service) => this.fleet.standbyStatus(service))),
      this.fleet.risk.tradingState(),
      this.fleet.marketData.feeds(),
      this.fleet.strategyHost.strategies(STATUS_MS_MAX),
    ]);
    const services = new Map<string, ServiceStatus | undefined>(
      others.map((name, at) => [name, statuses[at]?.ok === true ? statuses[at].value : undefined]),
    );
    services.set('ops-gateway', this.own());
    for (const status of services.values()) for (const { venue } of status?.venues ?? []) this.venues.add(venue);
    const view = statusView({
      version: this.facts.version,
      now: this.clock.now(),
      services,
      standbys: new Map(
        SERVICES.flatMap((name, at) => {
          const status = standbys[at];
          return status?.ok === true ? [[name, status.value] as const] : [];
        }),
      ),
      trading: valueOf(trading),
      feeds: valueOf(feeds),
      strategies: valueOf(strategies),
      venues: [...this.venues].sort(),
      killFile: this.killFile.view(),
      bookProblems: this.bookProblems,
    });
    const ready = [...services.values()].filter((status) => status?.ready === true).length;
    this.health.set({}, ready / services.size);
    if (generation === this.generation) {
      this.cached = { view, atMs: this.clock.monotonicMs() };
      this.assembling = undefined;
    }
    return view;
  }
}
