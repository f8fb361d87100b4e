import type { Random } from '@argosy/domain';
import type { SimWorld } from '../fleet/sim-world.js';

/** One thing that goes wrong: plain values, so that a plan can be printed, shortened and given again. */
export interface SimFault {
  readonly kind: string;
  /** From the start of the minute. */
  readonly atMs: number;
  /** 0 for what happens in a moment. */
  readonly forMs: number;
  /** A machine, a link, a method: what the kind says. */
  readonly target: string;
  /** A rate, a factor, a number of milliseconds: what the kind says. */
  readonly amount: number;
}

/** A class that says when it begins is not given a moment of the storm. */
export type FaultTerms = Pick<SimFault, 'target' | 'amount' | 'forMs'> & { readonly atMs?: number };

/** A class of faults: how one is drawn and what it does. */
export interface FaultClass {
  readonly kind: string;
  /** As `docs/reference` numbers them. */
  readonly row: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  draw(dice: FaultDice): FaultTerms;
  /** Begins it; what it returns ends it after `forMs`. */
  begin(world: SimWorld, fault: SimFault): (() => void) | undefined;
}

/** Draws with the words that faults need. */
export class FaultDice {
  constructor(private readonly random: Random) {}

  unit(): number {
    return this.random.unit();
  }

  /** Whole numbers, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random.unit() * (high - low + 1));
  }

  of<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random.unit() * choices.length)] as T;
  }
}
