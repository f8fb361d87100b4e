import { type Clock, nsToMs, type Random } from '@argosy/domain';
import { canonicalText } from '@argosy/ops-core';
import { createHash, createHmac } from 'node:crypto';

export interface SigningKey {
  readonly keyId: string;
  readonly secret: string;
}

export interface RequestToSign {
  readonly method: string;
  /** Path with query, as in the request line. */
  readonly target: string;
  readonly body: string;
}

export interface SignedHeaders {
  readonly 'X-API-KEY': string;
  readonly 'X-TIMESTAMP': string;
  readonly 'X-NONCE': string;
  readonly 'X-SIGNATURE': string;
}

/** What proves to the gateway who asks, once and for seconds only (OP-2). */
export function signRequest(
  { keyId, secret }: SigningKey,
  request: RequestToSign,
  clock: Clock,
  random: Random,
): SignedHeaders {
  const timestamp = String(nsToMs(clock.now()));
  const nonce = Buffer.from(random.bytes(16)).toString('hex');
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  const text = canonicalText({ timestamp, nonce, method: request.method, target: request.target, bodyHash });
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  return { 'X-API-KEY': keyId, 'X-TIMESTAMP': timestamp, 'X-NONCE': nonce, 'X-SIGNATURE': signature };
}
