import { Fault } from '@argosy/domain';
import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from '@argosy/platform-port';
import type { Network, Way } from './network.js';
import type { Scheduler } from './scheduler.js';
import type { SimProcess } from './sim-process.js';

/** One HTTP request as the far end sees it. */
export interface SimCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly from: string;
}

export interface SimAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The far end of one websocket, as the server holds it. */
export interface SimPeer {
  readonly isOpen: boolean;
  send(text: string): void;
  close(code: number, reason: string): void;
}

export interface SimSocketHandlers {
  onMessage(text: string): void;
  onClose(): void;
}

export type Direction = 'to_server' | 'to_client';

/** What becomes of one frame or request on its way: none, one or more copies, each with a delay of its own. */
export type Copies = readonly number[];
const ONE: Copies = [0];

/** What becomes of one HTTP request. */
export interface CallFate {
  /** 5xx without the request being done. */
  readonly failBefore?: boolean;
  /** Done, and the answer is a 5xx. */
  readonly failAfter?: boolean;
  /** Done, and the answer never comes. */
  readonly loseAnswer?: boolean;
  readonly delayUs?: number;
}

/** A server on the virtual network: what it answers, and what the seed does to its traffic. */
export interface SimServer {
  /** Its name on the network. */
  readonly name: string;
  readonly up: boolean;
  answer(call: SimCall): Promise<SimAnswer>;
  accept(path: string, peer: SimPeer, from: string): SimSocketHandlers | undefined;
  callFate(call: SimCall): CallFate;
  frameFate(direction: Direction, text: string): Copies;
  /** Every byte that leaves a process for this server, at the moment it does. */
  left(process: SimProcess, text: string): void;
  /** Told of connections so that the server can cut them. */
  joined(connection: { cut(reason: string): void }): () => void;
}

export interface SocketParts {
  readonly process: SimProcess;
  readonly scheduler: Scheduler;
  readonly network: Network;
  /** By host name. */
  readonly servers: ReadonlyMap<string, SimServer>;
}

/** HTTP over the virtual network. */
export class SimHttpClient extends HttpClient {
  constructor(private readonly parts: SocketParts) {
    super();
  }

  override request(request: HttpRequest): Promise<HttpResponse> {
    const { process, scheduler, network, servers } = this.parts;
    const url = new URL(request.url);
    const server = servers.get(url.hostname);
    const { machineName: here } = process;
    return process.ask((resolve, reject) => {
      if (server === undefined) return reject(new Fault('VENUE_UNAVAILABLE', `no such host '${url.hostname}'`));
      const { method, body = '' } = request;
      const call = { method, path: url.pathname, query: url.searchParams, body, from: here };
      const fate = server.callFate(call);
      let open = true;
      const settle = (run: () => void): void => {
        if (!open) return;
        open = false;
        timeout.cancel();
        run();
      };
      const unknown = (): void =>
        settle(() => reject(new Fault('OUTCOME_UNKNOWN', `'${url.pathname}' did not answer in time`)));
      const timeout = scheduler.after(request.timeoutMs * 1_000, unknown);
      const respond = ({ status, body: text, headers = {} }: SimAnswer): void => {
        network.send(server.name, here, () => settle(() => resolve({ status, headers, body: text })));
      };
      const arrive = (): void => {
        if (!open || !process.alive) return;
        if (!server.up)
          return settle(() => reject(new Fault('VENUE_UNAVAILABLE', `'${url.hostname}' refused the connection`)));
        if (fate.failBefore === true) return respond(SERVER_ERROR);
        void server.answer(call).then((answer) => {
          if (fate.loseAnswer !== true) respond(fate.failAfter === true ? SERVER_ERROR : answer);
        });
      };
      server.left(process, body);
      network.send(here, server.name, () => {
        if (fate.delayUs === undefined) arrive();
        else scheduler.after(fate.delayUs, arrive);
      });
    });
  }
}

const SERVER_ERROR: SimAnswer = { status: 502, body: '<html>Bad Gateway</html>' };

/** Websockets over the virtual network. */
export class SimWebSocketClient extends WebSocketClient {
  constructor(private readonly parts: SocketParts) {
    super();
  }

