/** Sockets as ports. Every limit is explicit so that no peer can make us wait or allocate without bound. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** A longer answer is a Fault VENUE_PROTOCOL. */
  readonly maxResponseBytes: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Faults: VENUE_UNAVAILABLE when no byte left (refused, unresolved), OUTCOME_UNKNOWN when the request may have arrived
 * (time-out, reset after sending), VENUE_PROTOCOL for an unreadable or oversized answer.
 */
export abstract class HttpClient {
  abstract request(request: HttpRequest): Promise<HttpResponse>;
}

export interface WebSocketHandlers {
  onOpen(): void;
  /** Text frames only; a binary frame is decoded as UTF-8, an invalid or oversized one closes the socket with 1009 or 1007. */
  onMessage(text: string): void;
  /** Exactly once, whatever happened; nothing arrives afterwards. */
  onClose(code: number, reason: string): void;
}

export interface WebSocketOptions {
  readonly connectTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebSocketConnection {
  /** False when the socket is not open or its send buffer is over the limit; then nothing was written. */
  send(text: string): boolean;
  /** A protocol-level ping; the pong is answered by the library. */
  ping(): void;
  close(code?: number, reason?: string): void;
  readonly isOpen: boolean;
}

export abstract class WebSocketClient {
  /** Starts connecting; all outcomes arrive at the handlers. */
  abstract connect(url: string, options: WebSocketOptions, handlers: WebSocketHandlers): WebSocketConnection;
}
