import { type Clock, nsToMs, ok, refused, type Result } from '@argosy/domain';
import { canonicalText } from './canonical-text.js';
import { type Credentials, readCredentials } from './credentials.js';
import type { Digest } from './digest.port.js';
import type { KeyRing, RequestMac } from './key-ring.js';
import { type NonceMemory, type NonceVerdict } from './nonce-memory.js';
import { type OpsProblem, type OpsProblemCode, problem } from './problem.js';
import type { Actor } from './roles.js';
import { windowProblem } from './time-window.js';

export interface IncomingRequest {
  readonly method: string;
  /** Path with query as in the request line. */
  readonly target: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

/** Who asks, and the hash that names this very request in the audit log. */
export interface Passport {
  /** Undefined when the request does not say. */
  readonly actor: Actor | undefined;
  readonly requestHash: string;
}

const NONCE_PROBLEMS: Readonly<Record<Exclude<NonceVerdict, 'first'>, OpsProblemCode>> = {
  repeated: 'nonce_reused',
  forgotten: 'timestamp_unverifiable',
  full: 'nonce_memory_full',
};

/** Tells who sent a request, or why that cannot be believed (I-49). */
export class RequestVerifier {
  constructor(
    private readonly ring: KeyRing,
    private readonly nonces: NonceMemory,
    private readonly digest: Digest,
    private readonly clock: Clock,
    /** Stands in for the key of a stranger, so that asking with unknown key ids takes as long as with known ones. */
    private readonly strangersMac: RequestMac,
  ) {}

  verify(request: IncomingRequest): Result<Passport, OpsProblem> {
    const read = readCredentials(request.rawHeaders);
    if (!read.ok) return read;
    const bodyHash = this.digest(request.body);
    if (read.value.kind === 'signed') return this.verifySignature(request, read.value, bodyHash);
    const requestHash = this.digest(canonicalText({ ...request, timestamp: '', nonce: '', bodyHash }));
    if (read.value.kind === 'none') return ok({ actor: undefined, requestHash });
    const token = this.ring.token(this.digest(read.value.token));
    if (token === undefined) return refused(problem('token_unknown'));
    return ok({ actor: { name: token.actor, role: token.role, via: 'bearer' }, requestHash });
  }

  private verifySignature(
    request: IncomingRequest,
    signed: Credentials & { readonly kind: 'signed' },
    bodyHash: string,
  ): Result<Passport, OpsProblem> {
    const nowMs = nsToMs(this.clock.now());
    const outside = windowProblem(signed.timestampMs, nowMs);
    if (outside !== undefined) return refused(outside);
    const text = canonicalText({ ...request, timestamp: signed.timestamp, nonce: signed.nonce, bodyHash });
    const key = this.ring.key(signed.keyId);
    const isGenuine = (key?.mac ?? this.strangersMac).verify(text, signed.signature);
    if (key === undefined || !isGenuine) return refused(problem('signature_invalid'));
    // Only a genuine request uses up a nonce: a forger must not be able to spend other people's.
    const once =
      signed.nonce === '' ? `s:${signed.keyId}:${signed.signatureText}` : `n:${signed.keyId}:${signed.nonce}`;
    const verdict = this.nonces.take(once, signed.timestampMs, nowMs);
    if (verdict === 'repeated' && signed.nonce === '') return refused(problem('signature_reused'));
    if (verdict !== 'first') return refused(problem(NONCE_PROBLEMS[verdict]));
    return ok({ actor: { name: key.actor, role: key.role, via: 'signature' }, requestHash: this.digest(text) });
  }
}
