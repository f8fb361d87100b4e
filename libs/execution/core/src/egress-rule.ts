import { type Refusal, refusal } from '@argosy/domain';
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

export interface EgressView {
  readonly monotonicMs: number;
  /** Undefined while somebody else leads. */
  readonly lease: Lease | undefined;
  /** The epoch the order was minted in. */
  readonly orderEpoch: number;
  readonly halt: HaltView;
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
  if (view.orderEpoch !== lease.epoch) {
    return refusal('not_leader', { order_epoch: String(view.orderEpoch), epoch: String(lease.epoch) });
  }
  return tradingAllowed(view);
}

/** The halt half of the rule, also asked before an intent is made. */
export function tradingAllowed({
  halt,
  monotonicMs,
  haltStateLimitMs,
}: Omit<EgressView, 'lease' | 'orderEpoch'>): Refusal | undefined {
  if (halt.killLatched) return refusal('kill_switch_active');
  if (!halt.latchKnown || halt.stated === undefined) return refusal('halt_state_unknown');
  const ageMs = monotonicMs - halt.stated.atMonotonicMs;
  if (ageMs > haltStateLimitMs) return refusal('halt_state_unknown', { age_ms: String(Math.round(ageMs)) });
  if (halt.stated.killed) return refusal('kill_switch_active');
  if (!halt.stated.tradingEnabled) return refusal('trading_disabled');
  return undefined;
}

/** Cancels shrink risk: a leader past its deadline may still cancel its own epoch's orders, and a halt never stops one. */
export function cancelMayLeave(lease: Lease | undefined): Refusal | undefined {
  return lease === undefined ? refusal('not_leader') : undefined;
}
