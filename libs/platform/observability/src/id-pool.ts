import type { Random } from '@argosy/domain';

const POOL_BYTES = 4_096;
const ONLY_ZEROS = /^0+$/;

/** Random ids of traces and spans from a pool, so that one system call serves some hundred spans. */
export class IdPool {
  #hex = '';
  #at = 0;

  constructor(private readonly random: Random) {}

  /** `bytes` random bytes in hex, never all zero. */
  take(bytes: number): string {
    const end = this.#at + bytes * 2;
    if (end > this.#hex.length) {
      this.#hex = Buffer.from(this.random.bytes(POOL_BYTES)).toString('hex');
      this.#at = 0;
      return this.take(bytes);
    }
    const id = this.#hex.slice(this.#at, end);
    this.#at = end;
    return ONLY_ZEROS.test(id) ? this.take(bytes) : id;
  }
}
