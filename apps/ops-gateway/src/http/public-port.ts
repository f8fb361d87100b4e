import type { Timer, Timers } from '@argosy/domain';
import type { Part } from '@argosy/platform-nest';
import type { Logger } from '@argosy/platform-port';
import { createServer, type Server } from 'node:http';

const AGAIN_AFTER_MS = 50;

/**
 * The port that people type, where the gateways of a pair have one of their own each: whichever leads answers there. The
 * former leader may hold it for another moment, so it is asked for until it is free.
 */
export class PublicPort implements Part {
  private behind: Server | undefined;
  private server: Server | undefined;
  private again: Timer | undefined;
  private missing: string | undefined;
  private isStopped = false;

  /** @param port undefined when the service's own port is the one that people type */
  constructor(
    private readonly port: number | undefined,
    private readonly host: string,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Whose requests are answered there too. */
  inFrontOf(server: Server): void {
    this.behind = server;
  }

  start(): void {
    if (this.port !== undefined && this.behind !== undefined) this.open(this.port, this.behind);
  }

  waitingFor(): string | undefined {
    return this.missing;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.again?.cancel();
    const { server } = this;
    if (server?.listening !== true) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  }

  private open(port: number, behind: Server): void {
    const server = mirrorOf(behind);
    this.server = server;
    server.once('error', (error) => {
      if (this.missing === undefined) this.logger.warning('public_port_taken', { port, reason: error.message });
      this.missing = `port ${String(port)} is still taken: ${error.message}`;
      if (!this.isStopped) this.again = this.timers.after(AGAIN_AFTER_MS, () => this.open(port, behind));
    });
    server.listen(port, this.host, () => {
      this.missing = undefined;
      this.logger.info('public_port_open', { port });
    });
  }
}

/** Another door of the same house: the same limits, the same words for what is no HTTP. */
function mirrorOf(behind: Server): Server {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = behind;
  const server = createServer({ headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval: 1_000 });
  server.maxConnections = maxConnections;
  for (const event of ['request', 'clientError'] as const)
    server.on(event, (...args: unknown[]) => void behind.emit(event, ...args));
  return server;
}
