import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

export type Direction = 'toServer' | 'toClient';
const DIRECTIONS: readonly Direction[] = ['toServer', 'toClient'];

export interface ProxyOptions {
  readonly targetPort: number;
  /** Each way, ms. */
  readonly delayMs: number;
}

/**
 * A wire of the harness between two programs: it delays, holds what is in flight, loses one direction or both, and counts
 * bytes. What a sender wrote before it died still arrives, as on a real wire.
 */
export class TcpProxy {
  readonly port: number;
  private readonly links = new Set<Link>();
  private readonly passed: Record<Direction, number> = { toServer: 0, toClient: 0 };
  private readonly held: Record<Direction, boolean> = { toServer: false, toClient: false };

  private watched = '';
  private sightings = 0;

  private constructor(
    private readonly server: Server,
    private readonly options: ProxyOptions,
  ) {
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.join(client));
  }

  static async open(options: ProxyOptions): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, options);
  }

  /** Bytes that arrived in a direction so far. */
  bytes(direction: Direction): number {
    return this.passed[direction];
  }

  /** From now on counts chunks with this text that clients hand in, whether they arrive or not; calling it again begins anew. */
  watch(text: string): void {
    [this.watched, this.sightings] = [text, 0];
  }

  /** Chunks seen since `watch`. */
  get seen(): number {
    return this.sightings;
  }

  /** From now on nothing arrives in these directions; it waits. */
  hold(directions: readonly Direction[] = DIRECTIONS): void {
    for (const direction of directions) this.held[direction] = true;
  }

  /** What waited arrives, in its order. */
  release(): void {
    for (const direction of DIRECTIONS) this.held[direction] = false;
    for (const link of this.links) link.pump();
  }

  /** What waited is lost, and its connections with it. */
  heal(): void {
    for (const link of this.links) link.cut();
    this.release();
  }

  async close(): Promise<void> {
    for (const link of this.links) link.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const server = new Socket({ allowHalfOpen: true });
    server.setNoDelay(true);
    server.connect(this.options.targetPort, '127.0.0.1');
    client.on('data', (chunk: Buffer) => {
      if (this.watched !== '' && chunk.includes(this.watched)) this.sightings += 1;
    });
    const wire = {
      delayMs: this.options.delayMs,
      isHeld: (direction: Direction) => this.held[direction],
      arrived: (direction: Direction, bytes: number) => void (this.passed[direction] += bytes),
    };
    const link = new Link(client, server, wire, () => this.links.delete(link));
    this.links.add(link);
  }
}

interface Wire {
  readonly delayMs: number;
  isHeld(direction: Direction): boolean;
  arrived(direction: Direction, bytes: number): void;
}

/** One connection: two lanes that end each in its own time. */
class Link {
  private readonly lanes: readonly Lane[];

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    wire: Wire,
    gone: () => void,
  ) {
    this.lanes = [new Lane(client, server, 'toServer', wire), new Lane(server, client, 'toClient', wire)];
    let open = 2;
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open -= 1;
        if (open === 0) gone();
      });
    }
  }

  pump(): void {
    for (const lane of this.lanes) lane.pump();
  }

  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

/** What flies in one direction; `undefined` is its end. */
class Lane {
  private readonly flying: { readonly chunk: Buffer | undefined; readonly dueMs: number }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    from: Socket,
    private readonly to: Socket,
    private readonly direction: Direction,
    private readonly wire: Wire,
  ) {
    from.on('data', (chunk) => this.take(chunk));
    from.once('end', () => this.end());
    from.once('close', () => this.end());
  }

  pump(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.wire.isHeld(this.direction)) return;
    for (let next = this.flying[0]; next !== undefined; next = this.flying[0]) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        this.timer = setTimeout(() => this.pump(), leftMs);
        return;
      }
      this.flying.shift();
      this.arrive(next.chunk);
    }
  }

  private arrive(chunk: Buffer | undefined): void {
    if (chunk === undefined) this.to.end();
    else if (this.to.writable) {
      this.wire.arrived(this.direction, chunk.length);
      this.to.write(chunk);
    }
  }

  private end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.take(undefined);
  }

  private take(chunk: Buffer | undefined): void {
    this.flying.push({ chunk, dueMs: performance.now() + this.wire.delayMs });
    if (this.timer === undefined) this.pump();
  }
}
