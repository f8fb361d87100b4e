import {
  type AccountId,
  type Clock,
  format,
  type InstrumentId,
  msToNs,
  type Order,
  type OrderRequest,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import type { StuckOrder, StuckPosition } from '@argosy/contracts';
import type { Exposure, RiskLimits } from '@argosy/risk-core';

/** States in which an order waits for a word of the venue. */
const UNSETTLED: ReadonlySet<string> = new Set(['approved', 'sent', 'in_doubt', 'cancel_pending']);

interface Held {
  readonly sign: bigint;
  readonly since: TimeNs;
}

/** Finds orders and positions that stay for too long (RK-7); for people, it decides nothing. */
export class StuckWatch {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly limits: RiskLimits,
    private readonly exposure: Exposure,
    private readonly clock: Clock,
  ) {}

  /** A position that leaves flat or turns is a new one. */
  look(): void {
    const now = this.clock.now();
    const present = new Set<string>();
    for (const { account, instrument, quantity } of this.exposure.positions()) {
      const key = keyOf(account, instrument);
      present.add(key);
      const sign = quantity > 0n ? 1n : -1n;
      if (this.held.get(key)?.sign !== sign) this.held.set(key, { sign, since: now });
    }
    for (const key of [...this.held.keys()]) if (!present.has(key)) this.held.delete(key);
  }

  /** The ledger knows of what was held before this process began to look. */
  openedAt(account: AccountId, instrument: InstrumentId, sinceNs: bigint): void {
    const key = keyOf(account, instrument);
    const held = this.held.get(key);
    if (held !== undefined && sinceNs > 0n && sinceNs < held.since)
      this.held.set(key, { ...held, since: timeNs(sinceNs) });
  }

  positions(): readonly StuckPosition[] {
    this.look();
    const edge = this.clock.now() - msToNs(this.limits.stuckPositionAfterMs);
    return [...this.exposure.positions()].flatMap(({ account, instrument, quantity }) => {
      const since = this.held.get(keyOf(account, instrument))?.since;
      if (since === undefined || since > edge) return [];
      return [{ accountId: account, instrumentId: instrument, quantity: format(quantity), sinceNs: since }];
    });
  }

  orders(): readonly StuckOrder[] {
    const now = this.clock.now();
    return [...this.exposure.open()].filter(isOrder).flatMap((order) => {
      const unsettled = UNSETTLED.has(order.state);
      const limitMs = unsettled ? this.limits.stuckOrderAfterMs : this.limits.stuckRestingAfterMs;
      const since = unsettled ? order.updatedAt : order.createdAt;
      if (now - since <= msToNs(limitMs)) return [];
      const { clientOrderId, accountId, strategyId, instrumentId, state } = order;
      return [{ clientOrderId, accountId, strategyId, instrumentId, state, sinceNs: since }];
    });
  }
}

const keyOf = (account: AccountId, instrument: InstrumentId): string => `${account}|${instrument}`;
/** What execution has not spoken of is asked about elsewhere. */
const isOrder = (request: OrderRequest): request is Order => 'clientOrderId' in request;
