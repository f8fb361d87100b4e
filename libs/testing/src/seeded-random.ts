import { Random } from '@argosy/domain';

/** 2^-53: the step between neighbouring results of `unit`. */
const STEP = 2 ** -53;

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function* splitMix(seed: number): Generator<number, never> {
  for (let state = (seed + 0x9e3779b9) >>> 0; ; state = (state + 0x9e3779b9) >>> 0) {
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    yield (z ^ (z >>> 16)) >>> 0;
  }
}

/**
 * The stream of the runtime lib's class of the same name, written a second time because specs of pure layers may not
 * import the machine; a spec beside that class proves that the two agree.
 */
export class SeededRandom extends Random {
  readonly #state: Int32Array;

  constructor(private readonly seed: number | string) {
    super();
    const words = splitMix(hash(String(seed)));
    this.#state = Int32Array.from({ length: 4 }, () => words.next().value);
    this.#state[3] = (this.#state[3] ?? 0) | 1;
  }

  fork(name: string): SeededRandom {
    return new SeededRandom(`${String(this.seed)}/${name}`);
  }

  override unit(): number {
    return (this.#word() * 2 ** 21 + (this.#word() >>> 11)) * STEP;
  }

  override bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#word() >>> 24);
  }

  #word(): number {
    const state = this.#state;
    let [a = 0, b = 0, c = 0, d = 0] = state;
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    state.set([a, b, c, d]);
    return result;
  }
}
