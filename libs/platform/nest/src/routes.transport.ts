import { InvariantViolation } from '@argosy/domain';
import type { EventRoute, RequestRoute, Route, Subscription } from '@argosy/platform-port';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type HandlingParts, RouteHandling } from './handle-route.js';

/** Requests being handled at once on one pattern; the asker of one more is told QUEUE_FULL by the bus. */
export const REQUESTS_IN_FLIGHT_MAX = 1_024;

/**
 * Nest's transport, with our route table in place of decorated handlers: the same table that the simulation binds to its
 * own bus. Requests of one pattern are begun in order and run side by side; events of one pattern one by one.
 */
export class RoutesTransport extends Server implements CustomTransportStrategy {
  readonly #handling: RouteHandling;
  readonly #subscriptions: Subscription[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #isOpen = false;

  constructor(
    private readonly routes: readonly Route[],
    private readonly parts: HandlingParts,
  ) {
    super();
    this.#handling = new RouteHandling(parts);
  }

  override listen(ready: (...parameters: unknown[]) => unknown): void {
    const { bus, logger, service } = this.parts;
    const overflow = overflowOf(this.parts);
    this.#isOpen = true;
    for (const route of this.routes) {
      this.#subscriptions.push(
        route.kind === 'request' ? this.bindRequest(route, overflow) : this.bindEvent(route, overflow),
      );
    }
    logger.info('routes_bound', { service, routes: this.routes.length, connected: bus.connected });
    ready();
  }

  /**
   * In no group: only who leads binds routes, and a leader that stands still is bound as well until it wakes up and leaves.
   * In a group with it the next leader would lose every other request to somebody who cannot answer.
   */
  private bindRequest(route: RequestRoute<never, never>, overflow: (subject: string) => void): Subscription {
    const options = { queueLimit: REQUESTS_IN_FLIGHT_MAX, onOverflow: overflow };
    return this.parts.bus.subscribe(route.pattern, route.ask, options, (message, context) =>
      this.track(this.#handling.request(route, message, context)),
    );
  }

  private bindEvent(route: EventRoute<never>, overflow: (subject: string) => void): Subscription {
    const options = { queueLimit: route.queueLimit, onOverflow: overflow };
    return this.parts.bus.subscribe(route.pattern, route.codec, options, (message, context) =>
      this.track(this.#handling.event(route, message, context)),
    );
  }

  private track(work: Promise<void>): Promise<void> {
    this.#inFlight.add(work);
    return work.finally(() => this.#inFlight.delete(work));
  }

  /** Takes no more messages and waits for those being handled. */
  override async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const subscription of this.#subscriptions.splice(0)) subscription.close();
    await Promise.allSettled([...this.#inFlight]);
  }

  override on(): never {
    throw new InvariantViolation('the route transport has no events of its own');
  }

  override unwrap<T>(): T {
    return this.parts.bus as T;
  }
}

function overflowOf({ metrics, service, logger }: HandlingParts): (subject: string) => void {
  const dropped = metrics.counter({
    name: `argosy_${service.replaceAll('-', '_')}_messages_dropped_total`,
    help: 'Messages dropped because the queue of their handler was full.',
    labels: [],
  });
  return (subject) => {
    dropped.add({});
    logger.warning('message_dropped', { subject, reason: 'queue full' });
  };
}
