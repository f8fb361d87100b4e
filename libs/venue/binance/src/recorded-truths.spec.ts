import { recordings } from '@argosy/testing';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { verifyRecording } from './replay/verify-recording.js';

async function* linesOf(folder: string, names: readonly string[]): AsyncIterable<string> {
  for (const name of names)
    yield* createInterface({ input: createReadStream(join(folder, name)).pipe(createGunzip()) });
}

const folder = recordings();
const raw = folder === undefined ? undefined : join(folder, 'binance-raw');

if (raw === undefined || !existsSync(raw)) {
  it('not run: no recordings (Binance order-book truths)', () => {
    expect(raw === undefined || !existsSync(raw)).toBe(true);
  });
} else {
  describe('the recorded Binance books, through the real adapter (MD-1, 5.7)', () => {
    const sets: readonly [
      set: string,
      files: readonly string[],
      messages: number,
      comparisons: number,
      steps: { tick: string; lot: string },
    ][] = [
      [
        'spot 08 and 09',
        ['spot_btcusdt_20240808.gz', 'spot_btcusdt_20240809.gz'],
        99_573,
        1_072,
        { tick: '0.01', lot: '0.00001' },
      ],
      ['USD-M 08', ['usdm_btcusdt_20240808.gz'], 93_953, 629, { tick: '0.1', lot: '0.001' }],
    ];
    it.each(sets)(
      "%s: the exchange's own best bid and ask are ours, and no book crosses",
      async (_set, files, messages, comparisons, steps) => {
        // With the listing's own steps: three recorded sizes are finer than the lot and must still be counted.
        expect(await verifyRecording(linesOf(raw, files), { steps })).toMatchObject({
          ok: true,
          comparisons,
          mismatches: 0,
        });
        const report = await verifyRecording(linesOf(raw, files));
        expect(report).toMatchObject({
          ok: true,
          problems: [],
          messages,
          comparisons,
          mismatches: 0,
          gaps: 0,
          crossed: 0,
          brokenBooksServed: 0,
          unreadable: 0,
          snapshots: 1,
          connections: 1,
          stale: 0,
          foreignLines: 0,
        });
        expect(report.booksServed).toBeGreaterThan(6_000);
      },
      60_000,
    );

    it('the second spot day alone has no snapshot, so it serves no book', async () => {
      const report = await verifyRecording(linesOf(raw, ['spot_btcusdt_20240809.gz']));
      expect(report).toMatchObject({ ok: false, booksServed: 0, comparisons: 0 });
      expect(report.problems.join('\n')).toContain('BTCUSDT never had a whole book');
    }, 60_000);

    it('one diff lost is one gap, and nothing is served until a new snapshot', async () => {
      let diffs = 0;
      async function* damaged(): AsyncIterable<string> {
        for await (const line of linesOf(raw as string, ['usdm_btcusdt_20240808.gz'])) {
          if (line.includes('@depth@0ms') && ++diffs === 100) continue;
          if (diffs > 300) return;
          yield line;
        }
      }
      const report = await verifyRecording(damaged());
      expect(report).toMatchObject({ ok: false, gaps: 1, mismatches: 0, brokenBooksServed: 0 });
      expect(report.booksServed).toBeLessThan(100);
    }, 60_000);
  });
}
