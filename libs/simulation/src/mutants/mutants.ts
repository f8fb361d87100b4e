import { type FleetParts, REAL_PARTS } from '../fleet/fleet-parts.js';
import { forgetfulJournal, forgetfulRiskStore, hastyJournal } from './broken-stores.js';
import { busWithoutDoubt } from './broken-risk-bus.js';
import { NoDeadline } from './broken-leadership.js';
import { believingNotFound, withoutExpiry, withoutFillIdentity, withoutReduceOnly } from './broken-venue.js';

/** The fleet with one part broken, and the invariants that may notice. */
export interface Mutant {
  readonly name: string;
  readonly what: string;
  /** Whoever catches it must be one of these: anything else would be luck. */
  readonly because: readonly string[];
  readonly parts: FleetParts;
}

const broken = (changes: Partial<FleetParts>): FleetParts => ({ ...REAL_PARTS, ...changes });

/** Simulation that finds nothing proves nothing, unless it finds these. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no_fence',
    what: 'the egress does not look at the lease deadline',
    because: ['I-01', 'I-02'],
    parts: broken({ leadership: (real) => new NoDeadline(real) }),
  },
  {
    name: 'no_venue_expiry',
    what: 'requests leave with an expiry of an hour',
    because: ['I-02', 'I-05', 'I-11'],
    parts: broken({ venue: withoutExpiry }),
  },
  {
    name: 'no_fill_identity',
    what: 'each report of a fill is a new fill',
    because: ['I-25', 'I-26', 'I-29'],
    parts: broken({ venue: withoutFillIdentity }),
  },
  {
    name: 'no_latch',
    what: 'a kill is not stored',
    because: ['I-11', 'I-12'],
    parts: broken({ journal: forgetfulJournal, riskStore: forgetfulRiskStore }),
  },
  {
    name: 'leaky_reduce_only',
    what: 'reduce-only orders reach the venue as ordinary ones',
    because: ['I-15'],
    parts: broken({ venue: withoutReduceOnly }),
  },
  {
    name: 'intent_after_send',
    what: 'nobody waits for the journal before sending',
    because: ['I-06'],
    parts: broken({ journal: hastyJournal }),
  },
  {
    name: 'not_found_believed',
    what: 'an order that the venue does not find at once is taken for rejected',
    because: ['I-27', 'I-31', 'I-18', 'I-24'],
    parts: broken({ venue: believingNotFound }),
  },
  {
    name: 'exposure_freed_on_timeout',
    what: 'risk forgets orders whose outcome is unknown',
    because: ['I-18'],
    parts: broken({ riskBus: busWithoutDoubt }),
  },
];

/** @throws RangeError for a name that is none of theirs. */
export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new RangeError(`no mutant '${name}'`);
  return found;
}
