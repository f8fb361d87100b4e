import { Random } from '@argosy/domain';

/** 2^-53: the step between neighbouring results of `unit`. */
const STEP = 2 ** -53;

/** FNV-1a over UTF-16 code units, so that a name can be a seed. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/**
 * The same numbers for the same seed, on every machine and for ever: recordings and simulations name a seed.
 *
 * xoshiro128** (Blackman and Vigna, 2018) with its state filled by SplitMix32. Never for keys, nonces or ids.
 */
export class SeededRandom extends Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number | string) {
    super();
    this.#seed = String(seed);
    let mixer = hash(this.#seed);
    const next = (): number => {
      mixer = (mixer + 0x9e3779b9) >>> 0;
      let z = Math.imul(mixer ^ (mixer >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next() | 1];
  }

  /** An independent stream for one part, so that a draw more in one part never shifts another's. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }

  override unit(): number {
    return (this.#word() * 2 ** 21 + (this.#word() >>> 11)) * STEP;
  }

  override bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#word() >>> 24);
  }

  #word(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }
}
