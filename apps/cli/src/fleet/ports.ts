import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { type FleetFolder, readJson, writePrivate } from './fleet-folder.js';

export const PORT_NAMES = [
  'gateway',
  'postgres',
  'nats',
  'exchange',
  'reference',
  'market-data',
  'risk',
  'execution',
  'ledger',
  'strategy-host',
  // The second of each pair; both gateways have a port of their own beside the one that people type.
  'market-data-2',
  'risk-2',
  'execution-2',
  'ledger-2',
  'strategy-host-2',
  'ops-gateway-1',
  'ops-gateway-2',
  // Where the simulated exchange is told to misbehave.
  'exchange-control',
] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type FleetPorts = Readonly<Record<PortName, number>>;

const HOST = '127.0.0.1';

/** The port, or another one when `port` is 0; undefined when somebody has it. */
async function claim(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: HOST, exclusive: true }, resolve);
    });
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/**
 * The ports of one fleet, the same ones each time unless somebody else has taken one.
 * @param gateway what people type: taken as given (0: any free one), never replaced silently.
 */
export async function choosePorts(folder: FleetFolder, gateway: number): Promise<FleetPorts> {
  const path = join(folder.path, 'ports.json');
  const known = ((await readJson(path)) ?? {}) as Partial<Record<PortName, number>>;
  const chosen: Partial<Record<PortName, number>> = {};
  for (const name of PORT_NAMES)
    chosen[name] = name === 'gateway' ? await gatewayPort(gateway) : await another(known[name], chosen);
  await writePrivate(path, chosen);
  return chosen as FleetPorts;
}

async function gatewayPort(wanted: number): Promise<number> {
  const port = await claim(wanted);
  if (port !== undefined) return port;
  throw new CommandError(
    EXIT.usage,
    `port ${String(wanted)} on ${HOST} is taken by another program`,
    'End that program (argosy down, if it is another fleet), or choose a port with --port.',
    'PORT_TAKEN',
  );
}

async function another(known: number | undefined, taken: Partial<Record<PortName, number>>): Promise<number> {
  const inUse = Object.values(taken);
  if (known !== undefined && !inUse.includes(known)) {
    const port = await claim(known);
    if (port !== undefined) return port;
  }
  for (;;) {
    const port = await claim(0);
    if (port !== undefined && !inUse.includes(port)) return port;
  }
}
