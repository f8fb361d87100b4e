import { type Clock, Fault, ok, type Refusal, refusal, refused, type Result, type Timers } from '@argosy/domain';
import {
  type ConfigureTrading,
  type Kill,
  type KillReceipt,
  type Resume,
  subjects,
  type TradingState,
  tradingStateCodec,
} from '@argosy/contracts';
import type { Logger, MessageBus } from '@argosy/platform-port';
import type { RiskStore, StoredTradingState, TradingView } from '@argosy/risk-core';

const BROADCAST_INTERVAL_MS = 1_000;
/** The store is read again so often; an answer older than the limit makes the state unknown. */
const READ_INTERVAL_MS = 1_000;
const STATE_AGE_MS_MAX = 3_000;

/** The fleet's trading state: read from the store, changed by people, told to everybody each second (I-12, I-13). */
export class TradingControl {
  private state: StoredTradingState | undefined;
  private readAtMs = Number.NEGATIVE_INFINITY;
  private epoch = 0;

  constructor(
    private readonly store: RiskStore,
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    await this.read();
    this.timers.every(READ_INTERVAL_MS, () => void this.read());
    this.timers.every(BROADCAST_INTERVAL_MS, () => {
      this.broadcast();
    });
    this.broadcast();
  }

  view(): TradingView {
    const known = this.state !== undefined && this.clock.monotonicMs() - this.readAtMs <= STATE_AGE_MS_MAX;
    return {
      known,
      tradingEnabled: this.state?.tradingEnabled ?? false,
      newSignalsEnabled: this.state?.newSignalsEnabled ?? false,
      killed: this.state?.kill !== undefined,
    };
  }

  current(): Result<TradingState, Refusal> {
    if (this.state === undefined || !this.view().known) return refused(refusal('halt_state_unknown'));
    return ok(this.stated(this.state));
  }

  /** OP: enabling while killed is refused with the way out (409 at the gateway). */
  async configure(request: ConfigureTrading): Promise<Result<TradingState, Refusal>> {
    if (this.state?.kill !== undefined && request.tradingEnabled === true) {
      return refused(
        refusal('kill_switch_active', {
          killed_by: this.state.kill.actor,
          reason: this.state.kill.reason,
          mend: 'argosy resume "reason", then enable trading',
        }),
      );
    }
    const { actor, reason, tradingEnabled, newSignalsEnabled } = request;
    return this.change('trading_configured', actor, reason, () =>
      this.store.configure({
        actor,
        reason,
        at: this.clock.now(),
        ...(tradingEnabled === undefined ? {} : { tradingEnabled }),
        ...(newSignalsEnabled === undefined ? {} : { newSignalsEnabled }),
      }),
    );
  }

  /** In memory first: nothing passes while the store takes its time, or does not answer at all. */
  async kill({ actor, reason, killId }: Kill): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a kill needs a reason' }));
    const at = this.clock.now();
    const before = this.state;
    this.state = {
      version: before?.version ?? 0n,
      tradingEnabled: false,
      newSignalsEnabled: before?.newSignalsEnabled ?? false,
      kill: before?.kill ?? { actor, reason, at, killId },
    };
    this.broadcast();
    const changed = await this.change('kill_switch', actor, reason, () =>
      this.store.kill({ actor, reason, killId, at }),
    );
    if (!changed.ok) return changed;
    const latched = this.state.kill?.killId ?? killId;
    return ok({ killId: latched, service: 'risk', gateShutNs: at, cancelRequested: [], inDoubt: [] });
  }

  async resume({ actor, reason }: Resume): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a resume needs a reason' }));
    const changed = await this.change('kill_switch_lifted', actor, reason, () =>
      this.store.resume({ actor, reason, at: this.clock.now() }),
    );
    if (!changed.ok) return changed;
    return ok({ killId: '', service: 'risk', gateShutNs: 0n, cancelRequested: [], inDoubt: [] });
  }

  private async change(
    eventType: string,
    actor: string,
    reason: string,
    store: () => Promise<StoredTradingState>,
  ): Promise<Result<TradingState, Refusal>> {
    try {
      this.accept(await store());
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.logger.warning(eventType, { actor, reason });
    this.broadcast();
    return this.current();
  }

  private async read(): Promise<void> {
    try {
      this.accept(await this.store.tradingState());
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.error('trading_state_unreadable', { reason: error.message });
    }
  }

  /** A read that began before a change must not undo it. */
  private accept(state: StoredTradingState): void {
    if (this.state !== undefined && state.version < this.state.version) return;
    // A kill that the store has not taken yet stays: only a resume lifts one.
    if (this.state?.kill !== undefined && state.kill === undefined && state.version === this.state.version) return;
    this.state = state;
    this.readAtMs = this.clock.monotonicMs();
  }

  private broadcast(): void {
    if (this.state === undefined || !this.view().known) return;
    try {
      this.bus.publish(subjects.tradingState, tradingStateCodec, this.stated(this.state));
    } catch (error) {
      // Nobody hears us: everybody closes by themselves when our word grows old.
      if (!(error instanceof Fault)) throw error;
    }
  }

  private stated(state: StoredTradingState): TradingState {
    return {
      version: state.version,
      tradingEnabled: state.tradingEnabled,
      newSignalsEnabled: state.newSignalsEnabled,
      ...(state.kill === undefined ? {} : { kill: state.kill }),
      statedAt: this.clock.now(),
      riskEpoch: this.epoch,
    };
  }
}
