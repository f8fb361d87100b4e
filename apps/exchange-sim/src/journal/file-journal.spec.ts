import type { ExchangeCommand } from '@argosy/exchange-core';
import { Fault } from '@argosy/domain';
import type { AppendFile } from '@argosy/platform-port';
import { FileJournal } from './file-journal.js';

class SlowFile implements AppendFile {
  written = '';
  safe = '';
  readonly syncs: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  closed = false;
  async append(bytes: Uint8Array): Promise<void> {
    this.written += Buffer.from(bytes).toString('utf8');
  }
  sync(): Promise<void> {
    const upTo = this.written;
    return new Promise((done, reject) => {
      const resolve = (): void => {
        this.safe = upTo;
        done();
      };
      this.syncs.push({ resolve, reject });
    });
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

const command = (timeMs: number): ExchangeCommand => ({ type: 'advance', timeMs });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the command log', () => {
  it('resolves a sync only when every line before it is safe', async () => {
    const file = new SlowFile();
    const journal = new FileJournal(file, () => undefined);
    journal.writeCommand(command(1));
    journal.writeMark(2, 50);
    let safe = false;
    const done = journal.sync().then(() => (safe = true));
    await settle();
    expect(safe).toBe(false);
    expect(file.written).toBe('{"c":{"type":"advance","timeMs":1}}\n{"m":[2,50]}\n');
    file.syncs[0]?.resolve();
    await done;
    expect(file.safe).toBe(file.written);
  });

  it('writes the lines of one turn even when nobody asks for a sync', async () => {
    const file = new SlowFile();
    const journal = new FileJournal(file, () => undefined);
    journal.writeMark(1, 1);
    journal.writeMark(2, 2);
    await settle();
    expect(file.written.split('\n')).toHaveLength(3);
    expect(file.syncs).toHaveLength(0);
  });

  it('holds a sync in the new file until the old one is safe', async () => {
    const [old, next] = [new SlowFile(), new SlowFile()];
    const journal = new FileJournal(old, () => undefined);
    journal.writeMark(1, 1);
    const switched = journal.switchTo(next);
    journal.writeMark(2, 2);
    let safe = false;
    const done = journal.sync().then(() => (safe = true));
    await settle();
    expect([old.written, next.written]).toEqual(['{"m":[1,1]}\n', '{"m":[2,2]}\n']);
    next.syncs[0]?.resolve();
    await settle();
    expect(safe).toBe(false);
    old.syncs[0]?.resolve();
    await Promise.all([done, switched]);
    expect(old.closed).toBe(true);
  });

  it('acknowledges nothing more once the disk has failed', async () => {
    const file = new SlowFile();
    const failures: unknown[] = [];
    const journal = new FileJournal(file, (error) => failures.push(error));
    journal.writeMark(1, 1);
    let safe = false;
    void journal.sync().then(() => (safe = true));
    file.syncs[0]?.reject(new Fault('STORE_UNAVAILABLE', 'disk full'));
    await settle();
    expect(failures).toHaveLength(1);
    expect(safe).toBe(false);
  });
});
