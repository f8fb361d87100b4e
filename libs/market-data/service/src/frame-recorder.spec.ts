import { timeNs } from '@argosy/domain';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { InMemoryDisk, ManualTime, settled } from '@argosy/testing';
import { gunzipSync, gzipSync } from 'node:zlib';
import { FrameRecorder, recordedLines, type RecorderSettings } from './frame-recorder.js';
import { MarketDataMetrics } from './market-data.metrics.js';

function aRecorder(settings: Partial<RecorderSettings> = {}) {
  const time = new ManualTime();
  const disk = new InMemoryDisk();
  const dropped: number[] = [];
  const metrics = Object.assign(new MarketDataMetrics(new SilentMetrics()), {
    recordingDropped: { add: () => void dropped.push(1) },
  });
  const recorder = new FrameRecorder(
    { folder: 'recordings', fileBytesMax: 1_000, totalBytesMax: 10_000, ...settings },
    {
      disk,
      clock: time.clock,
      timers: time.timers,
      logger: new SilentLogger(),
      gzip: async (bytes) => gzipSync(bytes),
      metrics,
    },
  );
  const read = async (): Promise<string[]> => {
    const names = await disk.list('recordings');
    const texts = await Promise.all(
      names.map(async (name) => gunzipSync(await disk.readFile(`recordings/${name}`)).toString()),
    );
    return texts
      .join('')
      .split('\n')
      .filter((line) => line !== '');
  };
  return { time, disk, recorder, dropped, read };
}

describe('a frame recorder', () => {
  it('writes each frame as it came, with the time it came, and rotates', async () => {
    const { time, disk, recorder, read } = aRecorder();
    const frames = Array.from({ length: 30 }, (_, index) => `{"n":${String(index)},"text":"${'x'.repeat(40)}"}`);
    for (const [index, frame] of frames.entries()) {
      recorder.frame('binance', timeNs(1_700_000_000_000_000_000n + BigInt(index)), frame);
      if (index % 10 === 9) await time.advanceAsync(1_000);
    }
    await recorder.stop();
    expect(await read()).toEqual(
      frames.map((frame, index) => `${String(1_700_000_000_000_000_000n + BigInt(index))} ${frame}`),
    );
    expect((await disk.list('recordings')).length).toBeGreaterThan(1);
    expect((await disk.list('recordings'))[0]).toMatch(/^binance_\d{8}T\d{6}Z\.gz$/);
  });

  it('ends at its limit of bytes and counts what it leaves out', async () => {
    const { time, recorder, read, dropped } = aRecorder({ totalBytesMax: 200 });
    recorder.frame('binance', timeNs(1n), 'a'.repeat(300));
    await time.advanceAsync(1_000);
    recorder.frame('binance', timeNs(2n), 'b');
    await recorder.stop();
    expect([(await read()).length, dropped.length]).toEqual([1, 1]);
  });

  it('ends when the disk fails, without harm to the feed', async () => {
    const { time, disk, recorder, dropped } = aRecorder();
    disk.fail(1);
    recorder.frame('binance', timeNs(1n), 'a');
    await time.advanceAsync(1_000);
    await settled();
    recorder.frame('binance', timeNs(2n), 'b');
    expect(dropped).toHaveLength(1);
  });

  it('leaves out a frame that would become two lines', () => {
    const { recorder, dropped } = aRecorder();
    recorder.frame('binance', timeNs(1n), 'a\nb');
    expect(dropped).toHaveLength(1);
  });

  it('reads an ordered set back as one', async () => {
    const disk = new InMemoryDisk();
    await disk.writeFile('a', new TextEncoder().encode('1 x\n2 y\n'));
    await disk.writeFile('b', new TextEncoder().encode('3 z\n'));
    const lines: string[] = [];
    for await (const line of recordedLines(disk, ['a', 'b'])) lines.push(line);
    expect(lines).toEqual(['1 x', '2 y', '3 z']);
  });
});
