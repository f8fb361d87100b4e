/**
 * What a venue says of one book, parsed from JSON and nothing more: a snapshot and the diffs that continue it. From the
 * recordings where there are any, else synthetic in the same form.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parsePrice, parseQuantity } from '@argosy/domain';
import { type BookUnits, type ChainRule, DecimalUnit } from '@argosy/market-data-core';
import { recordings } from '@argosy/testing';

type Rows = ReadonlyArray<readonly [price: string, size: string]>;

export interface VenueDiff {
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: Rows;
  readonly a: Rows;
}

export interface DepthFeed {
  readonly name: string;
  readonly chain: ChainRule;
  readonly units: BookUnits;
  readonly snapshot: { readonly lastUpdateId: number; readonly bids: Rows; readonly asks: Rows };
  /** Those the snapshot does not contain yet, in order. */
  readonly diffs: readonly VenueDiff[];
}

interface RecordedSet {
  readonly name: string;
  readonly files: RegExp;
  readonly chain: ChainRule;
  readonly tick: string;
  readonly size: string;
}

/** The ordered sets of the Binance recordings; a tick and a size step are the listing's own. */
const SETS: readonly RecordedSet[] = [
  { name: 'Binance spot', files: /^spot_.*\.gz$/, chain: 'counted', tick: '0.01', size: '0.00000001' },
  { name: 'Binance USD-M', files: /^usdm_.*\.gz$/, chain: 'linked', tick: '0.1', size: '0.001' },
];

const unitsOf = (tick: string, size: string): BookUnits => ({
  tick: new DecimalUnit(parsePrice(tick)),
  size: new DecimalUnit(parseQuantity(size)),
});

export function depthFeeds(): readonly DepthFeed[] {
  const folder = recordings();
  if (folder === undefined) return [syntheticFeed()];
  return SETS.map((set) => recordedFeed(set, path.join(folder, 'binance-raw')));
}

function recordedFeed({ name, files, chain, tick, size }: RecordedSet, folder: string): DepthFeed {
  const messages = readdirSync(folder)
    .filter((file) => files.test(file))
    .toSorted()
    .flatMap((file) => messagesOf(path.join(folder, file)));
  const snapshot = messages.find((message) => 'lastUpdateId' in message) as DepthFeed['snapshot'] | undefined;
  if (snapshot === undefined) throw new Error(`${name}: the recording in ${folder} has no snapshot`);
  const diffs = messages
    .map(({ data }) => data as (VenueDiff & { readonly e?: string }) | undefined)
    .filter((data) => data?.e === 'depthUpdate')
    .filter((data) => data !== undefined && data.u > snapshot.lastUpdateId) as VenueDiff[];
  return { name, chain, units: unitsOf(tick, size), snapshot, diffs };
}

/** Lines are `<local unix ns> <raw JSON>`. */
const messagesOf = (file: string): Record<string, unknown>[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line.length > 0)
    .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as Record<string, unknown>);

const SYNTHETIC_DIFFS = 20_000;
const ROWS_A_SIDE = 10;
const LEVELS = 1_000;
const MIDDLE = 643_000;

/** A thousand levels a side; changes fall off away from the touch, about a third of them remove a level. */
function syntheticFeed(seed = 12_345): DepthFeed {
  let state = seed;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const text = (ticks: number): string => `${String(Math.trunc(ticks / 10))}.${String(ticks % 10)}`;
  const row = (sign: 1 | -1): readonly [string, string] => {
    const distance = 1 + Math.trunc(-Math.log(1 - chance()) * 60);
    const size = chance() < 0.35 ? 0 : 1 + Math.trunc(chance() * 999);
    return [text(MIDDLE + sign * distance), `0.${String(size).padStart(3, '0')}`];
  };
  const rows = (sign: 1 | -1): Rows => Array.from({ length: ROWS_A_SIDE }, () => row(sign));
  const side = (sign: 1 | -1): Rows =>
    Array.from({ length: LEVELS }, (_, index) => [text(MIDDLE + sign * (index + 1)), '1.000'] as const);
  return {
    name: 'synthetic',
    chain: 'counted',
    units: unitsOf('0.1', '0.001'),
    snapshot: { lastUpdateId: 0, bids: side(-1), asks: side(1) },
    diffs: Array.from({ length: SYNTHETIC_DIFFS }, (_, index) => ({
      U: index + 1,
      u: index + 1,
      b: rows(-1),
      a: rows(1),
    })),
  };
}