  override connect(url: string, options: WebSocketOptions, handlers: WebSocketHandlers): WebSocketConnection {
    const { hostname, pathname, search } = new URL(url);
    const server = this.parts.servers.get(hostname);
    return new SimConnection(this.parts, server, `${pathname}${search}`, options, handlers);
  }
}

class SimConnection implements WebSocketConnection {
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  #far: SimSocketHandlers | undefined;
  #farOpen = false;
  #leave: (() => void) | undefined;
  readonly #up: Way;
  readonly #down: Way;

  constructor(
    private readonly parts: SocketParts,
    private readonly server: SimServer | undefined,
    path: string,
    options: WebSocketOptions,
    private readonly handlers: WebSocketHandlers,
  ) {
    const { process, scheduler, network } = parts;
    const far = server?.name ?? '';
    this.#up = network.way(process.machineName, far);
    this.#down = network.way(far, process.machineName);
    if (server === undefined) {
      scheduler.after(100, () => this.#closed(1006, 'no such host'));
      return;
    }
    process.onEnd(() => this.#farClosed());
    scheduler.after(options.connectTimeoutMs * 1_000, () => {
      if (this.#state === 'connecting') this.#closed(1006, 'the connection was not made in time');
    });
    this.#up.send(() => {
      if (this.#state !== 'connecting' || !process.alive) return;
      if (!server.up) return this.#answer(() => this.#closed(1006, 'connection refused'));
      this.#farOpen = true;
      const peer = this.#peer();
      this.#leave = server.joined({ cut: (reason) => this.#cut(reason) });
      // Opened first: what the server sends on accepting comes after.
      this.#answer(() => this.#opened());
      this.#far = server.accept(path, peer, process.machineName);
      if (this.#far === undefined) this.#cut('refused');
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  send(text: string): boolean {
    const { server } = this;
    const { process, network, scheduler } = this.parts;
    if (this.#state !== 'open' || server === undefined || !process.alive) return false;
    server.left(process, text);
    for (const delayUs of server.frameFate('to_server', text)) {
      const arrive = (): void => {
        if (this.#farOpen && server.up) this.#far?.onMessage(text);
      };
      const alone = (): void => network.send(process.machineName, server.name, arrive);
      if (delayUs > 0) scheduler.after(delayUs, alone);
      else this.#up.send(arrive);
    }
    return true;
  }

  ping(): void {
    // The pong is the library's affair, and nobody here waits for it.
  }

  close(code = 1000, reason = ''): void {
    if (this.#state === 'closed') return;
    if (this.server !== undefined) this.#up.send(() => this.#farClosed());
    this.parts.scheduler.after(100, () => this.#closed(code, reason));
  }

  #peer(): SimPeer {
    const isOpen = (): boolean => this.#farOpen;
    return {
      get isOpen() {
        return isOpen();
      },
      send: (text) => this.#toClient(text),
      close: (code, reason) => {
        this.#farClosed();
        this.#answer(() => this.#closed(code, reason));
      },
    };
  }

  #toClient(text: string): void {
    const { server } = this;
    if (!this.#farOpen || server === undefined) return;
    for (const delayUs of server.up ? server.frameFate('to_client', text) : ONE) {
      const deliver = (): void => {
        if (this.#state === 'open') this.handlers.onMessage(text);
      };
      const { process, scheduler, network } = this.parts;
      const alone = (): void => network.send(server.name, process.machineName, () => process.enter(deliver));
      if (delayUs > 0) scheduler.after(delayUs, alone);
      else this.#answer(deliver);
    }
  }

  /** In order with all other frames of this connection. */
  #answer(run: () => void): void {
    this.#down.send(() => this.parts.process.enter(run));
  }

  /** The server's machine is gone, or it has had enough: a reset. */
  #cut(reason: string): void {
    this.#farClosed();
    this.#answer(() => this.#closed(1006, reason));
  }

  #farClosed(): void {
    if (!this.#farOpen) return;
    this.#farOpen = false;
    this.#leave?.();
    this.#far?.onClose();
  }

  #opened(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.handlers.onOpen();
  }

  #closed(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.parts.process.enter(() => {
      if (this.#state === 'closed') return;
      this.#state = 'closed';
      this.handlers.onClose(code, reason);
    });
  }
}
