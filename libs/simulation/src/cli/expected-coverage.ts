import { ORDER_STATES } from '@argosy/domain';
import { CRASH_POINTS } from '../faults/crash-points.js';
import { FAULT_CLASSES } from '../faults/fault-plan.js';

/** Looked at by a checker: a row of the table that says NEVER is a hole. */
const INVARIANTS = [
  ...['I-01', 'I-02', 'I-03', 'I-04', 'I-05', 'I-06', 'I-07', 'I-08', 'I-09', 'I-10', 'I-11', 'I-12', 'I-15', 'I-16'],
  ...['I-18', 'I-20', 'I-21', 'I-24', 'I-25', 'I-26', 'I-27', 'I-28', 'I-29', 'I-31', 'I-32', 'I-33', 'I-37', 'I-38'],
  ...['I-42', 'I-44', 'I-45', 'I-56', 'I-57', 'I-58', 'I-60'],
];

/** What no count here stands for, and why: said in the table instead of being counted. */
export const NOT_SEEN_HERE: readonly string[] = [
  'I-13  only its effect: I-60 holds orders back where the halt state is old or unknown',
  'I-20  the age of a reference to within 3 s: risk counts it from its arrival, which the slowest link delays',
  'I-21  throttles of losses: the equity of the simulated account never falls far enough',
  'I-32  strategies alone, in every tenth seed: risk and execution write no log that can be replayed',
  'I-38  money and positions; the mark at which the venue values them is its own',
  'I-56  what answers can tell at best; how the adapter uses them is I-05',
  'I-17 I-22 I-23  parents, approvals of limits and images of a build are not part of a fleet-minute',
  'I-30  the book that risk judged by is compared with nothing; prices are (I-20)',
  'I-34 I-35 I-36  held by the stores, whose twins pass their contract suites; one integrity check a minute (I-33)',
  'I-39 I-40 I-41  one node and no restore: the twins of the stores are not a database',
  'I-43  by its effects alone: I-26, I-31, I-37',
  'I-46  work takes no virtual time, so nobody can be slow but by a link or a pause',
  'I-47 to I-55  keys, audit and permissions: the gateway takes signed requests here, nobody attacks it',
  'I-59  nobody watches metrics',
];

/** States that no order shows from outside: it is approved and sent in one transaction. */
const UNSEEN: ReadonlySet<string> = new Set(['new', 'approved']);

export const EXPECTED_COVERAGE: readonly string[] = [
  ...INVARIANTS,
  ...FAULT_CLASSES.map(({ kind }) => `fault ${kind}`),
  ...CRASH_POINTS.flatMap((target) => ['before', 'after'].map((side) => `crash point ${side} ${target}`)),
  ...ORDER_STATES.filter((state) => !UNSEEN.has(state)).map((state) => `order ${state}`),
];
