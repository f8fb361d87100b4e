import { InvariantViolation } from '@argosy/domain';
import type { ExchangeConfig } from './api/config.js';
import type { ExchangeCommand } from './api/command.js';
import type { ExchangeListener } from './api/event.js';
import type { CommandResult } from './api/outcome.js';
import type {
  AgentView,
  AssetContext,
  BookView,
  CandleView,
  ClearinghouseView,
  ConservationView,
  FeesView,
  FundingRateView,
  OrderStatusView,
  OrderView,
  PublicTrade,
  RateLimitView,
  RoleView,
  UserFill,
  UserFunding,
} from './api/view.js';
import type { ExchangeSnapshot } from './api/snapshot.js';

const soon = (): never => {
  throw new InvariantViolation('not yet');
};

/**
 * The simulated exchange without sockets. One synchronous door in (`execute`), one listener out, and questions that
 * change nothing. Addresses are compared in lower case.
 */
export class Exchange {
  constructor(
    readonly config: ExchangeConfig,
    readonly listener: ExchangeListener = () => undefined,
    _snapshot?: ExchangeSnapshot,
  ) {}

  execute(_command: ExchangeCommand): CommandResult {
    return soon();
  }
  /** Plain JSON; give it to the constructor with the same configuration. */
  snapshot(): ExchangeSnapshot {
    return soon();
  }

  /** The protocol time of the newest command. */
  get nowMs(): number {
    return soon();
  }
  /** When time alone would next change something (funding, scheduled cancel, premium sample). */
  nextDueMs(): number {
    return soon();
  }

  assetId(_coin: string): number | undefined {
    return soon();
  }
  role(_address: string): RoleView {
    return soon();
  }
  agents(_account: string): readonly AgentView[] {
    return soon();
  }
  book(_asset: number, _levels?: number, _significantFigures?: number, _mantissa?: number): BookView {
    return soon();
  }
  recentTrades(_asset: number): readonly PublicTrade[] {
    return soon();
  }
  context(_asset: number): AssetContext {
    return soon();
  }
  fundingHistory(_asset: number, _startMs: number, _endMs?: number): readonly FundingRateView[] {
    return soon();
  }
  /** Undefined for an interval the venue does not have. */
  candles(_asset: number, _interval: string, _startMs: number, _endMs: number): readonly CandleView[] | undefined {
    return soon();
  }
  openOrders(_account: string): readonly OrderView[] {
    return soon();
  }
  orderStatus(_account: string, _oidOrCloid: number | string): OrderStatusView | undefined {
    return soon();
  }
  /** Newest first, at most 2,000. */
  historicalOrders(_account: string): readonly OrderStatusView[] {
    return soon();
  }
  /** Newest first, at most 2,000. */
  userFills(_account: string): readonly UserFill[] {
    return soon();
  }
  /** Oldest first, at most 2,000 from `startMs` on. */
  userFillsByTime(_account: string, _startMs: number, _endMs?: number): readonly UserFill[] {
    return soon();
  }
  /** Oldest first, at most 500 from `startMs` on. */
  userFundings(_account: string, _startMs: number, _endMs?: number): readonly UserFunding[] {
    return soon();
  }
  clearinghouse(_account: string): ClearinghouseView {
    return soon();
  }
  leverage(_account: string, _asset: number): number {
    return soon();
  }
  rateLimit(_account: string): RateLimitView {
    return soon();
  }
  fees(_account: string): FeesView {
    return soon();
  }
  conservation(): ConservationView {
    return soon();
  }
}
