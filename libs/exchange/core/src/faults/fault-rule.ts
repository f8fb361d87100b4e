import type { FaultName, Lane } from './fault-catalogue.js';

export const VENUES = ['hyperliquid', 'binance'] as const;
export type VenueName = (typeof VENUES)[number];

/** Which messages, or which part of the world; what is absent does not matter. */
export interface FaultTarget {
  readonly venue?: VenueName;
  readonly lane?: Lane;
  /** The stream's or the question's name, or the action's: `l2Book`, `userFills`, `orderStatus`, `depth`, `cancelByCloid`. */
  readonly channel?: string;
  /** The venue's name of an asset: `BTC`, or `BTCUSDT` where it is the reference venue's. */
  readonly coin?: string;
  /** An account in lower case: the owner's, also where an agent signs. */
  readonly account?: string;
}

/** What one rule asks for: the values of its fault, filled up with the catalogue's. */
export interface FaultRule {
  readonly fault: FaultName;
  readonly target: FaultTarget;
  /** Share of messages it acts on, above 0 and at most 1. */
  readonly rate: number;
  /** Messages it acts on at most. */
  readonly count: number | undefined;
  /** Begins this long after it was put. */
  readonly afterMs: number;
  /** Ends this long after it began. */
  readonly forMs: number | undefined;
  readonly settings: Readonly<Record<string, number | string>>;
}

export interface FaultPlan {
  readonly seed: number;
  readonly rules: Readonly<Record<string, FaultRule>>;
}

/** A number that a rule sets; the catalogue has it, so a missing one is our bug. */
export const numberOf = (rule: FaultRule, name: string): number => Number(rule.settings[name]);
