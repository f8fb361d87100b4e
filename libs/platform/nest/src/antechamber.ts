import { createServer, type Server } from 'node:http';
import type { ReadinessService } from './readiness.service.js';

/**
 * Answers health in place of the service while its parts are still being made, for one of them may be waiting for the
 * network: an operator who asks must be told what for, and not be refused.
 */
export class Antechamber {
  #server: Server | undefined;

  constructor(private readonly readiness: ReadinessService) {}

  /** A port that is taken is the service's own problem in a moment; here it only means that nobody answers yet. */
  open(host: string, port: number): void {
    const server = createServer((request, response) => {
      const isHealth = request.url === '/health';
      response.writeHead(isHealth ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(this.readiness.report()));
    });
    server.on('error', () => undefined);
    server.listen(port, host);
    this.#server = server;
  }

  /** Resolves when the port is free. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server?.listening !== true) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
