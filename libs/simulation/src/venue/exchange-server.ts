import type { WireDoor } from '@argosy/exchange-wire';
import type { SimProcess } from '../kernel/sim-process.js';
import type {
  CallFate,
  Copies,
  Direction,
  SimAnswer,
  SimCall,
  SimPeer,
  SimServer,
  SimSocketHandlers,
} from '../kernel/sim-sockets.js';

/** What the seed does to one venue's traffic; nothing by default. */
export interface TrafficFaults {
  callFate(call: SimCall): CallFate;
  frameFate(direction: Direction, text: string): Copies;
}

const WHOLE: CallFate = {};
const ONCE: Copies = [0];
export const NO_TRAFFIC_FAULTS: TrafficFaults = { callFate: () => WHOLE, frameFate: () => ONCE };

/** One wire of the simulated exchange as a machine on the virtual network. */
export class ExchangeServer implements SimServer {
  faults: TrafficFaults = NO_TRAFFIC_FAULTS;
  readonly #connections = new Set<{ cut(reason: string): void }>();
  #up = true;

  constructor(
    readonly name: string,
    private readonly door: WireDoor,
    /** Told of every byte that leaves for it, and of every call that it has answered. */
    private readonly on: {
      readonly left: (process: SimProcess, text: string) => void;
      readonly answered: (call: SimCall) => void;
    },
  ) {}

  get up(): boolean {
    return this.#up;
  }

  /** Maintenance: every connection ends, nothing is taken. The exchange behind it goes on. */
  goDown(): void {
    this.#up = false;
    this.cutAll('the venue is down');
  }

  comeUp(): void {
    this.#up = true;
  }

  cutAll(reason: string): void {
    for (const connection of [...this.#connections]) connection.cut(reason);
  }

  async answer(call: SimCall): Promise<SimAnswer> {
    const { method, path, query, body, from } = call;
    const { status, body: text, headers } = await this.door.request({ method, path, query, body, from });
    this.on.answered(call);
    return { status, body: text, ...(headers === undefined ? {} : { headers }) };
  }

  accept(path: string, peer: SimPeer, from: string): SimSocketHandlers | undefined {
    return this.door.connect(peer, path, from);
  }

  callFate(call: SimCall): CallFate {
    return this.faults.callFate(call);
  }

  frameFate(direction: Direction, text: string): Copies {
    return this.faults.frameFate(direction, text);
  }

  left(process: SimProcess, text: string): void {
    this.on.left(process, text);
  }

  joined(connection: { cut(reason: string): void }): () => void {
    this.#connections.add(connection);
    return () => this.#connections.delete(connection);
  }
}
