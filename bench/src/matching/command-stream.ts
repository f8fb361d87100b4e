/**
 * The command stream that four other engines were measured on: limits around a walking middle, cancels (some of orders
 * already gone), market orders. Same seed, same bytes, so that the final book of every engine can be compared.
 */
import { createHash } from 'node:crypto';
import { BareLadder } from './bare-ladder.js';

export const LIMIT = 0;
export const MARKET = 1;
export const CANCEL = 2;
/** A command is five whole numbers: kind, id, side (0 buys, 1 sells), price in ticks, size. */
export const FIELDS = 5;

export const STREAM_SEED = 20_260_923;
export const STREAM_COMMANDS = 1_000_000;
/** SHA-256 of the stream of that seed and length, and what any correct engine's book hashes to after it. */
export const STREAM_SHA256_STARTS = '5202625d';
export const FINAL_DEPTH_HASH = '791b49f0df4f';

const FIRST_MIDDLE = 50_000;
const LIVE_MIN = 500;
const LIVE_MAX = 4_000;

/** Mulberry32, from its published definition: 32 bits of state, one multiplication chain a number, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class StreamWriter {
  readonly commands: Int32Array;
  private readonly book = new BareLadder();
  private readonly open: number[] = [];
  private readonly chance: () => number;
  private middle = FIRST_MIDDLE;
  private nextId = 1;
  private written = 0;

  constructor(count: number, seed: number) {
    this.commands = new Int32Array(count * FIELDS);
    this.chance = mulberry32(seed);
  }

  get full(): boolean {
    return this.written === this.commands.length;
  }

  step(): void {
    if (this.chance() < 0.02) this.middle += this.chance() < 0.5 ? -1 : 1;
    const kind = this.steered(this.chance());
    if (kind < 0.5) this.limit();
    else if (kind < 0.92) this.cancel();
    else this.market();
  }

  /** A thin book gets limits and a crowded one cancels, whatever the dice say. */
  private steered(dice: number): number {
    if (this.book.resting < LIVE_MIN) return 0.1;
    return this.book.resting > LIVE_MAX ? 0.7 : dice;
  }

  private limit(): void {
    const side = this.side();
    let distance = 0;
    while (distance < 80 && this.chance() < 0.93) distance += 1;
    const offset = this.chance() < 0.1 ? -(1 + this.below(4)) : 1 + distance;
    const price = side === 0 ? this.middle - offset : this.middle + offset;
    const size = 1 + this.below(100);
    const id = this.nextId;
    this.write(LIMIT, id, side, price, size);
    this.book.limit(id, side, price, size);
    if (this.book.isResting(id)) this.open.push(id);
    this.nextId += 1;
  }

  private cancel(): void {
    if (this.open.length === 0) return;
    const place = this.below(this.open.length);
    const id = this.open[place]!;
    this.open[place] = this.open.at(-1)!;
    this.open.pop();
    if (!this.book.isResting(id) && this.chance() < 0.8) return;
    this.write(CANCEL, id, 0, 0, 0);
    this.book.cancel(id);
  }

  private market(): void {
    const side = this.side();
    const size = 1 + this.below(200);
    this.write(MARKET, this.nextId, side, 0, size);
    this.book.market(side, size);
    this.nextId += 1;
  }

  private side(): number {
    return this.chance() < 0.5 ? 0 : 1;
  }

  private below(limit: number): number {
    return Math.floor(this.chance() * limit);
  }

  private write(...command: readonly [kind: number, id: number, side: number, price: number, size: number]): void {
    this.commands.set(command, this.written);
    this.written += FIELDS;
  }
}

/** `count` commands from `seed`; a longer stream begins with the shorter one. */
export function commandStream(count: number = STREAM_COMMANDS, seed: number = STREAM_SEED): Int32Array {
  const writer = new StreamWriter(count, seed);
  while (!writer.full) writer.step();
  return writer.commands;
}

export const streamHash = (commands: Int32Array): string =>
  createHash('sha256')
    .update(Buffer.from(commands.buffer, commands.byteOffset, commands.byteLength))
    .digest('hex');

/** The first 12 hex digits over `side:price:quantity` of every level, buyers first, prices rising. */
export function depthHash(levelsOf: (side: number) => Iterable<readonly [price: number, quantity: number]>): string {
  const rows = [0, 1].flatMap((side) =>
    [...levelsOf(side)].toSorted((a, b) => a[0] - b[0]).map(([price, quantity]) => [side, price, quantity].join(':')),
  );
  return createHash('sha256').update(rows.join(',')).digest('hex').slice(0, 12);
}
