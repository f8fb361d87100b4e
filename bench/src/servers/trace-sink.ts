import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TraceSink {
  /** What services get as their OTLP endpoint. */
  readonly url: string;
  /** Bytes of spans received so far: zero would mean that nobody traced. */
  received(): number;
  stop(): Promise<void>;
}

/** Takes OTLP over HTTP and keeps only its size: a collector that costs nothing. */
export async function startTraceSink(): Promise<TraceSink> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received: () => bytes,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
