import { BUY, type EngineSide, GTC, PriceTimeEngine, SELL } from '@argosy/matching';
import { OrderBook as NodejsOrderBook, Side } from 'nodejs-order-book';
import { cpuRate } from '../harness/cpu-rate.js';
import type { Comparison, Effort, Figure } from '../harness/figure.js';
import { interleave } from '../harness/interleave.js';
import { BareLadder } from './bare-ladder.js';
import {
  CANCEL,
  commandStream,
  depthHash,
  FIELDS,
  FINAL_DEPTH_HASH,
  LIMIT,
  STREAM_COMMANDS,
} from './command-stream.js';

const PEER_ROUNDS_MAX = 3;
const PEER_COMMANDS_QUICK = 100_000;

/** One engine, made before the clock starts, as it is in an exchange. */
interface Engine {
  run(commands: Int32Array): void;
  levels(side: number): Iterable<readonly [price: number, quantity: number]>;
}

class Ours implements Engine {
  trades = 0;
  volume = 0;
  private readonly engine = new PriceTimeEngine({
    onFill: (_maker, _taker, _tick, quantity) => {
      this.trades += 1;
      this.volume += quantity;
    },
  });
  /** Ids to handles: what any user of the engine has to keep. */
  private readonly handles = new Float64Array(STREAM_COMMANDS + 1);

  run(commands: Int32Array): void {
    const { engine, handles } = this;
    for (let at = 0; at < commands.length; at += FIELDS) {
      const kind = commands[at]!;
      const id = commands[at + 1]!;
      if (kind === LIMIT)
        handles[id] = engine.limit(commands[at + 2]! as EngineSide, commands[at + 3]!, commands[at + 4]!, GTC, id);
      else if (kind === CANCEL) engine.cancel(handles[id]!);
      else engine.market(commands[at + 2]! as EngineSide, commands[at + 4]!, id);
    }
  }

  levels(side: number): Iterable<readonly [price: number, quantity: number]> {
    return this.engine.depth(side === 0 ? BUY : SELL, Infinity).map(({ tick, quantity }) => [tick, quantity]);
  }
}

class Ladder implements Engine {
  private readonly ladder = new BareLadder();

  run(commands: Int32Array): void {
    const { ladder } = this;
    for (let at = 0; at < commands.length; at += FIELDS) {
      const kind = commands[at]!;
      if (kind === LIMIT) ladder.limit(commands[at + 1]!, commands[at + 2]!, commands[at + 3]!, commands[at + 4]!);
      else if (kind === CANCEL) ladder.cancel(commands[at + 1]!);
      else ladder.market(commands[at + 2]!, commands[at + 4]!);
    }
  }

  levels(side: number): Iterable<readonly [price: number, quantity: number]> {
    return this.ladder.levels(side);
  }
}

class Peer implements Engine {
  private readonly book = new NodejsOrderBook();
  private readonly sides = [Side.BUY, Side.SELL];

  /** @param ids the ids of the commands as text, made beforehand because this engine knows no other. */
  constructor(private readonly ids: readonly string[]) {}

  run(commands: Int32Array): void {
    const { book, ids, sides } = this;
    for (let at = 0; at < commands.length; at += FIELDS) {
      const kind = commands[at]!;
      const id = ids[at / FIELDS]!;
      const side = sides[commands[at + 2]!]!;
      if (kind === LIMIT) book.limit({ side, id, size: commands[at + 4]!, price: commands[at + 3]! });
      else if (kind === CANCEL) book.cancel(id);
      else book.market({ side, size: commands[at + 4]! });
    }
  }

  levels(side: number): Iterable<readonly [price: number, quantity: number]> {
    const [asks, bids] = this.book.depth();
    return (side === 0 ? bids : asks).map(([price, size]) => [price, size] as const);
  }
}

/** Commands a second of CPU. */
function rate(make: () => Engine, commands: Int32Array): number {
  const engine = make();
  return cpuRate(commands.length / FIELDS, () => engine.run(commands));
}

function bookAfter(make: () => Engine, commands: Int32Array): string {
  const engine = make();
  engine.run(commands);
  return depthHash((side) => engine.levels(side));
}

function requireSameBook(name: string, hash: string, expected: string): void {
  if (hash !== expected) throw new Error(`${name} ends with the book ${hash}, expected ${expected}`);
}

const makeOurs = (): Engine => new Ours();
const makeLadder = (): Engine => new Ladder();

async function againstLadder(commands: Int32Array, { rounds, progress }: Effort): Promise<Comparison> {
  requireSameBook('our engine', bookAfter(makeOurs, commands), FINAL_DEPTH_HASH);
  requireSameBook('the bare ladder', bookAfter(makeLadder, commands), FINAL_DEPTH_HASH);
  const pairs = await interleave(
    rounds,
    () => rate(makeOurs, commands),
    () => rate(makeLadder, commands),
    progress,
  );
  return {
    figure: 'matching vs bare ladder',
    unit: 'commands/s',
    aim: { atLeast: 0.6 },
    ...pairs,
    note: `${String(STREAM_COMMANDS)} commands, final depth ${FINAL_DEPTH_HASH}`,
  };
}

async function againstPeer(commands: Int32Array, { rounds, quick, progress }: Effort): Promise<Comparison> {
  const part = quick ? commands.subarray(0, PEER_COMMANDS_QUICK * FIELDS) : commands;
  const ids = Array.from({ length: part.length / FIELDS }, (_, index) => String(part[index * FIELDS + 1]));
  const makePeer = (): Engine => new Peer(ids);
  requireSameBook('nodejs-order-book', bookAfter(makePeer, part), bookAfter(makeLadder, part));
  const pairs = await interleave(
    Math.min(rounds, PEER_ROUNDS_MAX),
    () => rate(makeOurs, part),
    () => rate(makePeer, part),
    progress,
  );
  return { figure: 'matching vs nodejs-order-book', unit: 'commands/s', aim: { atLeast: 20 }, ...pairs };
}

/** Price-time matching of one instrument on the stream that other engines were measured on. */
export const matchingFigure: Figure = {
  name: 'matching',
  measure: async (effort) => {
    const commands = commandStream();
    return [await againstLadder(commands, effort), await againstPeer(commands, effort)];
  },
};
