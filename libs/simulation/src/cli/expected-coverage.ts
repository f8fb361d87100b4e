import { ORDER_STATES } from '@argosy/domain';
import { FAULT_CLASSES } from '../faults/fault-plan.js';

/** Looked at by a checker: a row of the table that says NEVER is a hole. */
const INVARIANTS = [
  ...['I-01', 'I-02', 'I-03', 'I-04', 'I-05', 'I-06', 'I-07', 'I-08', 'I-09', 'I-10', 'I-11', 'I-16', 'I-18', 'I-24'],
  ...['I-25', 'I-26', 'I-27', 'I-28', 'I-29', 'I-31', 'I-33', 'I-37', 'I-42', 'I-44', 'I-57', 'I-58'],
];

/** States that no order shows from outside: it is approved and sent in one transaction. */
const UNSEEN: ReadonlySet<string> = new Set(['new', 'approved']);

export const EXPECTED_COVERAGE: readonly string[] = [
  ...INVARIANTS,
  ...FAULT_CLASSES.map(({ kind }) => `fault ${kind}`),
  ...ORDER_STATES.filter((state) => !UNSEEN.has(state)).map((state) => `order ${state}`),
];
