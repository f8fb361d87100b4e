import { createHash } from 'node:crypto';
import secp256k1 from 'secp256k1';
import { nativeSigningAvailable } from '@argosy/venue-hyperliquid';
import type { Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { quantile } from '../harness/statistics.js';
import { BookFrames } from './book-frames.js';
import { TEST_KEY, TickPath } from './tick-path.js';

const TICKS = 2_000;
const TICKS_QUICK = 500;
const NS_PER_MICRO = 1_000;

const elapsedMicros = (since: bigint): number => Number(process.hrtime.bigint() - since) / NS_PER_MICRO;

async function ourMedian(path: TickPath, frames: readonly string[]): Promise<number> {
  const samples = new Float64Array(frames.length);
  for (const [index, frame] of frames.entries()) {
    const since = process.hrtime.bigint();
    const request = path.tick(frame);
    samples[index] = elapsedMicros(since);
    if (!request.includes('"signature"')) throw new Error(`a frame led to no order: ${frame.slice(0, 80)}`);
    await path.answer(request);
  }
  return quantile(samples, 0.5);
}

/** What nobody can do without: the frame's JSON and one signature by the same native library. */
function bareMedian(frames: readonly string[]): number {
  const key = Buffer.from(TEST_KEY.slice(2), 'hex');
  const digest = createHash('sha256')
    .update(frames[0] ?? '')
    .digest();
  const samples = new Float64Array(frames.length);
  for (const [index, frame] of frames.entries()) {
    const since = process.hrtime.bigint();
    const { data } = JSON.parse(frame) as { readonly data: { readonly time: number } };
    digest.writeUInt32LE(data.time >>> 0, 0);
    digest.writeUInt32LE(index, 4);
    secp256k1.ecdsaSign(digest, key);
    samples[index] = elapsedMicros(since);
  }
  return quantile(samples, 0.5);
}

async function measure({ rounds, quick, progress }: Effort) {
  if (!nativeSigningAvailable()) progress('the native binding of secp256k1 is missing: both sides sign in JavaScript');
  const path = await TickPath.open();
  const source = new BookFrames();
  const ticks = quick ? TICKS_QUICK : TICKS;
  const frames = (): readonly string[] => Array.from({ length: ticks }, () => source.next(Date.now()));
  const pairs = await interleave(
    rounds,
    () => ourMedian(path, frames()),
    () => bareMedian(frames()),
    progress,
  );
  await path.stop();
  return [{ figure: 'tick to signed order', unit: 'µs p50', aim: { atMost: 2 }, ...pairs }];
}

/** A book frame in, a signed and written order out: adapter, decision, all risk checks, packing, hashing, signature. */
export const tickToOrderFigure: Figure = { name: 'tick-to-order', measure };
