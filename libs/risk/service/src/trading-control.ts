import {
  type AccountId,
  type Clock,
  Fault,
  type ModeCause,
  modeCause,
  type ModeStatement,
  ok,
  type Refusal,
  refusal,
  refused,
  type Result,
  stateMode,
  type Timers,
  underFleet,
} from '@argosy/domain';
import {
  type ConfigureTrading,
  type Kill,
  type KillReceipt,
  type ResetCircuitBreaker,
  type Resume,
  subjects,
  type TradingState,
  tradingStateCodec,
  type TripCircuitBreaker,
} from '@argosy/contracts';
import type { Logger, MessageBus } from '@argosy/platform-port';
import type { RiskStore, StoredTradingState, TradingChange, TradingView } from '@argosy/risk-core';
import { namedPerson } from './named-person.js';

const BROADCAST_INTERVAL_MS = 1_000;
/** A mode that others cause is looked at so often, and told at once when it is another than the one told last. */
const LOOK_INTERVAL_MS = 100;
/** The store is read again so often; an answer older than the limit makes the state unknown. */
const READ_INTERVAL_MS = 1_000;
const STATE_AGE_MS_MAX = 3_000;

type KillChange = TradingChange & { readonly killId: string };

/** What else decides on the mode, and on a resume; asked each time, never remembered. */
export interface ModeSources {
  /** Causes of the whole fleet. */
  readonly fleet: () => readonly (ModeCause | undefined)[];
  /** Causes of one account alone; asked for every order, so it must cost little. */
  readonly account: (account: AccountId) => readonly ModeCause[];
  readonly accounts: Iterable<AccountId>;
  /** Why a kill may not be lifted now. */
  readonly resumeRefusal: () => Refusal | undefined;
}

const NOTHING_ELSE: ModeSources = { fleet: () => [], account: () => [], accounts: [], resumeRefusal: () => undefined };

/** The fleet's trading state: read from the store, changed by people, told to everybody each second (I-12, I-13). */
export class TradingControl {
  private stored: StoredTradingState | undefined;
  private readAtMs = Number.NEGATIVE_INFINITY;
  /** A kill that the store has not confirmed: it holds all the same, and is offered until it is taken. */
  private unstored: KillChange | undefined;
  /** Changes reach the store one after the other, in the order in which they came. */
  private turn: Promise<unknown> = Promise.resolve();
  private reading = false;
  private epoch = 0;
  private toldModes = '';
  private sources = NOTHING_ELSE;

  constructor(
    private readonly store: RiskStore,
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Before the start: who else has a word in the mode. */
  listenTo(sources: ModeSources): void {
    this.sources = sources;
  }

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    await this.read();
    this.timers.every(READ_INTERVAL_MS, () => void this.read());
    this.timers.every(BROADCAST_INTERVAL_MS, () => {
      this.broadcast();
    });
    this.timers.every(LOOK_INTERVAL_MS, () => {
      if (this.state !== undefined && this.modesOf(this.state) !== this.toldModes) this.broadcast();
    });
    this.broadcast();
  }

  /** The modes alone, without what people read: reasons count seconds. */
  private modesOf(state: StoredTradingState): string {
    const accounts = [...this.sources.accounts].map((account) => this.accountMode(account).mode);
    return [this.modeOf(state).mode, ...accounts].join(' ');
  }

  private get known(): boolean {
    return this.stored !== undefined && this.clock.monotonicMs() - this.readAtMs <= STATE_AGE_MS_MAX;
  }

  get isKilled(): boolean {
    return this.state?.kill !== undefined;
  }

  get breakerTripped(): boolean {
    return this.state?.breaker !== undefined;
  }

  /** The whole fleet's, without what single accounts add. */
  fleetMode(): ModeStatement {
    const { state, known } = this;
    if (state?.kill === undefined && (state === undefined || !known)) return stateMode([modeCause('kill', 'unknown')]);
    return this.modeOf(state);
  }

