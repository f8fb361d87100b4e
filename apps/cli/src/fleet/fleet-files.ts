import { AccountsFile, LimitsFile, loadConfigFile } from '@argosy/platform-config';
import type { Disk } from '@argosy/platform-port';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import type { Environment } from '../shell.js';
import type { FleetFolder } from './fleet-folder.js';
import type { Market } from './market.js';

export interface FleetFiles {
  readonly paths: { readonly accounts: string; readonly limits: string; readonly strategies: string };
  readonly accounts: AccountsFile;
  readonly limits: LimitsFile;
}

const DEMO_ADDRESS = '0x14791697260E4c9A71f18484C9f997B308e59325';
/**
 * Published in the test vectors of the venue's own SDKs, and therefore worth nothing: it signs for the demonstration's account
 * on the simulated exchange, and is never handed out for another venue.
 */
const DEMO_KEY = `0x${'0123456789'.repeat(6)}0123`;

/**
 * The fleet's configuration for this start: a copy of the folder, so that what runs does not change under it. A USD-M
 * recording is its own reference.
 */
export async function prepareFiles(
  source: string,
  folder: FleetFolder,
  market: Market,
  disk: Disk,
): Promise<FleetFiles> {
  if (!existsSync(source))
    throw new CommandError(EXIT.usage, `no configuration folder ${source}`, 'Give one with --config.');
  await rm(folder.config, { recursive: true, force: true });
  await cp(source, folder.config, { recursive: true });
  if (market.kind === 'recorded') await pointReferences(folder.config, market.contents.venue, market.contents.symbols);
  const paths = {
    accounts: join(folder.config, 'accounts.yaml'),
    limits: join(folder.config, 'limits.yaml'),
    strategies: join(folder.config, 'strategies'),
  };
  return {
    paths,
    accounts: await loadConfigFile(paths.accounts, AccountsFile, disk),
    limits: await loadConfigFile(paths.limits, LimitsFile, disk),
  };
}

const SPOT_EXCHANGE = /(?<![\w-])binance(?![\w-])/g;
const REFERENCE = /\bbinance_([A-Z0-9]+-[A-Z0-9]+)\b/g;

/** Recorded futures stand in for the spot market of the same name. */
async function pointReferences(config: string, venue: string, symbols: readonly string[]): Promise<void> {
  if (venue !== 'binance-usdm') return;
  for (const entry of await readdir(config, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    let pointed = text.replaceAll(REFERENCE, (whole, symbol: string) =>
      symbols.includes(`${symbol}-PERP`) ? `binance-usdm_${symbol}-PERP` : whole,
    );
    // A strategy names the exchanges of its symbols beside them.
    if (pointed !== text) pointed = pointed.replaceAll(SPOT_EXCHANGE, 'binance-usdm');
    if (pointed !== text) await writeFile(path, pointed);
  }
}

/** The variables that hold the accounts' keys; on the simulator the demonstration's account brings its own. */
export function accountKeys(
  accounts: AccountsFile,
  env: Environment,
  isSimulated: boolean,
): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const { private_key: place, wallet_address: address, account_id: id } of accounts.accounts) {
    const variable = place?.startsWith('env:') === true ? place.slice('env:'.length) : undefined;
    if (variable === undefined) continue;
    const key = isSimulated && address === DEMO_ADDRESS ? DEMO_KEY : env[variable];
    if (key === undefined || key === '')
      throw new CommandError(
        EXIT.usage,
        `account '${id}' is signed with the key in ${variable}, which is not set`,
        `Set ${variable}.`,
        'ACCOUNT_KEY_MISSING',
      );
    keys[variable] = key;
  }
  return keys;
}
