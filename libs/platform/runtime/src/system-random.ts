import { Random } from '@argosy/domain';
import { randomBytes } from 'node:crypto';

/** 2^-53: the step between neighbouring results of `unit`. */
const STEP = 2 ** -53;

/** Cryptographic randomness of the operating system: ids, nonces and jitter alike. */
export class SystemRandom extends Random {
  override unit(): number {
    const bytes = randomBytes(8);
    return (bytes.readUInt32LE(0) * 2 ** 21 + (bytes.readUInt32LE(4) >>> 11)) * STEP;
  }

  override bytes(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }
}
