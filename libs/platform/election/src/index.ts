/**
 * Who leads: leases with epochs that only grow, taken by one candidate of a service or of a group of trading accounts,
 * in any store that can do four atomic steps. It refuses to know Postgres (that is the subpath `/postgres`), to lead on
 * a doubt, and to believe one clock alone.
 */
export { type LeaseCandidate, type LeadershipParts, LeaseLeadership } from './lease-leadership.js';
export { LeadershipMetrics } from './leadership-metrics.js';
export { type Hold, type LeaseRow, type LeaseRows, LeaseStore, type TakeRequest } from './lease-store.port.js';
export { answerLimitMs, LEASE_TIMES, type LeaseTimes, leaseTimesProblems } from './lease-times.js';
export {
  deadlineOf,
  refusedRenewal,
  type Sighting,
  standbyStep,
  type StandbyStep,
  type Watch,
  watchOn,
} from './lease-protocol.js';
export { MemoryLeaseStore } from './memory-lease-store.adapter.js';
export { aClearLink, type LeaseLink, LossyLeaseStore } from './lossy-lease-store.js';
export { DemotionWatch, STANDBY_SEEN_MS } from './demotion-watch.js';
export { ElectionRecord, MemoryElectionRecord } from './election-record.port.js';
export { backOffMs, DEMOTION_LIMITS, FLAP_LIMITS } from './self-demotion.js';
