import { type Clock, msToNs, type Refusal } from '@argosy/domain';
import type { TradingState } from '@argosy/contracts';
import { cancelMayLeave, type HaltView, orderMayLeave, tradingAllowed } from '@argosy/execution-core';
import type { Leadership } from '@argosy/platform-port';

/**
 * What this process knows about being allowed to send. Closed until the kill latch has been read and risk has spoken, and
 * closed again when risk falls silent (I-13).
 */
export class TradingGate {
  private halt: HaltView = { killLatched: false, latchKnown: false };
  private version = -1n;
  private shuts = 0;

  constructor(
    private readonly clock: Clock,
    private readonly haltStateLimitMs: number,
  ) {}

  latchRead(killed: boolean): void {
    this.halt = { ...this.halt, latchKnown: true, killLatched: this.halt.killLatched || killed };
  }

  /** Synchronous and first: nothing may leave after this returns (I-11). */
  shut(): void {
    this.shuts += 1;
    this.halt = { ...this.halt, killLatched: true };
  }

  /** How often it was shut: whoever means to lift one kill must not lift a later one. */
  get timesShut(): number {
    return this.shuts;
  }

  /** Opens unless a kill came since `timesShut` was read: then the kill wins, and this says false. */
  lift(timesShut = this.shuts): boolean {
    if (timesShut !== this.shuts) return false;
    this.halt = { ...this.halt, killLatched: false };
    return true;
  }

  get killed(): boolean {
    return this.halt.killLatched;
  }

  /**
   * An older word than the last one is ignored: messages may arrive out of order. So is one that was on its way for longer
   * than a word holds: a process that was stopped reads its old mail before it hears of the kill.
   */
  stated(state: TradingState): void {
    if (state.version < this.version) return;
    if (this.clock.now() - state.statedAt > msToNs(this.haltStateLimitMs)) return;
    this.version = state.version;
    this.halt = {
      ...this.halt,
      stated: {
        tradingEnabled: state.tradingEnabled,
        killed: state.kill !== undefined,
        atMonotonicMs: this.clock.monotonicMs(),
      },
    };
  }

  /** Whether a new order may be taken on at all. */
  refusal(): Refusal | undefined {
    return tradingAllowed({
      halt: this.halt,
      monotonicMs: this.clock.monotonicMs(),
      haltStateLimitMs: this.haltStateLimitMs,
    });
  }

  /** Whether an order of this epoch may leave in this tick. */
  orderRefusal(leadership: Leadership, orderEpoch: number): Refusal | undefined {
    return orderMayLeave({
      monotonicMs: this.clock.monotonicMs(),
      lease: leadership.current(),
      orderEpoch,
      halt: this.halt,
      haltStateLimitMs: this.haltStateLimitMs,
    });
  }

  cancelRefusal(leadership: Leadership): Refusal | undefined {
    return cancelMayLeave(leadership.current());
  }
}
