import { Fault } from '@argosy/domain';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { NodeAppendFile } from './node-append-file.js';
import { NodeDisk } from './node-disk.js';

describe('NodeDisk', () => {
  const disk = new NodeDisk();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'argosy-disk-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const at = (name: string): string => path.join(folder, name);
  const lines = async (target: string): Promise<string[]> => {
    const all: string[] = [];
    for await (const line of disk.readLines(target)) all.push(line);
    return all;
  };

  it('appends in order, across reopening, and creates the folder', async () => {
    const target = at('logs/journal.log');
    for (const word of ['one', 'two']) {
      const file = await disk.openAppend(target);
      await Promise.all([file.append(Buffer.from(`${word} `)), file.append(Buffer.from('and\n')), file.sync()]);
      await file.close();
    }
    expect(await readFile(target, 'utf8')).toBe('one and\ntwo and\n');
  });

  it('shares one sync among all who wait', async () => {
    const calls: string[] = [];
    const handle = {
      writeFile: async (bytes: Uint8Array) => void calls.push(`write ${String(bytes.byteLength)}`),
      datasync: async () => void calls.push('sync'),
      close: async () => undefined,
    };
    const file = new NodeAppendFile('fake', handle as never, 1_000);
    await Promise.all(
      Array.from({ length: 50 }, async () => Promise.all([file.append(new Uint8Array(2)), file.sync()])),
    );
    expect(calls).toEqual(['write 100', 'sync']);
  });

  it('is closed for good by a failed sync: a later success would prove nothing', async () => {
    const handle = {
      writeFile: async () => undefined,
      datasync: async () => Promise.reject(new Error('EIO')),
      close: async () => undefined,
    };
    const file = new NodeAppendFile('/disk/journal', handle as never, 1_000);
    await file.append(new Uint8Array(1));
    await expect(file.sync()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('/disk/journal'),
    });
    await expect(file.append(new Uint8Array(1))).rejects.toThrow(Fault);
    await expect(file.sync()).rejects.toThrow(Fault);
  });

  it('refuses to queue without bound', async () => {
    const handle = { writeFile: async () => undefined, datasync: async () => undefined, close: async () => undefined };
    const file = new NodeAppendFile('fake', handle as never, 10);
    const first = file.append(new Uint8Array(8));
    await expect(file.append(new Uint8Array(8))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    await first;
    await file.append(new Uint8Array(8));
  });

  it.each([
    ['text.log', 'a\nb\r\nç€\n\nlast', ['a', 'b', 'ç€', '', 'last']],
    ['ended.log', 'a\n', ['a']],
    ['empty.log', '', []],
  ])('reads the lines of %s', async (name, content, expected) => {
    await writeFile(at(name), content);
    expect(await lines(at(name))).toEqual(expected);
    await writeFile(at(`${name}.gz`), gzipSync(content));
    expect(await lines(at(`${name}.gz`))).toEqual(expected);
  });

  it('reads characters that are split between chunks', async () => {
    const content = Array.from({ length: 50_000 }, (_, i) => `€ ${String(i)}`);
    await writeFile(at('long.gz'), gzipSync(content.join('\n')));
    expect(await lines(at('long.gz'))).toEqual(content);
  });

  it.each([
    ['missing.log', undefined],
    ['missing.gz', undefined],
    ['broken.gz', 'not gzip'],
    ['cut.gz', gzipSync('a\n'.repeat(9_999)).subarray(0, 30)],
  ])('says which file cannot be read: %s', async (name, content) => {
    if (content !== undefined) await writeFile(at(name), content);
    await expect(lines(at(name))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(name),
    });
  });

  it('replaces a file whole and leaves no traces', async () => {
    await disk.writeFile(at('state/now.json'), Buffer.from('old'));
    await Promise.all(
      ['a', 'b', 'c'].map((text) => disk.writeFile(at('state/now.json'), Buffer.from(text.repeat(1_000)))),
    );
    const content = Buffer.from(await disk.readFile(at('state/now.json'))).toString();
    expect(['a', 'b', 'c'].map((text) => text.repeat(1_000))).toContain(content);
    expect(await disk.list(at('state'))).toEqual(['now.json']);
    expect([await disk.exists(at('state/now.json')), await disk.exists(at('nothing'))]).toEqual([true, false]);
  });
});
