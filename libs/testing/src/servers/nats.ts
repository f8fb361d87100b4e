import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Child, startChild } from './child.js';
import { checkoutRoot, freePort } from './checkout.js';

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  /** Ends the server as a power cut would; its store stays. */
  kill(): Promise<void>;
  /** Ends it and takes away all that it had written: the loss of a volume. */
  wipe(): Promise<void>;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface NatsServerOptions {
  /** Configuration text for a port and a store folder; a server without users and with JetStream when absent. */
  readonly config?: (place: { readonly port: number; readonly storeDir: string }) => string;
}

const openConfig = ({ port, storeDir }: { readonly port: number; readonly storeDir: string }): string => `
host: 127.0.0.1
port: ${String(port)}
jetstream { store_dir: ${JSON.stringify(storeDir)}, max_memory_store: 64M, max_file_store: 4G }
`;

/** `NATS_SERVER_BIN`, else what the bootstrap wrote down, else what it built, else the PATH. */
export function natsServerBinary(): string {
  const configured = process.env['NATS_SERVER_BIN'];
  if (configured !== undefined && configured !== '') return configured;
  const argosy = path.join(checkoutRoot(), '.argosy');
  const written = path.join(argosy, 'toolchain.json');
  if (existsSync(written)) {
    const { natsServer } = JSON.parse(readFileSync(written, 'utf8')) as { natsServer?: string };
    if (natsServer !== undefined && existsSync(natsServer)) return natsServer;
  }
  const built = path.join(argosy, 'bin', 'nats-server');
  return existsSync(built) ? built : 'nats-server';
}

/** A NATS server of its own on a free port, with JetStream in a temporary folder. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'argosy-nats-'));
  const port = await freePort();
  const configFile = path.join(folder, 'nats.conf');
  await writeFile(configFile, (options.config ?? openConfig)({ port, storeDir: path.join(folder, 'store') }));
  const start = (): Promise<Child> => startChild(natsServerBinary(), ['-c', configFile], /Server is ready/);
  let child = await start().catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url: `nats://127.0.0.1:${String(port)}`,
    port,
    kill: () => child.stop('SIGKILL'),
    wipe: async () => {
      await child.stop('SIGKILL');
      await rm(path.join(folder, 'store'), { recursive: true, force: true });
    },
    restart: async () => {
      await child.stop('SIGKILL');
      child = await start();
    },
    stop: async () => {
      await child.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
