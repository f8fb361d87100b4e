import {
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from '@argosy/platform-port';
import { WebSocket } from 'ws';

export interface WebSocketClientOptions {
  /** `send` refuses while more than this waits in our own buffer: a peer that stops reading must not fill our memory. */
  readonly maxBufferedBytes: number;
  /** How long a peer may take to answer our close before the socket is cut. */
  readonly closeTimeoutMs: number;
}

const DEFAULTS: WebSocketClientOptions = { maxBufferedBytes: 4 * 1024 * 1024, closeTimeoutMs: 2_000 };
const INVALID_PAYLOAD = 1007;
const ABNORMAL = 1006;

/** WebSockets over `ws`: no compression, oversized frames close with 1009, text that is not UTF-8 with 1007. */
export class NodeWebSocketClient extends WebSocketClient {
  readonly #options: WebSocketClientOptions;

  constructor(options: Partial<WebSocketClientOptions> = {}) {
    super();
    this.#options = { ...DEFAULTS, ...options };
  }

  override connect(url: string, options: WebSocketOptions, handlers: WebSocketHandlers): WebSocketConnection {
    return new Connection(url, options, handlers, this.#options);
  }
}

class Connection implements WebSocketConnection {
  #socket: WebSocket | undefined;
  #closed = false;
  #reason = '';
  #cut: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    options: WebSocketOptions,
    private readonly handlers: WebSocketHandlers,
    private readonly limits: WebSocketClientOptions,
  ) {
    try {
      this.#socket = new WebSocket(url, {
        handshakeTimeout: options.connectTimeoutMs,
        maxPayload: options.maxFrameBytes,
        perMessageDeflate: false,
        headers: { ...options.headers },
      });
      this.#listen(this.#socket);
    } catch (error) {
      // An unusable URL throws at once; the handlers still hear of it later, like of everything else.
      queueMicrotask(() => this.#finish(ABNORMAL, String(error)));
    }
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket?.readyState === WebSocket.OPEN;
  }

  send(text: string): boolean {
    if (!this.isOpen || this.#socket === undefined) return false;
    if (this.#socket.bufferedAmount > this.limits.maxBufferedBytes) return false;
    this.#socket.send(text);
    return true;
  }

  ping(): void {
    if (this.isOpen) this.#socket?.ping();
  }

  close(code = 1000, reason = ''): void {
    const socket = this.#socket;
    if (this.#closed || socket === undefined) return;
    socket.close(code, reason);
    this.#cut ??= setTimeout(() => socket.terminate(), this.limits.closeTimeoutMs);
  }

  #listen(socket: WebSocket): void {
    socket.on('open', () => this.handlers.onOpen());
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    // `close` always follows; the error carries the words.
    socket.on('error', (error) => {
      this.#reason = error.message;
    });
    socket.on('close', (code, reason) => this.#finish(code, reason.toString() || this.#reason));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#closed || this.#cut !== undefined) return;
    if (!isBinary) return this.handlers.onMessage(data.toString('utf8'));
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(data);
    } catch {
      return this.close(INVALID_PAYLOAD, 'binary frame is not UTF-8');
    }
    this.handlers.onMessage(text);
  }

  #finish(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#cut);
    this.handlers.onClose(code, reason);
  }
}
