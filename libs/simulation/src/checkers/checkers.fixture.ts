import type { ClientOrderId, OrderIntent } from '@argosy/domain';
import type { OrderStatusView } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import type { SentAction } from '../fleet/sent-action.js';
import { SimWorld } from '../fleet/sim-world.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Coverage } from './checker.js';

/** A world in which nothing happens by itself: a history is told to a checker, moment by moment. */
export class Story<C> {
  readonly world = new SimWorld({ seed: 1 });
  readonly checker: C;

  constructor(make: (world: SimWorld, coverage: Coverage) => C) {
    this.checker = make(this.world, new Coverage());
  }

  /** Lets virtual time come to this second. */
  async at(seconds: number): Promise<this> {
    await this.world.scheduler.run(seconds * 1e6);
    return this;
  }

  get violations(): readonly string[] {
    return this.world.violations.map(({ invariant, message }) => `${invariant} ${message}`);
  }

  process(name = 'execution-a#1'): SimProcess {
    return { name, machineName: name.split('#')[0] } as SimProcess;
  }
}

export const orderAt = (cloid: string, status: string): OrderStatusView =>
  ({ order: { cloid: `0x${cloid}`, oid: 1 }, status }) as unknown as OrderStatusView;

export const sentOrder = (cloid: string): SentAction => ({
  ...{ type: 'order', nonce: 1, expiresAfterMs: 1, cancels: [] },
  orders: [{ cloid, isBuy: true, price: 1, size: 1, reduceOnly: false }],
});

/** A batch with intents only. */
export const intended = (clientOrderId: string, intent: Partial<OrderIntent>): JournalBatch =>
  ({
    intents: [{ clientOrderId: clientOrderId as ClientOrderId, intent }],
    orders: [],
    fills: [],
  }) as unknown as JournalBatch;
