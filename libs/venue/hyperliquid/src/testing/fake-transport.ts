import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
} from '@argosy/platform-port';

/** One end of a socket under a spec's thumb. */
export class FakeConnection implements WebSocketConnection {
  readonly sent: string[] = [];
  isOpen = false;
  /** What the next sends say: false is a full buffer. */
  accepts = true;
  closedBy: 'us' | 'venue' | undefined;

  constructor(
    readonly url: string,
    private readonly handlers: WebSocketHandlers,
  ) {}

  send(text: string): boolean {
    if (!this.isOpen || !this.accepts) return false;
    this.sent.push(text);
    return true;
  }

  ping(): void {
    // The adapter pings in the venue's own protocol.
  }

  close(): void {
    if (this.closedBy !== undefined) return;
    this.isOpen = false;
    this.closedBy = 'us';
    this.handlers.onClose(1000, '');
  }

  open(): void {
    this.isOpen = true;
    this.handlers.onOpen();
  }

  receive(message: unknown): void {
    this.handlers.onMessage(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The venue, or the network, ends it. */
  breakOff(code = 1006, reason = ''): void {
    if (this.closedBy !== undefined) return;
    this.isOpen = false;
    this.closedBy = 'venue';
    this.handlers.onClose(code, reason);
  }

  get messages(): readonly Record<string, unknown>[] {
    return this.sent.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  get subscriptions(): readonly Record<string, unknown>[] {
    return this.messages
      .filter(({ method }) => method === 'subscribe')
      .map(({ subscription }) => subscription as Record<string, unknown>);
  }

  get pings(): number {
    return this.messages.filter(({ method }) => method === 'ping').length;
  }

  /** Acknowledges every subscription, as the venue does. */
  acknowledge(): void {
    for (const subscription of this.subscriptions) {
      this.receive({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } });
    }
  }
}

export class FakeWebSocketClient extends WebSocketClient {
  readonly connections: FakeConnection[] = [];

  override connect(url: string, _options: unknown, handlers: WebSocketHandlers): WebSocketConnection {
    const connection = new FakeConnection(url, handlers);
    this.connections.push(connection);
    return connection;
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }
}

type Answer = unknown;
type Question = Record<string, unknown> & { readonly type: string };

/** Answers `/info` by question type; a function may throw the fault a real client would. */
export class FakeInfo extends HttpClient {
  readonly questions: Question[] = [];
  readonly answers = new Map<string, (question: Question) => Answer>();
  /** Raw responses that win over `answers`, one each. */
  readonly raw: HttpResponse[] = [];

  on(type: string, answer: (question: Question) => Answer): this {
    this.answers.set(type, answer);
    return this;
  }

  override async request({ body }: HttpRequest): Promise<HttpResponse> {
    const question = JSON.parse(body ?? '{}') as Question;
    this.questions.push(question);
    await Promise.resolve();
    const raw = this.raw.shift();
    if (raw !== undefined) return raw;
    const answer = this.answers.get(question.type);
    if (answer === undefined) return { status: 422, headers: {}, body: 'Failed to deserialize the JSON body' };
    return { status: 200, headers: {}, body: JSON.stringify(answer(question)) };
  }
}
