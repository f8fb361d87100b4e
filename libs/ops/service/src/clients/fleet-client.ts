import {
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  resumeCodec,
  type ServiceName,
  type ServiceStatus,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
} from '@argosy/contracts';
import type { MessageBus } from '@argosy/platform-port';
import type { Answer } from '../no.js';
import { ExecutionClient } from './execution.client.js';
import { FleetAsker, STATUS_MS_MAX, KILL_MS_MAX } from './fleet-asker.js';
import { LedgerClient } from './ledger.client.js';
import { MarketDataClient } from './market-data.client.js';
import { RiskClient } from './risk.client.js';
import { StrategyHostClient } from './strategy-host.client.js';

/** Everything the gateway may ask of the fleet: of one service by its name, of any of them here. */
export class FleetClient {
  readonly execution: ExecutionClient;
  readonly risk: RiskClient;
  readonly ledger: LedgerClient;
  readonly strategyHost: StrategyHostClient;
  readonly marketData: MarketDataClient;
  private readonly asker: FleetAsker;

  constructor(bus: MessageBus) {
    this.asker = new FleetAsker(bus);
    this.execution = new ExecutionClient(this.asker);
    this.risk = new RiskClient(this.asker);
    this.ledger = new LedgerClient(this.asker);
    this.strategyHost = new StrategyHostClient(this.asker);
    this.marketData = new MarketDataClient(this.asker);
  }

  serviceStatus = (service: ServiceName): Promise<Answer<ServiceStatus>> =>
    this.asker.query({
      to: service,
      subject: subjects.serviceStatus(service),
      ask: serviceStatusRequestCodec,
      answer: serviceStatusCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  /** Of the one that stands by; nobody may. */
  standbyStatus = (service: ServiceName): Promise<Answer<ServiceStatus>> =>
    this.asker.query({
      to: service,
      subject: subjects.serviceStandby(service),
      ask: serviceStatusRequestCodec,
      answer: serviceStatusCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  kill = (
    service: 'execution' | 'risk',
    message: Parameters<typeof killCodec.encode>[0],
  ): Promise<Answer<KillReceipt>> =>
    this.asker.command({
      to: service,
      subject: subjects.tradingKill(service),
      ask: killCodec,
      answer: killReceiptCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  resume = (service: 'execution' | 'risk', actor: string, reason: string): Promise<Answer<KillReceipt>> =>
    this.asker.command({
      to: service,
      subject: subjects.tradingResume(service),
      ask: resumeCodec,
      answer: killReceiptCodec,
      message: { actor, reason },
    });
}
