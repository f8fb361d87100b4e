import type { ServiceName } from '@argosy/contracts';
import { AccountsFile, loadConfigFile } from '@argosy/platform-config';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import type { Disk } from '@argosy/platform-port';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.js';
import { connectAs } from '../fleet/fleet-servers.js';
import { DATA_FOLDER, readJson } from '../fleet/fleet-folder.js';
import { simulatedAddresses, type VenueAddresses } from '../fleet/market.js';
import type { FleetPorts } from '../fleet/ports.js';
import { readRecord, type RunningRecord } from '../fleet/running-record.js';
import type { FleetSecrets } from '../fleet/secrets.js';
import { serviceOf } from '../fleet/supervisor.js';
import type { ProvableFleet } from '../fleet/trading-run.js';
import type { Shell } from '../shell.js';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const isLoopback = (url: string): boolean => URL.canParse(url) && LOOPBACK.has(new URL(url).hostname);

/**
 * Faults are for a fleet of this machine on its own simulated exchange, and nothing else: a record that `up` wrote, with
 * every address on the loopback.
 * @returns the control port of its exchange
 * @throws CommandError NOT_LOCAL, NO_SIMULATED_EXCHANGE
 */
export function controlOf(record: RunningRecord): string {
  const { exchange } = record;
  if (exchange === undefined)
    throw new CommandError(
      EXIT.refused,
      `'${record.name}' does not trade on a simulated exchange of its own`,
      'Faults are never done to a real venue. Start a local fleet: argosy up --standby.',
      'NO_SIMULATED_EXCHANGE',
    );
  const services = (record.instances ?? []).map(({ url }) => url);
  const foreign = [record.gatewayUrl, exchange.url, exchange.controlUrl, ...services].find((url) => !isLoopback(url));
  if (foreign === undefined) return exchange.controlUrl;
  throw new CommandError(
    EXIT.refused,
    `'${record.name}' has an address that is not this machine's: ${foreign}`,
    'Faults are only done to a fleet of this machine.',
    'NOT_LOCAL',
  );
}

/** A fleet that runs here already, as its folder tells of it. */
export class FoundFleet implements ProvableFleet {
  private constructor(
    readonly shell: Shell,
    readonly path: string,
    readonly record: RunningRecord,
    readonly ports: FleetPorts,
    readonly secrets: FleetSecrets,
    private readonly accounts: AccountsFile,
  ) {}

  static async open(shell: Shell, record: RunningRecord, disk: Disk): Promise<FoundFleet> {
    const path = join(shell.root, DATA_FOLDER, record.name);
    const [ports, secrets] = await Promise.all([
      readJson(join(path, 'ports.json')),
      readJson(join(path, 'secrets.json')),
    ]);
    const accounts = await loadConfigFile(join(path, 'config', 'accounts.yaml'), AccountsFile, disk);
    return new FoundFleet(shell, path, record, ports as FleetPorts, secrets as FleetSecrets, accounts);
  }

  get venues(): VenueAddresses {
    return simulatedAddresses(this.ports.exchange, this.ports.reference);
  }

  get hasStandbys(): boolean {
    return this.instances('execution').length > 1;
  }

  instances(name: ServiceName): readonly { readonly name: string; readonly url: string }[] {
    return (this.record.instances ?? []).filter((instance) => serviceOf(instance.name) === name);
  }

  get accountIds(): readonly string[] {
    return this.accounts.accounts.map(({ account_id: id }) => id);
  }

  get liveAccounts(): readonly { readonly accountId: string; readonly address: string }[] {
    return this.accounts.accounts.flatMap(({ account_id: accountId, kind, wallet_address: address }) =>
      kind === 'live' && address !== undefined ? [{ accountId, address }] : [],
    );
  }

  /** Process ids change as programs are started again. */
  async processes(): Promise<RunningRecord['processes']> {
    return (await readRecord(this.path))?.processes ?? [];
  }

  connect(service: ServiceName): Promise<NatsMessageBus> {
    return connectAs(this, service);
  }
}
