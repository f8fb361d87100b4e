import { Random } from '@argosy/domain';

export type RandomState = readonly [number, number, number, number];

/** Small fast chaotic generator of 128 bits (sfc32): the same seed gives the same chance everywhere, and it can be saved. */
export class SeededRandom extends Random {
  private constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {
    super();
  }

  static fromSeed(seed: number, stream = 0): SeededRandom {
    const random = new SeededRandom(seed | 0, stream | 0, 0x9e3779b9 | 0, 1);
    for (let i = 0; i < 20; i++) random.unit();
    return random;
  }
  static fromState([a, b, c, d]: RandomState): SeededRandom {
    return new SeededRandom(a, b, c, d);
  }

  get state(): RandomState {
    return [this.a, this.b, this.c, this.d];
  }

  override unit(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  }

  override bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.unit() * 256));
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.unit() < p;
  }

  /** Nearly normal with mean 0 and variance 1: only additions and one product, so that every machine agrees. */
  normal(): number {
    return (this.unit() + this.unit() + this.unit() + this.unit() + this.unit() + this.unit() - 3) * Math.SQRT2;
  }
}
