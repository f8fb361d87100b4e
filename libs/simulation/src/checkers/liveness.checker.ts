import type { OrderStatusView } from '@argosy/exchange-core';
import type { LogData, LogLevel } from '@argosy/platform-port';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** Timers and messages that a healthy fleet has under way. */
const PLANNED_MAX = 20_000;

/** How long the fleet may take to find itself again once the last fault is over (I-58). */
const RECOVERY_US = 30_000_000;
/** Without a kill, a fleet that is well has had an order accepted within this. */
const IDLE_US_MAX = 15_000_000;

/** After the storm the fleet trades again, or is stopped for a reason that somebody gave (I-58). */
export class LivenessChecker extends Checker {
  private lastAcceptedUs = 0;
  private disturbedUs = 0;
  private ended = false;

  faultBegan(kind: string): void {
    this.disturbed();
    if (kind === 'venue_delist') this.ended = true;
  }

  faultEnded(): void {
    this.disturbed();
  }

  /** A crash point waits for its call, which may come long after the storm. */
  crashed(): void {
    this.disturbed();
  }

  private disturbed(): void {
    this.disturbedUs = this.world.nowUs;
  }

  /** A key that the venue refuses needs a person, and the fleet has said so. */
  logged(_process: SimProcess, _level: LogLevel, eventType: string, data: LogData): void {
    if (eventType === 'venue_stopped' && data['health'] === 'key_revoked') this.ended = true;
  }

  venueOrder({ order: { cloid }, status }: OrderStatusView): void {
    if (cloid !== undefined && status === 'open') this.lastAcceptedUs = this.world.nowUs;
  }

  override calm(): void {
    const { world } = this;
    this.bounded();
    if (world.nowUs - this.disturbedUs < RECOVERY_US) {
      this.saw('calm not judged: disturbed in its last 30 s');
      return;
    }
    const services = new Set([...world.hosts.values()].map(({ service }) => service));
    for (const service of services) {
      const hosts = [...world.hosts.values()].filter((host) => host.service === service);
      const why = hosts.map((host) => `${host.name} ${host.waitingFor}`).join(', ');
      this.check(
        'I-58',
        hosts.some((host) => host.epoch !== undefined && host.isReady),
        () => `no ${service} leads: ${why}`,
      );
    }
    if (world.people.killWanted) {
      this.saw('calm while killed');
      return;
    }
    // A venue that lists nothing any more, or knows our key no longer, stops the fleet for good, and says why.
    if (this.ended) {
      this.saw('calm after a delisting or a refused key');
      return;
    }
    const idleUs = world.nowUs - this.lastAcceptedUs;
    this.check('I-58', idleUs < IDLE_US_MAX, () => `no order for ${String(idleUs / 1e6)} s after the storm`);
  }

  private bounded(): void {
    const { world } = this;
    this.check('F-37', world.exchange.bans === 0, () => `${String(world.exchange.bans)} callers are banned`);
    this.check('I-57', world.scheduler.planned < PLANNED_MAX, () => `${String(world.scheduler.planned)} events wait`);
  }
}
