import type { Clock, Timer, Timers } from '@argosy/domain';
import { type FaultPlan, GENEROUS_LIMITS, type RateLimitConfig, RateLimits } from '@argosy/exchange-core';
import type { Logger } from '@argosy/platform-port';
import { BinanceProtocol } from './binance/binance-protocol.js';
import { ControlProtocol } from './control/control-protocol.js';
import { faultGate } from './faults/action-gate.js';
import { FaultDirector } from './faults/fault-director.js';
import { FaultedProtocol } from './faults/faulted-protocol.js';
import { binanceWords, hyperliquidWords } from './faults/wire-words.js';
import { HyperliquidProtocol, type HyperliquidOptions } from './hyperliquid/hyperliquid-protocol.js';
import { LimitDesk } from './hyperliquid/limit-desk.js';
import type { WebProtocol } from './protocol.js';
import { VenueTruth } from './truth/venue-truth.js';
import type { World } from './world.js';

/** How often funding and scheduled cancels are looked at. */
const TIME_TICK_MS = 50;
/** What a banned caller is answered: forbidden by the one venue, the reference venue's own number by the other. */
const BANNED_STATUS = { hyperliquid: 403, binance: 418 };
/** The reference venue lets callers have this much more weight a minute than the other one does. */
const BINANCE_WEIGHT_FACTOR = 5;

export interface WirePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

export interface WireOptions extends Omit<HyperliquidOptions, 'gate' | 'limits' | 'health'> {
  /** Generous when absent. */
  readonly limits?: RateLimitConfig;
  /** Rules that are in force from the start. */
  readonly faults?: FaultPlan;
}

/** A world with its two protocols, faults at their edges, and the record of what is true: bind them and start. */
export class ExchangeWires {
  readonly hyperliquid: WebProtocol;
  readonly binance: WebProtocol;
  readonly control: ControlProtocol;
  readonly director: FaultDirector;
  readonly truth: VenueTruth;
  private readonly desks: HyperliquidProtocol;
  private readonly limits: readonly RateLimits[];
  private timer: Timer | undefined;

  constructor(
    readonly world: World,
    private readonly options: WireOptions,
    private readonly ports: WirePorts,
  ) {
    const { host } = world;
    this.truth = new VenueTruth(() => host.exchange);
    host.listen((event) => this.truth.hear(event));
    host.observe((command, result) => this.truth.observe(command, result, command.timeMs));
    this.director = new FaultDirector({ host, ...ports });
    const config = options.limits ?? GENEROUS_LIMITS;
    const limits = this.limitsOf(config);
    const reference = this.limitsOf({ ...config, weightPerMinute: config.weightPerMinute * BINANCE_WEIGHT_FACTOR });
    this.limits = [limits, reference];
    const health = (): object => ({ status: 'ok', ...world.driver.describe() });
    const desk = new LimitDesk(config, limits, () => this.director.nowMs);
    const gate = faultGate(this.director);
    this.desks = new HyperliquidProtocol(host, { ...options, gate, limits: desk, health }, ports.logger);
    const words = hyperliquidWords((asset) => host.exchange.config.assets[asset]?.name);
    this.hyperliquid = new FaultedProtocol(this.desks, words, this.director, limits, BANNED_STATUS.hyperliquid);
    const binance = new BinanceProtocol(world.feed, world.hub, {
      health,
      limits: reference,
      nowMs: () => this.director.nowMs,
    });
    this.binance = new FaultedProtocol(binance, binanceWords, this.director, reference, BANNED_STATUS.binance);
    this.control = new ControlProtocol({
      director: this.director,
      truth: this.truth,
      health,
      figures: () => this.figures(),
      transfer: (type, account, amount) => {
        const result = host.execute({ type, account, amount });
        return result.ok ? undefined : result.message;
      },
    });
  }

  /** Callers that were banned so far: a good client's venue has none. */
  get bans(): number {
    return this.limits.reduce((sum, { bans }) => sum + bans, 0);
  }

  /** Lets the market move and time pass. */
  start(): void {
    this.world.driver.start();
    this.desks.start(this.ports.timers);
    this.timer = this.ports.timers.every(TIME_TICK_MS, () => this.world.host.advanceTime());
    if (this.options.faults !== undefined) this.director.load(this.options.faults);
  }

  stop(): void {
    this.timer?.cancel();
    this.world.driver.stop();
    this.desks.stop();
  }

  private figures(): Readonly<Record<string, number>> {
    return { bans: this.bans, truth: this.truth.lastSeq, faults: this.director.book.acts };
  }

  private limitsOf(config: RateLimitConfig): RateLimits {
    return new RateLimits(config, (from, forMs) => this.truth.add({ kind: 'ban', from, forMs }, this.world.host.nowMs));
  }
}
