import { subjects, type TradingState, tradingStateCodec } from '@argosy/contracts';
import {
  type AccountId,
  type Clock,
  describeMode,
  modeCause,
  type ModeStatement,
  stateMode,
  type Timer,
  type Timers,
  type TradingMode,
  underFleet,
} from '@argosy/domain';
import type { MessageBus, Subscription } from '@argosy/platform-port';

/** Risk says it each second; three missed words are silence. */
const SILENCE_MS = 3_500;
const CHECK_MS = 250;
/** A new leader of risk speaks a moment before it takes orders, and execution hears of its modes when we do. */
const LED_ANEW_AFTER_MS = [50, 300, 700] as const;

/** What an account may do, in risk's words. */
export interface AccountMode {
  readonly mode: TradingMode;
  /** Empty while it is `full`. */
  readonly reason: string;
}

export interface WatchPorts {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly timers: Timers;
}

export interface TradingListener {
  /** Once a kill, also when it was latched before anybody listened. */
  killed(reason: string): void;
  /** The modes may have changed; `modeOf` tells. */
  changed(): void;
  /** Risk has another leader than before, and it can judge orders; told more than once, a moment apart. */
  ledAnew(): void;
}

const UNKNOWN: ModeStatement = stateMode([modeCause('kill', 'unknown', 'risk says nothing')]);

/** What risk says of trading, as last heard: who may do what, and whether everything has to stop. Silence allows nothing. */
export class TradingWatch {
  private state: TradingState | undefined;
  private heardMs = 0;
  private toldKill: string | undefined;
  private wasSilent = true;
  private isLedAnew = false;
  private subscription: Subscription | undefined;
  private checking: Timer | undefined;

  constructor(
    private readonly ports: WatchPorts,
    private readonly listener: TradingListener,
  ) {}

  start(): void {
    const { bus, timers } = this.ports;
    this.subscription = bus.subscribeNewest(subjects.tradingState, tradingStateCodec, { keyLimit: 1 }, (state) =>
      this.heard(state),
    );
    this.checking = timers.every(CHECK_MS, () => this.checkSilence());
  }

  stop(): void {
    this.subscription?.close();
    this.checking?.cancel();
  }

  /** While a kill is latched nothing starts. */
  get kill(): string | undefined {
    const kill = this.state?.kill;
    return kill === undefined ? undefined : `${kill.reason} (by ${kill.actor})`;
  }

  modeOf(account: AccountId): AccountMode {
    const statement = this.isSilent ? UNKNOWN : this.statementOf(account);
    return { mode: statement.mode, reason: statement.mode === 'full' ? '' : describeMode(statement) };
  }

  private get isSilent(): boolean {
    return this.state === undefined || this.ports.clock.monotonicMs() - this.heardMs > SILENCE_MS;
  }

  private statementOf(account: AccountId): ModeStatement {
    const { state } = this;
    return state === undefined ? UNKNOWN : underFleet(state.mode, state.accounts.get(account));
  }

  private heard(state: TradingState): void {
    // An older leader of risk, or a message that was overtaken: what is known already is newer.
    const isOld =
      this.state !== undefined &&
      (state.riskEpoch < this.state.riskEpoch ||
        (state.riskEpoch === this.state.riskEpoch && state.version < this.state.version));
    if (isOld) return;
    if (this.state !== undefined && state.riskEpoch > this.state.riskEpoch) this.isLedAnew = true;
    this.state = state;
    this.heardMs = this.ports.clock.monotonicMs();
    this.wasSilent = false;
    this.tellKill(state);
    this.listener.changed();
    this.tellLedAnew(state);
  }

  /** Once it knows whom it judges: what it is asked earlier it refuses, for good. */
  private tellLedAnew({ mode, accounts }: TradingState): void {
    const statements = [mode, ...accounts.values()];
    if (!this.isLedAnew || statements.some(({ causes }) => causes.some(({ health }) => health === 'unknown'))) return;
    this.isLedAnew = false;
    for (const delayMs of LED_ANEW_AFTER_MS) this.ports.timers.after(delayMs, () => this.listener.ledAnew());
  }

  private tellKill({ kill }: TradingState): void {
    if (kill === undefined) {
      this.toldKill = undefined;
      return;
    }
    if (this.toldKill === kill.killId) return;
    this.toldKill = kill.killId;
    this.listener.killed(`the kill switch: ${kill.reason} (by ${kill.actor})`);
  }

  private checkSilence(): void {
    if (this.wasSilent || !this.isSilent) return;
    this.wasSilent = true;
    this.listener.changed();
  }
}
