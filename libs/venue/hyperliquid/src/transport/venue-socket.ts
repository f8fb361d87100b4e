import type { Clock, Random, Timer, Timers } from '@argosy/domain';
import type { Logger, WebSocketClient, WebSocketConnection } from '@argosy/platform-port';
import { reconnectDelayMs } from '@argosy/venue-port';

export interface VenueSocketOptions {
  readonly url: string;
  /** The venue drops a connection it has not heard from for 60 s. */
  readonly pingIntervalMs: number;
  /** A pong later than this is a missed heartbeat; the second in a row ends the connection. */
  readonly pongTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxFrameBytes: number;
}

export interface VenueSocketPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly webSocket: WebSocketClient;
  readonly logger: Logger;
}

export interface VenueSocketHandlers {
  onOpen(): void;
  onMessage(text: string): void;
  /** Once for every connection that was open, and for none that never was. */
  onDown(reason: string): void;
}

const MISSED_HEARTBEATS_MAX = 2;
/** A connection that lived this long was a good one: the next reconnection starts again at one second. */
const STABLE_AFTER_MS = 30_000;
const PING = '{"method":"ping"}';

/**
 * One connection that comes back: 1, 2, 4, 8 … 60 s with jitter (MD-2). It finds half-open sockets by the venue's own
 * ping and pong, because a TCP connection can look healthy for hours after its other end is gone (5.8).
 */
export class VenueSocket {
  private connection: WebSocketConnection | undefined;
  /** Each connection has a number, so that what an abandoned one still says is not heard. */
  private generation = 0;
  private attempt = 0;
  private wanted = false;
  private opened = false;
  private openedAtMs = 0;
  private missed = 0;
  private awaitsPong = false;
  private waiting: Timer | undefined;
  private heartbeat: Timer | undefined;

  constructor(
    private readonly options: VenueSocketOptions,
    private readonly ports: VenueSocketPorts,
    private readonly handlers: VenueSocketHandlers,
  ) {}

  get isOpen(): boolean {
    return this.opened && this.connection?.isOpen === true;
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.waiting?.cancel();
    this.drop('stopped');
  }

  /** Gives up the present connection and opens the next at once. */
  reconnect(reason: string): void {
    if (!this.wanted) return;
    this.attempt = 0;
    this.drop(reason);
    this.waiting?.cancel();
    this.connect();
  }

  /** False when nothing was written. */
  send(text: string): boolean {
    return this.isOpen && (this.connection as WebSocketConnection).send(text);
  }

  /** The venue's pong came: the line is alive. */
  pong(): void {
    this.missed = 0;
    this.awaitsPong = false;
    this.planPing(this.options.pingIntervalMs);
  }

  /** Our own requests go unanswered: asks at once whether the line lives, and this time one missed pong ends it (5.8). */
  suspect(): void {
    if (!this.isOpen) return;
    this.missed = MISSED_HEARTBEATS_MAX - 1;
    // The pong that is already due decides; a second ping would only give it more time.
    if (!this.awaitsPong) this.ping();
  }

  private connect(): void {
    this.generation += 1;
    const mine = this.generation;
    const current = (run: () => void) => (): void => {
      if (mine === this.generation) run();
    };
    const { connectTimeoutMs, maxFrameBytes, url } = this.options;
    const connection = this.ports.webSocket.connect(
      url,
      { connectTimeoutMs, maxFrameBytes },
      {
        onOpen: current(() => this.onOpen()),
        onMessage: (text) => {
          if (mine === this.generation) this.handlers.onMessage(text);
        },
        onClose: (code, reason) => {
          if (mine === this.generation) this.onClose(`closed with ${String(code)} ${reason.slice(0, 80)}`.trim());
        },
      },
    );
    if (mine === this.generation) this.connection = connection;
  }

  private onOpen(): void {
    this.opened = true;
    this.missed = 0;
    this.awaitsPong = false;
    this.openedAtMs = this.ports.clock.monotonicMs();
    this.planPing(this.options.pingIntervalMs);
    this.handlers.onOpen();
  }

  private onClose(reason: string): void {
    this.drop(reason);
    if (!this.wanted) return;
    const delayMs = reconnectDelayMs(this.attempt, this.ports.random);
    this.attempt += 1;
    this.ports.logger.warning('socket_closed', { url: this.options.url, reason, reconnectInMs: delayMs });
    this.waiting = this.ports.timers.after(delayMs, () => this.connect());
  }

  private drop(reason: string): void {
    const { connection, opened } = this;
    // From here on this connection is a stranger: its late frames and its close are nobody's business.
    this.generation += 1;
    this.connection = undefined;
    this.opened = false;
    this.heartbeat?.cancel();
    if (opened && this.ports.clock.monotonicMs() - this.openedAtMs >= STABLE_AFTER_MS) this.attempt = 0;
    connection?.close(1000, '');
    if (opened) this.handlers.onDown(reason);
  }

  private planPing(delayMs: number): void {
    this.heartbeat?.cancel();
    this.heartbeat = this.ports.timers.after(delayMs, () => this.ping());
  }

  private ping(): void {
    this.connection?.send(PING);
    this.awaitsPong = true;
    this.heartbeat?.cancel();
    this.heartbeat = this.ports.timers.after(this.options.pongTimeoutMs, () => this.onPongMissed());
  }

  private onPongMissed(): void {
    this.missed += 1;
    if (this.missed < MISSED_HEARTBEATS_MAX) {
      this.ping();
      return;
    }
    this.onClose(`no pong to ${String(this.missed)} pings`);
  }
}