  /** The account's own, without the fleet's. */
  accountMode(account: AccountId): ModeStatement {
    return stateMode(this.sources.account(account));
  }

  /** As an order of the account finds it. */
  view(account?: AccountId): TradingView {
    const { state, known } = this;
    return {
      known,
      tradingEnabled: state?.tradingEnabled ?? false,
      newSignalsEnabled: state?.newSignalsEnabled ?? false,
      killed: state?.kill !== undefined,
      mode: underFleet(this.fleetMode(), account === undefined ? undefined : this.accountMode(account)),
    };
  }

  /** As stored, with a kill that is not stored yet laid over it. */
  private get state(): StoredTradingState | undefined {
    if (this.unstored === undefined) return this.stored;
    const { stored } = this;
    return {
      version: stored?.version ?? 0n,
      tradingEnabled: false,
      newSignalsEnabled: stored?.newSignalsEnabled ?? false,
      kill: stored?.kill ?? this.unstored,
      ...(stored?.breaker === undefined ? {} : { breaker: stored.breaker }),
    };
  }

  current(): Result<TradingState, Refusal> {
    const { state } = this;
    if (state === undefined || (!this.known && state.kill === undefined)) return refused(refusal('halt_state_unknown'));
    return ok(this.stated(state));
  }

  /** OP: enabling while killed is refused with the way out (409 at the gateway). */
  async configure(request: ConfigureTrading): Promise<Result<TradingState, Refusal>> {
    const { actor, reason, tradingEnabled, newSignalsEnabled } = request;
    if (tradingEnabled === true && this.state?.kill !== undefined) return refused(this.killed(this.state.kill));
    const changed = await this.change('trading_configured', { actor, reason }, () =>
      this.store.configure({
        actor,
        reason,
        at: this.clock.now(),
        epoch: this.epoch,
        ...(tradingEnabled === undefined ? {} : { tradingEnabled }),
        ...(newSignalsEnabled === undefined ? {} : { newSignalsEnabled }),
      }),
    );
    // The store knew of a kill that we did not: it has changed nothing.
    if (changed.ok && tradingEnabled === true && this.state?.kill !== undefined)
      return refused(this.killed(this.state.kill));
    return changed;
  }

  private killed(kill: NonNullable<StoredTradingState['kill']>): Refusal {
    return refusal('kill_switch_active', {
      killed_by: kill.actor,
      reason: kill.reason,
      mend: 'argosy resume "reason", then enable trading',
    });
  }

