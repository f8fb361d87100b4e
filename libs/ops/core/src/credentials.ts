import { ok, refused, type Result } from '@argosy/domain';
import { type OpsProblem, type OpsProblemCode, problem } from './problem.js';

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'signed';
      readonly keyId: string;
      readonly timestamp: string;
      readonly timestampMs: number;
      /** Empty when the header is absent. */
      readonly nonce: string;
      readonly signature: Uint8Array;
      readonly signatureText: string;
    };

const SIGNING = ['x-api-key', 'x-timestamp', 'x-signature', 'x-nonce'] as const;
type SigningHeader = (typeof SIGNING)[number];
const KEY_ID = /^[A-Za-z0-9_-]{1,64}$/;
const NONCE = /^[A-Za-z0-9_-]{1,128}$/;
const MILLISECONDS = /^[1-9][0-9]{12}$/;
const SECONDS = /^[1-9][0-9]{9}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{16,256}=*)$/;

/** Values of one header, from names and values in turn as they came over the wire. */
function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

const bytesOfHex = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));

/** Reads who a request says it is from. Every malformed header has a code of its own; nothing is guessed or trimmed. */
export function readCredentials(rawHeaders: readonly string[]): Result<Credentials, OpsProblem> {
  const authorization = valuesOf(rawHeaders, 'authorization');
  const signing = new Map<SigningHeader, readonly string[]>(SIGNING.map((name) => [name, valuesOf(rawHeaders, name)]));
  const twice = [...signing, ['authorization', authorization] as const].find(([, values]) => values.length > 1);
  if (twice !== undefined) return refused(problem('header_duplicated', { header: twice[0] }));
  const isSigned = [...signing.values()].some((values) => values.length > 0);
  if (isSigned && authorization.length > 0) return refused(problem('auth_ambiguous'));
  if (isSigned) return readSigned((name) => signing.get(name)?.[0]);
  return authorization[0] === undefined ? ok({ kind: 'none' }) : readBearer(authorization[0]);
}

function readBearer(value: string): Result<Credentials, OpsProblem> {
  const token = BEARER.exec(value)?.[1];
  return token === undefined ? refused(problem('token_malformed')) : ok({ kind: 'bearer', token });
}

function readSigned(header: (name: SigningHeader) => string | undefined): Result<Credentials, OpsProblem> {
  const keyId = header('x-api-key');
  if (keyId === undefined) return refused(problem('api_key_missing'));
  if (!KEY_ID.test(keyId)) return refused(problem('api_key_malformed'));
  const timestamp = header('x-timestamp');
  if (timestamp === undefined) return refused(problem('timestamp_missing'));
  if (!MILLISECONDS.test(timestamp)) return refused(problem(timestampCode(timestamp)));
  const nonce = header('x-nonce');
  if (nonce !== undefined && !NONCE.test(nonce)) return refused(problem('nonce_malformed'));
  const signatureText = header('x-signature');
  if (signatureText === undefined) return refused(problem('signature_missing'));
  if (!SIGNATURE.test(signatureText)) return refused(problem('signature_malformed'));
  const signature = bytesOfHex(signatureText);
  return ok({
    kind: 'signed',
    keyId,
    timestamp,
    timestampMs: Number(timestamp),
    nonce: nonce ?? '',
    signature,
    signatureText,
  });
}

const timestampCode = (text: string): OpsProblemCode =>
  SECONDS.test(text) ? 'timestamp_in_seconds' : 'timestamp_malformed';
