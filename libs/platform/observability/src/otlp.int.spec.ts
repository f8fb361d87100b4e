import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualTime, SeededRandom } from '@argosy/testing';
import { startTracing } from './tracing.js';

interface Received {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

describe('OTLP export', () => {
  it('sends spans as protobuf over HTTP to the configured endpoint, at the latest on flush (OB-5)', async () => {
    const received: Received[] = [];
    const collector = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        received.push({ url: request.url, type: request.headers['content-type'], body: Buffer.concat(parts) });
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const tracing = await startTracing({
      service: 'risk',
      version: '1.0.0',
      clock: new ManualTime().clock,
      random: new SeededRandom(1),
      endpoint: `http://127.0.0.1:${String(port)}`,
    });
    const span = tracing.tracer.start('decide', { attributes: { venue: 'hyperliquid' } });
    span.end();
    await tracing.flush();
    await tracing.stop();
    await new Promise((resolve) => collector.close(resolve));
    const [{ url, type, body }] = received as [Received];
    expect([url, type]).toEqual(['/v1/traces', 'application/x-protobuf']);
    for (const text of ['decide', 'hyperliquid', 'risk', 'service.name']) expect(body.includes(text)).toBe(true);
    const traceId = span.context.traceparent.slice(3, 35);
    expect(body.includes(Buffer.from(traceId, 'hex'))).toBe(true);
  });

  it('does not mind a collector that is away', async () => {
    const tracing = await startTracing({
      service: 'risk',
      version: '1.0.0',
      clock: new ManualTime().clock,
      random: new SeededRandom(1),
      endpoint: 'http://127.0.0.1:9',
    });
    tracing.tracer.start('decide').end();
    await tracing.stop();
  });
});
