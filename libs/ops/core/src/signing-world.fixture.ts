import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { nsToMs } from '@argosy/domain';
import { ManualTime } from '@argosy/testing';
import { canonicalText } from './canonical-text.js';
import type { Digest } from './digest.port.js';
import { KeyRing, type RequestMac } from './key-ring.js';
import { NonceMemory } from './nonce-memory.js';
import { type IncomingRequest, RequestVerifier } from './request-verifier.js';

export const sha256: Digest = (content) => createHash('sha256').update(content).digest('hex');
export const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text, 'utf8').digest('hex');
export const macOf = (key: string): RequestMac => ({
  verify: (text, mac) => mac.length === 32 && timingSafeEqual(Buffer.from(hmac(key, text), 'hex'), mac),
});

export interface Asked {
  readonly method?: string;
  readonly target?: string;
  readonly body?: string;
  readonly timestamp?: string;
  readonly nonce?: string | undefined;
  readonly key?: string;
  readonly keyId?: string;
}

/** A verifier that has run for a minute, with one key and one token. */
export class World {
  readonly time = new ManualTime();
  readonly ring = new KeyRing(
    [{ keyId: 'alice-key', actor: 'alice', role: 'operator', mac: macOf('k1') }],
    [{ tokenHash: sha256('token-of-bob-0123456789'), actor: 'bob', role: 'viewer' }],
  );
  readonly nonces = new NonceMemory(nsToMs(this.time.clock.now()));
  readonly verifier = new RequestVerifier(this.ring, this.nonces, sha256, this.time.clock, macOf('nobody'));

  constructor() {
    this.time.advance(60_000);
  }

  get nowMs(): number {
    return nsToMs(this.time.clock.now());
  }

  signed(asked: Asked = {}): IncomingRequest {
    const { method = 'POST', target = '/api/v1/config', body = '{}', key = 'k1', keyId = 'alice-key' } = asked;
    const timestamp = asked.timestamp ?? String(this.nowMs);
    const nonce = 'nonce' in asked ? asked.nonce : 'n1';
    const signature = hmac(
      key,
      canonicalText({ timestamp, nonce: nonce ?? '', method, target, bodyHash: sha256(body) }),
    );
    const headers = [
      'X-API-KEY',
      keyId,
      'X-TIMESTAMP',
      timestamp,
      'X-SIGNATURE',
      signature,
      ...(nonce === undefined ? [] : ['X-NONCE', nonce]),
    ];
    return { method, target, body: Buffer.from(body), rawHeaders: headers };
  }

  verdict(request: IncomingRequest): string {
    const answer = this.verifier.verify(request);
    return answer.ok ? `accepted ${answer.value.actor?.name ?? 'nobody'}` : answer.refusal.code;
  }
}

/** The same request with one header's value exchanged, removed (undefined) or sent twice. */
export function withHeader(
  { rawHeaders, ...request }: IncomingRequest,
  name: string,
  ...values: readonly string[]
): IncomingRequest {
  const others = rawHeaders.flatMap((header, at) =>
    at % 2 === 0 && header !== name ? [header, rawHeaders[at + 1] ?? ''] : [],
  );
  return { ...request, rawHeaders: [...others, ...values.flatMap((value) => [name, value])] };
}
