import type { Disk } from '@argosy/platform-port';
import type { Product } from '@argosy/exchange-wire';
import { parseLine, type RecordingLine } from './recording-line.js';

export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** What the beginning of a recorded set says about it. */
export interface RecordingFacts {
  readonly streams: readonly string[];
  /** Upper case, as in messages. */
  readonly symbol: string;
  readonly product: Product;
  /** Best bid of the snapshot, decimal text. */
  readonly startPx: string;
}

/** The snapshot lies within the first seconds of a recording, or the recording cannot be used alone. */
const LINES_LOOKED_AT = 5_000;

/** Recorded files as one run of lines. */
export class RecordingSet {
  constructor(
    private readonly disk: Disk,
    private readonly files: readonly string[],
  ) {}

  /** @throws RecordingError when a line is none of a raw recording. */
  async *lines(): AsyncIterable<RecordingLine> {
    for (const file of this.files) {
      let number = 0;
      for await (const text of this.disk.readLines(file)) {
        number += 1;
        const line = parseLine(text);
        if (line === undefined) throw new RecordingError(`${file}: line ${String(number)} is none of a raw recording`);
        yield line;
      }
    }
  }

  /** @throws RecordingError when this is no recording that a book can be built from. */
  async facts(): Promise<RecordingFacts> {
    for (const file of this.files)
      if (!(await this.disk.exists(file))) throw new RecordingError(`no such recording: ${file}`);
    const streams = new Set<string>();
    let snapshot: RecordingLine | undefined;
    let looked = 0;
    for await (const line of this.lines()) {
      if (line.stream === undefined) snapshot ??= line;
      else streams.add(line.stream);
      looked += 1;
      if (looked >= LINES_LOOKED_AT) break;
    }
    if (snapshot === undefined) {
      throw new RecordingError(
        `${this.files[0] ?? 'recording'} has no depth snapshot near its start: give the set from its first file`,
      );
    }
    return factsOf([...streams], snapshot);
  }
}

function factsOf(streams: readonly string[], snapshot: RecordingLine): RecordingFacts {
  const [first] = streams;
  const symbols = new Set(streams.map((stream) => stream.split('@')[0]));
  if (first === undefined || symbols.size !== 1)
    throw new RecordingError(`a recording has one symbol, this has ${[...symbols].join(', ')}`);
  const { bids, E } = JSON.parse(snapshot.text) as { bids: readonly (readonly [string, string])[]; E?: number };
  const best = bids[0]?.[0];
  if (best === undefined) throw new RecordingError('the depth snapshot has no bids');
  // Only the futures' snapshots carry the time of their making.
  return {
    streams,
    symbol: (first.split('@')[0] ?? '').toUpperCase(),
    product: E === undefined ? 'spot' : 'usdm',
    startPx: best,
  };
}
