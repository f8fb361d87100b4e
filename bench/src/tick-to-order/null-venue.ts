/**
 * A venue in this process that answers everything at once: what remains to be measured is our own way from a frame to a
 * signed order.
 */
import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
} from '@argosy/platform-port';

const META = { universe: [{ name: 'BTC', szDecimals: 5, maxLeverage: 50 }] };

export class NullInfo extends HttpClient {
  override request({ body }: HttpRequest): Promise<HttpResponse> {
    const { type } = JSON.parse(body ?? '{}') as { readonly type?: string };
    const money = { accountValue: '1000.0', totalNtlPos: '0.0', totalRawUsd: '1000.0', totalMarginUsed: '0.0' };
    const answer = type === 'meta' ? META : { marginSummary: money, assetPositions: [], time: Date.now() };
    return Promise.resolve({ status: 200, headers: {}, body: JSON.stringify(answer) });
  }
}

/** A socket whose other end is the bench. */
export class NullSocket implements WebSocketConnection {
  readonly isOpen = true;
  /** The newest text that was written. */
  written = '';

  constructor(private readonly handlers: WebSocketHandlers) {}

  send(text: string): boolean {
    this.written = text;
    if (text.startsWith('{"method":"subscribe"')) this.acknowledge(text);
    return true;
  }

  receive(text: string): void {
    this.handlers.onMessage(text);
  }

  ping(): void {
    // The adapter pings in the venue's own protocol, and nobody is there to miss it.
  }

  close(): void {
    this.handlers.onClose(1000, '');
  }

  private acknowledge(text: string): void {
    const { subscription } = JSON.parse(text) as { readonly subscription: unknown };
    const answer = { channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } };
    queueMicrotask(() => this.receive(JSON.stringify(answer)));
  }
}

export class NullSockets extends WebSocketClient {
  private newest: NullSocket | undefined;

  override connect(_url: string, _options: unknown, handlers: WebSocketHandlers): WebSocketConnection {
    const socket = new NullSocket(handlers);
    this.newest = socket;
    queueMicrotask(() => handlers.onOpen());
    return socket;
  }

  get socket(): NullSocket {
    if (this.newest === undefined) throw new Error('the adapter has not connected');
    return this.newest;
  }
}