  /** In memory first: nothing passes while the store takes its time, or does not answer at all. */
  async kill({ actor, reason, killId }: Kill): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a kill needs a reason' }));
    const kill = { actor, reason, killId, at: this.clock.now(), epoch: this.epoch };
    this.unstored = kill;
    this.broadcast();
    const changed = await this.change('kill_switch', { actor, reason }, () => this.storeKill(kill));
    if (!changed.ok) return changed;
    const latched = this.stored?.kill?.killId ?? killId;
    return ok({
      killId: latched,
      service: 'risk',
      gateShutNs: kill.at,
      cancelRequested: [],
      inDoubt: [],
      durable: true,
    });
  }

  private async storeKill(kill: KillChange): Promise<StoredTradingState> {
    const state = await this.store.kill(kill);
    this.accept(state, this.clock.monotonicMs());
    if (this.unstored === kill) this.unstored = undefined;
    return state;
  }

  /** Lifts the kills that came before it; one that comes meanwhile is stored after it, and wins. */
  async resume({ actor, reason }: Resume): Promise<Result<KillReceipt, Refusal>> {
    const no = namedPerson({ actor, reason }) ?? this.sources.resumeRefusal();
    if (no !== undefined) return refused(no);
    const meant = this.unstored;
    const changed = await this.change('kill_switch_lifted', { actor, reason }, async () => {
      const state = await this.store.resume({ actor, reason, at: this.clock.now(), epoch: this.epoch });
      if (this.unstored === meant) this.unstored = undefined;
      return state;
    });
    if (!changed.ok) return changed;
    return ok({ killId: '', service: 'risk', gateShutNs: 0n, cancelRequested: [], inDoubt: [], durable: true });
  }

  /** RK-4: nothing new is risked, while cancels and reductions go on. Anybody may trip it. */
  async tripBreaker({ actor, reason }: TripCircuitBreaker): Promise<Result<TradingState, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a trip needs a reason' }));
    return this.change('circuit_breaker_tripped', { actor, reason }, () =>
      this.store.tripBreaker({ actor, reason, at: this.clock.now(), epoch: this.epoch }),
    );
  }

  async resetBreaker({ actor, reason }: ResetCircuitBreaker): Promise<Result<TradingState, Refusal>> {
    const no = namedPerson({ actor, reason });
    if (no !== undefined) return refused(no);
    return this.change('circuit_breaker_reset', { actor, reason }, () =>
      this.store.resetBreaker({ actor, reason, at: this.clock.now(), epoch: this.epoch }),
    );
  }

  private async change(
    eventType: string,
    by: { readonly actor: string; readonly reason: string },
    store: () => Promise<StoredTradingState>,
  ): Promise<Result<TradingState, Refusal>> {
    const mine = this.turn.then(store, store);
    this.turn = mine.catch(() => undefined);
    const startedMs = this.clock.monotonicMs();
    try {
      this.accept(await mine, startedMs);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.logger.warning(eventType, by);
    this.broadcast();
    return this.current();
  }

  /** One read at a time, stamped with its beginning: what it says may be as old as that. */
  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      const { unstored } = this;
      if (unstored !== undefined) await this.change('kill_switch_stored', unstored, () => this.storeKill(unstored));
      const startedMs = this.clock.monotonicMs();
      this.accept(await this.store.tradingState(), startedMs);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.error('trading_state_unreadable', { reason: error.message });
    } finally {
      this.reading = false;
    }
  }

  /** A read that began before a change must not undo it: versions only rise. */
  private accept(state: StoredTradingState, asOfMs: number): void {
    if (this.stored !== undefined && state.version < this.stored.version) return;
    this.stored = state;
    this.readAtMs = Math.max(this.readAtMs, asOfMs);
  }

  /** An unknown state is not told, and everybody closes when our last word grows old; a kill is told even then. */
  broadcast(): void {
    const { state } = this;
    if (state === undefined || (!this.known && state.kill === undefined)) return;
    try {
      this.bus.publish(subjects.tradingState, tradingStateCodec, this.stated(state));
      this.toldModes = this.modesOf(state);
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
      ...(state.kill === undefined ? {} : { kill: killOf(state.kill) }),
      mode: this.modeOf(state),
      accounts: new Map(
        [...this.sources.accounts].flatMap((account) => {
          const own = this.accountMode(account);
          return own.causes.length === 0 ? [] : [[account, own] as const];
        }),
      ),
      statedAt: this.clock.now(),
      riskEpoch: this.epoch,
    };
  }

  private modeOf(state: StoredTradingState): ModeStatement {
    return stateMode([
      modeCause('kill', state.kill === undefined ? 'ok' : 'latched', state.kill?.reason),
      modeCause('circuit_breaker', state.breaker === undefined ? 'ok' : 'tripped', state.breaker?.reason),
      modeCause('operator', state.tradingEnabled ? (state.newSignalsEnabled ? 'ok' : 'draining') : 'disabled'),
      ...this.sources.fleet(),
    ]);
  }
}

const killOf = ({
  actor,
  reason,
  at,
  killId,
}: NonNullable<StoredTradingState['kill']>): NonNullable<TradingState['kill']> => ({
  actor,
  reason,
  at,
  killId,
});
