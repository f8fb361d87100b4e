import { InMemoryDisk } from '@argosy/testing';
import { StateError, StateFolder } from './state-folder.js';

const text = (...lines: readonly string[]): Uint8Array => Buffer.from(lines.join('\n'));
const all = async (folder: StateFolder, segment: number): Promise<unknown[]> => {
  const entries: unknown[] = [];
  for await (const entry of folder.entries(segment)) entries.push(entry);
  return entries;
};

describe('a folder with the state of an exchange', () => {
  it('is empty at first, and gives back what was saved', async () => {
    const folder = new StateFolder(new InMemoryDisk(), '/state');
    expect([await folder.identity(), await folder.snapshot(), await folder.segments()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    const identity = { network: 'testnet', market: 'synthetic 1', fundingIntervalMs: 1, startMs: 2 };
    await folder.saveIdentity(identity);
    expect(await folder.identity()).toEqual(identity);
    await (await folder.openSegment(3)).close();
    await (await folder.openSegment(12)).close();
    expect(await folder.segments()).toEqual([3, 12]);
  });

  it('leaves out a last line that a crash cut short', async () => {
    const disk = new InMemoryDisk();
    await disk.writeFile(
      '/state/commands-000001.log',
      text('{"m":[1,2]}', '{"c":{"type":"advance","timeMs":3}}', '{"c":{"type":"adv'),
    );
    expect(await all(new StateFolder(disk, '/state'), 1)).toEqual([
      { m: [1, 2] },
      { c: { type: 'advance', timeMs: 3 } },
    ]);
  });

  it.each([
    ['garbage', 'x'],
    ['another kind of line', '{"z":1}'],
    ['half a line', '{"m":[1'],
  ])('refuses %s before the last line', async (_what, line) => {
    const disk = new InMemoryDisk();
    await disk.writeFile('/state/commands-000001.log', text(line, '{"m":[1,2]}', ''));
    await expect(all(new StateFolder(disk, '/state'), 1)).rejects.toThrow(StateError);
  });

  it('says which file it cannot read', async () => {
    const disk = new InMemoryDisk();
    await disk.writeFile('/state/snapshot.json', text('{'));
    await expect(new StateFolder(disk, '/state').snapshot()).rejects.toThrow('/state/snapshot.json is not readable');
  });
});
