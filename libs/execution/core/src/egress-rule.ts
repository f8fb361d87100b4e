import { admitsOrder, describeMode, type ModeStatement, type Refusal, refusal } from '@argosy/domain';
import type { Lease } from '@argosy/platform-port';

/** Whether trading is allowed as this process knows it, with the moment it learned so. */
export interface HaltView {
  /** This process's own latch (I-12): set by a kill, whatever risk says. */
  readonly killLatched: boolean;
  /** Undefined before the latch has been read from the store. */
  readonly latchKnown: boolean;
  /** Risk's last word, and when it came on the monotonic clock; undefined before the first. */
  readonly stated?: { readonly tradingEnabled: boolean; readonly killed: boolean; readonly atMonotonicMs: number };
}

/** What is about to leave, as far as the rule cares. */
export interface LeavingOrder {
  /** The epoch the order was minted in. */
  readonly epoch: number;
  readonly reduceOnly: boolean;
}

export interface EgressView {
  readonly monotonicMs: number;
  /** Undefined while somebody else leads. */
  readonly lease: Lease | undefined;
  readonly order: LeavingOrder;
  readonly halt: HaltView;
  /** What the fleet, the account and this process itself allow. */
  readonly mode: ModeStatement;
  /** Risk's word older than this counts as unknown, ms. */
  readonly haltStateLimitMs: number;
}

/**
 * The one rule for order bytes (I-01, I-11, I-13). Asked in the same tick as the socket write. Unknown is closed, without
 * latching.
 */
export function orderMayLeave(view: EgressView): Refusal | undefined {
  const { lease } = view;
  if (lease === undefined || view.monotonicMs >= lease.deadlineMonotonicMs) return refusal('not_leader');
  if (view.order.epoch !== lease.epoch) {
    return refusal('not_leader', { order_epoch: String(view.order.epoch), epoch: String(lease.epoch) });
  }
  return tradingAllowed(view);
}

/** The halt half of the rule, also asked before an intent is made. */
export function tradingAllowed({
  halt,
  monotonicMs,
  haltStateLimitMs,
  mode,
  order,
}: Omit<EgressView, 'lease' | 'order'> & { readonly order: Omit<LeavingOrder, 'epoch'> }): Refusal | undefined {
  if (halt.killLatched) return refusal('kill_switch_active');
  if (!halt.latchKnown || halt.stated === undefined) return refusal('halt_state_unknown');
  const ageMs = monotonicMs - halt.stated.atMonotonicMs;
  if (ageMs > haltStateLimitMs) return refusal('halt_state_unknown', { age_ms: String(Math.round(ageMs)) });
  if (halt.stated.killed) return refusal('kill_switch_active');
  if (!halt.stated.tradingEnabled) return refusal('trading_disabled');
  if (!admitsOrder(mode.mode, order)) return refusal('trading_restricted', { mode: describeMode(mode) });
  return undefined;
}

/**
 * Cancels shrink risk, and no halt stops one. A leader past its deadline may still cancel what its own epoch sent (I-01):
 * somebody else may lead by now, and older orders are theirs.
 */
export function cancelMayLeave(
  lease: Lease | undefined,
  { monotonicMs, orderEpoch }: { readonly monotonicMs: number; readonly orderEpoch: number },
): Refusal | undefined {
  if (lease === undefined) return refusal('not_leader');
  if (monotonicMs < lease.deadlineMonotonicMs || orderEpoch === lease.epoch) return undefined;
  return refusal('not_leader', { order_epoch: String(orderEpoch), epoch: String(lease.epoch) });
}
