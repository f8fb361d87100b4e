import { UndiciHttpClient } from '@argosy/platform-runtime';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SigningKey } from '../gateway/sign-request.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Shell } from '../shell.js';
import { Announcer } from './announcer.js';
import { Demonstration } from './demonstration.js';
import { type FleetFolder, fleetFolder, readJson } from './fleet-folder.js';
import { endProcesses } from './leftovers.js';
import { readRecord, removeRecord } from './running-record.js';

/** What the supervisor says when it ends by itself. */
const DISMISSED = 'dismissed';
const AGAIN_AFTER_MS = 1_000;
/** Whoever does not cancel in this time does not cancel. */
const CANCEL_WITHIN_MS = 15_000;

/**
 * A small process that lives as long as the supervisor holds its pipe. A fleet without a supervisor is not what anyone wants:
 * when the pipe closes unsaid, however the supervisor died, it has the orders cancelled and ends every program in order.
 */
export class Warden {
  #child: ChildProcess | undefined;
  #isDismissed = false;

  constructor(
    private readonly shell: Shell,
    private readonly folder: FleetFolder,
    private readonly program: string,
  ) {}

  start(): void {
    const output = openSync(join(this.folder.output, 'warden.log'), 'a', 0o644);
    const child = spawn(this.shell.node, ['--disable-sigusr1', this.program, 'warden', this.folder.name], {
      cwd: this.shell.root,
      detached: true,
      stdio: ['pipe', output, output],
    });
    closeSync(output);
    this.#child = child;
    // It may be gone before it hears of its dismissal.
    child.stdin?.on('error', () => undefined);
    child.on('error', () => undefined);
    child.on('exit', () => {
      if (!this.#isDismissed) this.shell.timers.after(AGAIN_AFTER_MS, () => !this.#isDismissed && this.start());
    });
    child.unref();
  }

  dismiss(): void {
    this.#isDismissed = true;
    this.#child?.stdin?.end(`${DISMISSED}\n`);
  }
}

/** What the warden's process does: waits for the end of the pipe, and then, unless it was dismissed, for the fleet's. */
export async function keepWatch(shell: Shell, name: string, pipe: AsyncIterable<unknown>): Promise<void> {
  let said = '';
  for await (const part of pipe) said = `${said}${String(part)}`.slice(-DISMISSED.length - 1);
  if (said.trim() === DISMISSED) return;
  const folder = fleetFolder(shell.root, shell.root, basename(name));
  const record = await readRecord(folder.path);
  if (record === undefined) return;
  const announcer = new Announcer(shell.terminal, shell.clock);
  announcer.say(`argosy: the supervisor (process ${String(record.pid)}) is gone; ending the fleet '${name}'`);
  await cancelAll(shell, folder, record.gatewayUrl, announcer);
  await endProcesses(record, shell.timers, announcer);
  // A new supervisor of the same folder has written its own meanwhile.
  if ((await readRecord(folder.path))?.pid === record.pid) await removeRecord(folder);
  announcer.say(`argosy: '${name}' has ended`);
}

async function cancelAll(shell: Shell, folder: FleetFolder, url: string, announcer: Announcer): Promise<void> {
  const secrets = (await readJson(join(folder.path, 'secrets.json'))) as
    { readonly keys?: Readonly<Record<string, SigningKey>> } | undefined;
  const http = new UndiciHttpClient();
  const gateway = new GatewayClient({ url, key: secrets?.keys?.['local'] }, { ...shell, http });
  const ending = new Demonstration(gateway, announcer, folder.config).end();
  await Promise.race([ending, shell.timers.sleep(CANCEL_WITHIN_MS)]);
  await http.close();
}
