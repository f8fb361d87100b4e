import { InMemoryDisk } from './in-memory-disk.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = async (disk: InMemoryDisk, path: string): Promise<string> =>
  new TextDecoder().decode(await disk.readFile(path));

describe('InMemoryDisk', () => {
  it('keeps through a power cut only what was synced', async () => {
    const disk = new InMemoryDisk();
    const file = await disk.openAppend('/data/journal');
    await file.append(bytes('kept '));
    await file.sync();
    await file.append(bytes('lost'));
    expect(await read(disk, '/data/journal')).toBe('kept lost');
    disk.cutPower();
    expect(await read(disk, '/data/journal')).toBe('kept ');
  });

  it('fails as often as told, then works', async () => {
    const disk = new InMemoryDisk();
    disk.fail(1);
    await expect(disk.writeFile('/a', bytes('1'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await disk.exists('/a')).toBe(false);
    await disk.writeFile('/a', bytes('2'));
    expect(await read(disk, '/a')).toBe('2');
  });

  it('lists names and reads lines', async () => {
    const disk = new InMemoryDisk();
    await disk.writeFile('/d/b', bytes('x\r\ny\n'));
    await disk.writeFile('/d/a/deep', bytes(''));
    expect(await disk.list('/d')).toEqual(['a', 'b']);
    const lines: string[] = [];
    for await (const line of disk.readLines('/d/b')) lines.push(line);
    expect(lines).toEqual(['x', 'y']);
  });
});
