import { isAbsolute, join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { DATA_FOLDER, readJson } from '../fleet/fleet-folder.js';
import { type RunningRecord, runningFleets } from '../fleet/running-record.js';
import type { Shell } from '../shell.js';
import type { GatewayPlace } from './gateway-client.js';
import type { SigningKey } from './sign-request.js';

/** Which fleet is meant: an address, a name, or the one that runs here. */
export interface GatewayOptions {
  readonly url?: string;
  readonly fleet?: string;
}

export interface FoundGateway extends GatewayPlace {
  /** The local fleet it belongs to, when it is one. */
  readonly running?: RunningRecord;
}

/** @throws CommandError when no fleet runs here or several do and none is named. */
export async function findGateway(shell: Shell, options: GatewayOptions): Promise<FoundGateway> {
  const url = options.url ?? shell.env['ARGOSY_URL'];
  const given = keyOf(shell.env);
  if (url !== undefined && options.fleet === undefined)
    return { url: addressOf(url), key: given ?? (await keyOfLocal(shell, url)) };
  const running = pick(await runningFleets(shell.root), options.fleet);
  return { url: running.gatewayUrl, key: given ?? (await localKey(shell, running.name)), running };
}

function addressOf(url: string): string {
  if (/^https?:\/\/[^/?#\s]+\/?$/.test(url)) return url.replace(/\/$/, '');
  throw new CommandError(EXIT.usage, `'${url}' is no address of a gateway`, 'Write it as http://host:port.');
}

function keyOf(env: Shell['env']): SigningKey | undefined {
  const { ARGOSY_API_KEY: keyId, ARGOSY_API_SECRET: secret } = env;
  if (keyId === undefined && secret === undefined) return undefined;
  if (keyId !== undefined && secret !== undefined) return { keyId, secret };
  throw new CommandError(EXIT.usage, 'one of ARGOSY_API_KEY and ARGOSY_API_SECRET is not set', 'Set both, or neither.');
}

/** The key of this machine's person, in the fleet's folder. */
async function localKey(shell: Shell, name: string): Promise<SigningKey | undefined> {
  const path = join(shell.root, DATA_FOLDER, name, 'secrets.json');
  const secrets = (await readJson(isAbsolute(path) ? path : join(shell.root, path))) as
    { readonly keys?: Readonly<Record<string, SigningKey>> } | undefined;
  return secrets?.keys?.['local'];
}

async function keyOfLocal(shell: Shell, url: string): Promise<SigningKey | undefined> {
  const port = new URL(url).port;
  const local = (await runningFleets(shell.root)).find(({ gatewayUrl }) => new URL(gatewayUrl).port === port);
  const isHere = ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);
  return local === undefined || !isHere ? undefined : localKey(shell, local.name);
}

function pick(fleets: readonly RunningRecord[], name: string | undefined): RunningRecord {
  const [only, another] = name === undefined ? fleets : fleets.filter((fleet) => fleet.name === name);
  if (only === undefined) {
    const what = name === undefined ? 'no fleet is running on this machine' : `no fleet named '${name}' is running`;
    throw new CommandError(
      EXIT.unreachable,
      what,
      'Start one with argosy up, or name a gateway with --url.',
      'NO_FLEET',
    );
  }
  if (another === undefined) return only;
  const names = fleets.map((fleet) => fleet.name).join(', ');
  throw new CommandError(
    EXIT.usage,
    `several fleets are running: ${names}`,
    'Name one with --fleet.',
    'SEVERAL_FLEETS',
  );
}
