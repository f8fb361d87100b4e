import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

/** The checkout's root: the nearest folder upwards whose package is named `argosy`. */
export function checkoutRoot(from: string = process.cwd()): string {
  const manifest = path.join(from, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'argosy')
    return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error(`not inside the checkout: ${process.cwd()}`);
  return checkoutRoot(parent);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
