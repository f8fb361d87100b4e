import type { Clock, Timer, Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { BinanceProtocol } from './binance/binance-protocol.js';
import { HyperliquidProtocol, type HyperliquidOptions } from './hyperliquid/hyperliquid-protocol.js';
import type { World } from './world.js';

/** How often funding and scheduled cancels are looked at. */
const TIME_TICK_MS = 50;

export interface WirePorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** A world with its two protocols: bind them to sockets, real or not, and start. */
export class ExchangeWires {
  readonly hyperliquid: HyperliquidProtocol;
  readonly binance: BinanceProtocol;
  private timer: Timer | undefined;

  constructor(
    readonly world: World,
    options: HyperliquidOptions,
    private readonly ports: WirePorts,
  ) {
    this.hyperliquid = new HyperliquidProtocol(world.host, options, ports.logger);
    this.binance = new BinanceProtocol(world.feed, world.hub);
  }

  /** Lets the market move and time pass. */
  start(): void {
    this.world.driver.start();
    this.hyperliquid.start(this.ports.timers);
    this.timer = this.ports.timers.every(TIME_TICK_MS, () => this.world.host.advanceTime());
  }

  stop(): void {
    this.timer?.cancel();
    this.world.driver.stop();
    this.hyperliquid.stop();
  }
}
