import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeShell } from '../testing/fake-shell.js';
import { emptyFolder, fleetFolder, folderName, isFolderName, openFolder } from './fleet-folder.js';
import { choosePorts } from './ports.js';
import { isRunning, lockFolder } from './running-record.js';
import { ensureSecrets, writeKeysFile } from './secrets.js';

describe('the name of a data folder', () => {
  it('is one a seed or recorded set, whatever folder the recording lies in', () => {
    expect(folderName({ seed: 7, recordings: [] })).toBe('seed-7');
    const set = (folder: string): string =>
      folderName({ seed: 1, recordings: [`${folder}/Spot_BTC 08.gz`, `${folder}/b.gz`] });
    expect(set('/a')).toBe(set('/b'));
    expect(set('/a')).toMatch(/^recorded-spot-btc-08-[0-9a-f]{8}$/);
    expect(folderName({ seed: 1, recordings: ['/a/b.gz'] })).not.toBe(set('/a'));
  });

  it.each([
    ['../x', false],
    ['a/b', false],
    ['', false],
    ['seed-1', true],
  ])('%p as a name: %p', (text, expected) => {
    expect(isFolderName(text)).toBe(expected);
  });
});

describe('a data folder', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'argosy-cli-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('keeps its secrets, readable to its owner alone, and forgets them when emptied', async () => {
    const folder = fleetFolder(root, root, 'x');
    await openFolder(folder);
    const { random } = fakeShell();
    const first = await ensureSecrets(folder, random);
    expect(await ensureSecrets(folder, random)).toEqual(first);
    expect((await stat(join(folder.path, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect(first.nats.risk).not.toBe(first.nats.execution);
    await emptyFolder(folder);
    await openFolder(folder);
    expect((await ensureSecrets(folder, random)).approvalKey).not.toBe(first.approvalKey);
  });

  it('gives the gateway a list of keys without a secret in it (FL-6)', async () => {
    const folder = fleetFolder(root, root, 'x');
    await openFolder(folder);
    const secrets = await ensureSecrets(folder, fakeShell().random);
    const text = await readFile(await writeKeysFile(folder, secrets), 'utf8');
    expect(text).not.toContain(secrets.keys.local.secret);
    expect(JSON.parse(text)).toMatchObject({
      keys: [
        { key_id: 'local', role: 'admin' },
        { key_id: 'local-demo', role: 'operator' },
      ],
    });
  });

  it('keeps its ports, and refuses a gateway port that is taken', async () => {
    const folder = fleetFolder(root, root, 'x');
    await openFolder(folder);
    const ports = await choosePorts(folder, 0);
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length);
    const again = await choosePorts(folder, ports.gateway);
    expect(again).toEqual(ports);
    const { createServer } = await import('node:net');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(ports.gateway, '127.0.0.1', resolve));
    await expect(choosePorts(folder, ports.gateway)).rejects.toMatchObject({ code: 'PORT_TAKEN', exitCode: 2 });
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes over the lock of a supervisor that is gone', async () => {
    const folder = fleetFolder(root, root, 'x');
    await openFolder(folder);
    await writeFile(join(folder.path, 'up.lock'), '999999999');
    const giveBack = await lockFolder(folder, process.pid);
    expect(await readFile(join(folder.path, 'up.lock'), 'utf8')).toBe(String(process.pid));
    await giveBack();
    await expect(stat(join(folder.path, 'up.lock'))).rejects.toThrow('ENOENT');
  });

  it('knows a process by its program, not by its number alone', async () => {
    expect(await isRunning(process.pid, 'jest')).toBe(true);
    expect(await isRunning(process.pid, 'apps/execution/dist/main.js')).toBe(false);
  });
});
