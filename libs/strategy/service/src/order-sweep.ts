import {
  cancelAcceptedCodec,
  cancelOrderCodec,
  ordersPageCodec,
  ordersRequestCodec,
  subjects,
} from '@argosy/contracts';
import { Fault, type Order, type StrategyId, type Timers } from '@argosy/domain';
import type { Logger, MessageBus } from '@argosy/platform-port';

const REQUEST_TIMEOUT_MS = 2_000;
const ROUND_MS = 500;
/** A minute of rounds: beyond the venue's slowest answer, a person has to look. */
const ROUNDS_MAX = 120;
const PAGE = 1_000;

export interface SweepPorts {
  readonly bus: MessageBus;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Sees every open order of a strategy that no longer minds them cancelled, however often it has to be asked. */
export class OrderSweep {
  constructor(private readonly ports: SweepPorts) {}

  /** Undefined while execution does not answer. */
  async openOrders(strategy: StrategyId): Promise<readonly Order[] | undefined> {
    const ask = { status: 'open', accountId: '', venue: '', strategyId: strategy, instrumentId: '', limit: PAGE };
    try {
      const timeoutMs = REQUEST_TIMEOUT_MS;
      const answer = await this.ports.bus.request(subjects.orderList, ordersRequestCodec, ordersPageCodec, ask, {
        timeoutMs,
      });
      return answer.ok ? answer.value : undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return undefined;
    }
  }

  /**
   * Resolves with nothing when no order is open, or with what is left and why nobody could end it.
   * @param isQuiet false while a request of the strategy may still become an order
   */
  async run(strategy: StrategyId, reason: string, isQuiet: () => boolean): Promise<string | undefined> {
    let left = 'execution does not answer';
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (round > 0) await this.ports.timers.sleep(ROUND_MS);
      const wasQuiet = isQuiet();
      const open = await this.openOrders(strategy);
      if (open?.length === 0 && wasQuiet) return undefined;
      if (open === undefined) continue;
      left = `${String(open.length)} orders are still open: ${open.map(({ clientOrderId, state }) => `${clientOrderId} ${state}`).join(', ')}`;
      await Promise.all(open.map((order) => this.cancel(order, `${strategy}: ${reason}`)));
    }
    this.ports.logger.error('strategy_orders_left', { strategy, left });
    return left.slice(0, 400);
  }

  private async cancel({ clientOrderId, venue, accountId, state }: Order, reason: string): Promise<void> {
    if (state === 'cancel_pending') return;
    try {
      await this.ports.bus.request(
        subjects.orderCancel(venue, accountId),
        cancelOrderCodec,
        cancelAcceptedCodec,
        { clientOrderId, venue, accountId, reason },
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
    } catch (error) {
      // The next round asks again.
      if (!(error instanceof Fault)) throw error;
    }
  }
}
