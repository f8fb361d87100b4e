import type { TradingState } from '@argosy/contracts';
import {
  type AccountId,
  type Clock,
  FULL_MODE,
  type ModeCause,
  type ModeComponent,
  type ModeStatement,
  msToNs,
  type Refusal,
  stateMode,
  underFleet,
} from '@argosy/domain';
import {
  cancelMayLeave,
  type HaltView,
  type LeavingOrder,
  orderMayLeave,
  tradingAllowed,
} from '@argosy/execution-core';
import type { Leadership } from '@argosy/platform-port';

/** An order at the gate. */
export interface OrderAtGate extends LeavingOrder {
  readonly accountId: AccountId;
}

/**
 * What this process knows about being allowed to send. Closed until the kill latch has been read and risk has spoken, and
 * closed again when risk falls silent (I-13).
 */
export class TradingGate {
  private halt: HaltView = { killLatched: false, latchKnown: false };
  private version = -1n;
  private statedAt = -1n;
  private shuts = 0;
  /** The highest leadership of risk that has spoken. */
  private leadingRisk = 0;
  private fleetMode: ModeStatement = FULL_MODE;
  private accountModes: ReadonlyMap<AccountId, ModeStatement> = new Map();
  /** What this process itself sees wrong with an account, beside risk's word. */
  private readonly seen = new Map<AccountId, Map<ModeComponent, ModeCause>>();
  private readonly modes = new Map<AccountId, ModeStatement>();

  constructor(
    private readonly clock: Clock,
    private readonly haltStateLimitMs: number,
  ) {}

  /**
   * What the store says counts, for or against: a standby may have heard of a kill that a person has lifted since. One that
   * came while the store was asked wins.
   * @param timesShut as it was when the question was asked.
   */
  latchRead(killed: boolean, timesShut: number): void {
    const since = timesShut !== this.shuts;
    this.halt = { ...this.halt, latchKnown: true, killLatched: killed || (since && this.halt.killLatched) };
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
   * False for a word that is not taken. An older one than the last is ignored: messages may arrive out of order. So is one
   * that was on its way for longer than a word holds: a process that was stopped reads its old mail before it hears of the
   * kill.
   */
  stated(state: TradingState): boolean {
    if (state.version < this.version) return false;
    if (state.version === this.version && state.statedAt < this.statedAt) return false;
    if (this.clock.now() - state.statedAt > msToNs(this.haltStateLimitMs)) return false;
    this.version = state.version;
    this.statedAt = state.statedAt;
    this.leadingRisk = Math.max(this.leadingRisk, state.riskEpoch);
    this.fleetMode = state.mode;
    this.accountModes = state.accounts;
    this.modes.clear();
    this.halt = {
      ...this.halt,
      stated: {
        tradingEnabled: state.tradingEnabled,
        killed: state.kill !== undefined,
        atMonotonicMs: this.clock.monotonicMs(),
      },
    };
    return true;
  }

  /** What this process sees of one part; undefined when it is well again. */
  see(account: AccountId, component: ModeComponent, cause: ModeCause | undefined): void {
    const causes = this.seen.get(account) ?? new Map<ModeComponent, ModeCause>();
    this.seen.set(account, causes);
    if (causes.get(component)?.health === cause?.health) return;
    if (cause === undefined) causes.delete(component);
    else causes.set(component, cause);
    this.modes.delete(account);
  }

  /** The fleet's mode, the account's and what is seen here, together. */
  modeOf(account: AccountId): ModeStatement {
    const known = this.modes.get(account);
    if (known !== undefined) return known;
    const stated = underFleet(this.fleetMode, this.accountModes.get(account));
    const mode = underFleet(stated, stateMode(this.seen.get(account)?.values() ?? []));
    this.modes.set(account, mode);
    return mode;
  }

  /** Whether what rests at the venue must go. */
  pulls(account: AccountId): boolean {
    return this.killed || this.modeOf(account).mode === 'halted';
  }

  /** An approval of a risk that has a successor: both would pass orders on the same headroom (I-18). */
  isDeposed(riskEpoch: number): boolean {
    return riskEpoch < this.leadingRisk;
  }

  /** Whether a new order may be taken on at all. */
  refusal(order: Omit<OrderAtGate, 'epoch'>): Refusal | undefined {
    return tradingAllowed({
      halt: this.halt,
      monotonicMs: this.clock.monotonicMs(),
      haltStateLimitMs: this.haltStateLimitMs,
      mode: this.modeOf(order.accountId),
      order,
    });
  }

  /** Whether an order may leave in this tick. */
  orderRefusal(leadership: Leadership, order: OrderAtGate): Refusal | undefined {
    return orderMayLeave({
      monotonicMs: this.clock.monotonicMs(),
      lease: leadership.current(),
      order,
      halt: this.halt,
      haltStateLimitMs: this.haltStateLimitMs,
      mode: this.modeOf(order.accountId),
    });
  }

  cancelRefusal(leadership: Leadership, orderEpoch: number): Refusal | undefined {
    return cancelMayLeave(leadership.current(), { monotonicMs: this.clock.monotonicMs(), orderEpoch });
  }
}
