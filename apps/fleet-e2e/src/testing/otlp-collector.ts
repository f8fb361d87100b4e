import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExportedSpan, readSpans } from './otlp-spans.js';

/** Spans kept at most; beyond it the oldest traces are of no use to a test that runs for seconds. */
const SPANS_MAX = 400_000;

/** An OpenTelemetry collector as far as a test needs one: it takes OTLP over HTTP on a real socket and keeps the spans. */
export class OtlpCollector {
  readonly spans: ExportedSpan[] = [];
  /** What could not be read; a test wants none. */
  readonly problems: string[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        collector.take(
          `${String(request.method)} ${String(request.url)} ${String(request.headers['content-type'])}`,
          Buffer.concat(parts),
        );
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private take(what: string, body: Buffer): void {
    if (what !== 'POST /v1/traces application/x-protobuf') this.problems.push(what);
    else if (this.spans.length < SPANS_MAX) this.spans.push(...readSpans(body));
  }
}
