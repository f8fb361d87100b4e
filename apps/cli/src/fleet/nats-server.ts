import { natsConfig } from '@argosy/platform-messaging';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FleetFolder } from './fleet-folder.js';
import type { ProcessSpec } from './managed-process.js';
import type { FleetSecrets } from './secrets.js';
import type { Toolchain } from './toolchain.js';

export const natsUrl = (port: number): string => `nats://127.0.0.1:${String(port)}`;

/** Writes the server's configuration, each service exactly its subjects (I-53), and says how to run it. */
export async function natsProcess(
  folder: FleetFolder,
  toolchain: Toolchain,
  port: number,
  secrets: FleetSecrets,
): Promise<ProcessSpec> {
  const path = join(folder.path, 'nats.conf');
  await writeFile(path, natsConfig({ ports: { client: port }, storeDir: folder.nats, users: secrets.nats }), {
    mode: 0o600,
  });
  await chmod(path, 0o600);
  return {
    name: 'nats',
    command: toolchain.natsServer,
    args: ['-c', path],
    env: {},
    folder: folder.path,
    outputFile: join(folder.output, 'nats.log'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
  };
}
