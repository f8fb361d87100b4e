import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualTime } from '@argosy/testing';
import { fileOfComponent, FolderSink, LOG_FILES } from './log-sink.js';

const components: ReadonlyArray<[string, string]> = [
  ['market_data', 'market_data'],
  ['feed_binance', 'market_data'],
  ['order_journal', 'orders'],
  ['execution', 'orders'],
  ['egress', 'orders'],
  ['strategy_host', 'strategies'],
  ['risk', 'risk'],
  ['venue_hyperliquid', 'exchanges'],
  ['ledger', 'ledger'],
  ['nest', 'system'],
  ['', 'system'],
];

describe('FolderSink', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'argosy-logs-'))));
  afterEach(async () => rm(folder, { recursive: true, force: true }));
  const { timers } = new ManualTime();
  const aSink = (): FolderSink =>
    new FolderSink(folder, { timers, onLost: (_lines, reason) => expect(reason).toBe('') });
  const read = (file: string): Promise<string> => readFile(path.join(folder, `${file}.log`), 'utf8');

  it.each(components)('keeps %s in %s.log', (component, file) => {
    expect(fileOfComponent(component)).toBe(file);
  });

  it('has a file for each subject from the start, and repeats errors in one of their own', async () => {
    const sink = aSink();
    sink.write('a\n', 'INFO', 'execution');
    sink.write('b\n', 'ERROR', 'risk');
    sink.write('c\n', 'CRITICAL', 'anything');
    sink.flush();
    expect([await read('orders'), await read('risk'), await read('system'), await read('errors')]).toEqual([
      'a\n',
      'b\n',
      'c\n',
      'b\nc\n',
    ]);
    for (const file of LOG_FILES) expect(await read(file)).toBeDefined();
  });

  it('goes on in new files after a rotation and loses no line', async () => {
    const sink = aSink();
    for (let i = 0; i < 100; i += 1) sink.write(`${String(i)}\n`, 'INFO', 'risk');
    await rename(path.join(folder, 'risk.log'), path.join(folder, 'risk.log.1'));
    sink.reopen();
    for (let i = 100; i < 200; i += 1) sink.write(`${String(i)}\n`, 'INFO', 'risk');
    sink.flush();
    const lines = [
      ...(await readFile(path.join(folder, 'risk.log.1'), 'utf8')).split('\n'),
      ...(await read('risk')).split('\n'),
    ].filter((line) => line !== '');
    expect(lines).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    expect(await read('risk')).toContain('100\n');
  });

  it('lets several processes share the folder', async () => {
    const [one, two] = [aSink(), aSink()];
    for (let i = 0; i < 200; i += 1) (i % 2 === 0 ? one : two).write(`${'x'.repeat(300)}\n`, 'INFO', 'risk');
    one.flush();
    two.flush();
    const lines = (await read('risk')).trimEnd().split('\n');
    expect(lines).toHaveLength(200);
    expect(new Set(lines).size).toBe(1);
  });
});
