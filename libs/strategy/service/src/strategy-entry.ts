import type { StrategyView } from '@argosy/contracts';
import type { Instrument, StrategyId, TimeNs } from '@argosy/domain';
import { type StrategyConfig, strategyConfigJson } from '@argosy/strategy-api';
import type { TradingAccount } from './host-settings.js';
import type { StrategySession } from './strategy-session.js';
import type { StrategyStatus } from './strategy-host.metrics.js';

/** One loaded strategy: its configuration, and its run while there is one. */
export class StrategyEntry {
  status: StrategyStatus = 'stopped';
  /** Why it is stopped or in error; empty when nobody has to know. */
  reason = '';
  session: StrategySession | undefined;
  /** Where its orders go, as of its last start. */
  account: TradingAccount | undefined;
  instruments: readonly Instrument[] = [];
  startedAt: TimeNs | undefined;
  /** Lets go of the market data of its run. */
  unfollow: () => void = () => undefined;
  /** While its orders are being cancelled; resolves when none is open or nobody can end them. */
  sweeping: Promise<void> | undefined;
  /** While the host tries to go on with it after a restart; somebody who stops it ends that. */
  isResuming = false;
  /** Commands on one strategy run one after the other. */
  turn: Promise<unknown> = Promise.resolve();
  waitingTurns = 0;
  private counts = { submitted: 0, refused: 0, fills: 0 };

  constructor(
    public config: StrategyConfig,
    public configVersion: number,
  ) {}

  get strategyId(): StrategyId {
    return this.config.strategyId;
  }

  runs(session: StrategySession, startedAt: TimeNs): void {
    this.session = session;
    this.startedAt = startedAt;
    this.counts = session.counts;
  }

  /** Why it can be neither replaced nor started now. */
  whyBusy(): string | undefined {
    if (this.session !== undefined) return 'it runs; stop it first';
    return this.sweeping === undefined ? undefined : 'its orders are still being cancelled';
  }

  /** Its run is over; the counts of it stay to be looked at. */
  ended(): void {
    this.unfollow();
    this.unfollow = () => undefined;
    this.session = undefined;
    this.startedAt = undefined;
  }

  view(accountId: string): StrategyView {
    const { config, counts } = this;
    return {
      strategyId: config.strategyId,
      name: config.name,
      type: config.type,
      status: this.status,
      reason: this.reason,
      exchanges: [...config.exchanges],
      symbols: this.instruments.length === 0 ? [...config.symbols] : this.instruments.map(({ id }) => id),
      configJson: strategyConfigJson(config),
      configVersion: String(this.configVersion),
      paperTrading: config.paperTrading,
      ordersSubmitted: BigInt(counts.submitted),
      ordersRefused: BigInt(counts.refused),
      fills: BigInt(counts.fills),
      startedNs: this.startedAt ?? 0n,
      accountId,
    };
  }
}
