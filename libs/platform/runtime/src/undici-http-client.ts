import { Fault } from '@argosy/domain';
import { HttpClient, type HttpRequest, type HttpResponse } from '@argosy/platform-port';
import { Agent, type Dispatcher } from 'undici';

export interface HttpClientOptions {
  /** Sockets per origin. */
  readonly connections: number;
  /** How long a TCP and TLS handshake may take. */
  readonly connectTimeoutMs: number;
  /** An idle socket is closed after this; venues close theirs after about a minute. */
  readonly keepAliveMs: number;
}

const DEFAULTS: HttpClientOptions = { connections: 32, connectTimeoutMs: 5_000, keepAliveMs: 15_000 };

/**
 * HTTP over one keep-alive pool per origin. No retries and no redirects: after a request may have left, only its owner
 * knows whether asking again is safe. The three faults are the port's.
 */
export class UndiciHttpClient extends HttpClient {
  readonly #agent: Agent;

  constructor(options: Partial<HttpClientOptions> = {}) {
    super();
    const { connections, connectTimeoutMs, keepAliveMs } = { ...DEFAULTS, ...options };
    this.#agent = new Agent({
      connections,
      pipelining: 1,
      connect: { timeout: connectTimeoutMs },
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      // The deadline of each request is ours; two clocks on one request would race.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  override request(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      new Exchange(request, resolve, reject).start(this.#agent);
    });
  }

  /** Closes idle sockets and waits for running requests. */
  async close(): Promise<void> {
    await this.#agent.close();
  }
}

class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #left = false;
  #settled = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #bytes = 0;
  #chunks: Buffer[] = [];

  constructor(
    private readonly ask: HttpRequest,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (fault: Fault) => void,
  ) {}

  start(agent: Agent): void {
    const { method, url, headers, body, timeoutMs } = this.ask;
    this.#timer = setTimeout(() => this.#fail(`no answer within ${String(timeoutMs)} ms`), timeoutMs);
    try {
      const { origin, pathname, search } = new URL(url);
      agent.dispatch({ origin, path: pathname + search, method, headers: headers ?? {}, body: body ?? null }, this);
    } catch (error) {
      this.#fail(String(error), error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Undici asks once more just before the first byte: a request that timed out in the queue never leaves.
    if (this.#settled) return controller.abort(new Error('given up before it was sent'));
    this.#controller = controller;
    this.#left = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: NodeJS.Dict<string | string[]>,
  ): void {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      this.#headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : (value ?? '');
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.ask.maxResponseBytes) {
      return this.#protocolError(`answer longer than ${String(this.ask.maxResponseBytes)} bytes`);
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    let body: string;
    try {
      body = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(this.#chunks));
    } catch {
      return this.#protocolError('answer is not UTF-8');
    }
    if (this.#settle()) this.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (isUnreadable(error)) return this.#protocolError(error.message, error);
    this.#fail(error.message, error);
  }

  #protocolError(reason: string, cause?: unknown): void {
    if (this.#settle()) this.reject(this.#fault('VENUE_PROTOCOL', reason, cause));
  }

  #fail(reason: string, cause?: unknown): void {
    if (this.#settle()) this.reject(this.#fault(this.#left ? 'OUTCOME_UNKNOWN' : 'VENUE_UNAVAILABLE', reason, cause));
  }

  /** The query is left out of the text: venues put keys and signatures there. */
  #fault(code: 'VENUE_PROTOCOL' | 'OUTCOME_UNKNOWN' | 'VENUE_UNAVAILABLE', reason: string, cause?: unknown): Fault {
    const where = this.ask.url.split('?', 1)[0] ?? '';
    return new Fault(code, `${this.ask.method} ${where}: ${reason}`, cause === undefined ? undefined : { cause });
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    // Only a request that is over keeps its socket; any other ends with it.
    this.#controller?.abort(new Error('request is over'));
    return true;
  }
}

const isUnreadable = (error: Error): boolean => error.name === 'HTTPParserError';
