/**
 * What a person may command, who may, and the record of it: the policy table, request signatures, nonces, rate limits
 * and the chained audit record, as pure rules. It refuses to know HTTP, a store, a digest's implementation or the
 * fleet's messages, and it never lets a request through that it does not fully understand.
 */
export { type Actor, type Role, ROLES } from './roles.js';
export { type Method, type PolicyRow, POLICY, type RouteLookup, routeOf, routesAt } from './policy.js';
export { OPS_PROBLEMS, type OpsProblem, type OpsProblemCode, problem, statusOfProblem } from './problem.js';
export { canonicalText, type SignedParts } from './canonical-text.js';
export { type Credentials, readCredentials } from './credentials.js';
export { NonceMemory } from './nonce-memory.js';
export { TIMESTAMP_AGE_MS_MAX, TIMESTAMP_AHEAD_MS_MAX, windowProblem } from './time-window.js';
export { type ApiKey, type ApiToken, KeyRing, type RequestMac } from './key-ring.js';
export { type IncomingRequest, type Passport, RequestVerifier } from './request-verifier.js';
export { TokenBuckets } from './token-buckets.js';
export { APPROVAL_MS_MAX, ResumeApprovals, type ResumeRequest } from './resume-approvals.js';
export { type Alert, KILL_ACTION, readAlerts } from './alert-notice.js';
export { type RequestTarget, readTarget } from './request-target.js';
export { type JsonLimits, JSON_LIMITS, type JsonValue, readStrictJson } from './strict-json.js';
export {
  type AuditEntry,
  type AuditPhase,
  type AuditRecord,
  chainAudit,
  type ChainVerdict,
  GENESIS_HASH,
  verifyAuditChain,
} from './audit-record.js';
export { AuditLog, AUDIT_PAGE_MAX } from './audit-log.port.js';
export type { Digest } from './digest.port.js';
