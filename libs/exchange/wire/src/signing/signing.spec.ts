import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordings } from '@argosy/testing';
import { bytesToHex } from '@noble/hashes/utils.js';
import { actionHash } from './action-hash.js';
import type { JsonObject } from './field-order.js';
import { type Network, recoverActionSigner, type Signature, SignatureError } from './recover-signer.js';

const folder = recordings();
const read = (name: string): string => readFileSync(join(folder ?? '', 'hyperliquid', name), 'utf8');

interface SdkVector {
  readonly name: string;
  readonly kind: string;
  readonly address: string;
  readonly action: JsonObject;
  readonly nonce: number;
  readonly vaultAddress: string | null;
  readonly expiresAfter: number | null;
  readonly connectionId_published?: string;
  readonly connectionId_recomputed?: string;
  readonly signatures: Partial<Record<Network, Signature>>;
}

interface ExpiryVector extends Pick<SdkVector, 'action' | 'nonce' | 'vaultAddress' | 'expiresAfter'> {
  readonly isMainnet: boolean;
  readonly actionHash: string;
  readonly signature: Signature;
}

const content = (vector: Pick<SdkVector, 'action' | 'nonce' | 'vaultAddress' | 'expiresAfter'>) => ({
  action: vector.action,
  nonce: vector.nonce,
  ...(vector.vaultAddress === null ? {} : { vaultAddress: vector.vaultAddress }),
  ...(vector.expiresAfter === null ? {} : { expiresAfter: vector.expiresAfter }),
});

const AN_ORDER: JsonObject = {
  type: 'order',
  orders: [{ a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } } }],
  grouping: 'na',
};

describe('the action hash', () => {
  const hash = (action: JsonObject): string => bytesToHex(actionHash({ action, nonce: 0 }));

  it('is the published one of the official SDK for its limit order', () => {
    expect(hash(AN_ORDER)).toBe('884f2c32bb6dbdd65f6033e32fb28c0cb6f5b345db0f6471fd3366d85c9252c1');
  });

  it.each<[string, JsonObject]>([
    [
      'keys in another order',
      {
        grouping: 'na',
        orders: [{ s: '100', p: '100', t: { limit: { tif: 'Gtc' } }, r: false, b: true, a: 1 }],
        type: 'order',
      },
    ],
    [
      'decimals with trailing zeros',
      { ...AN_ORDER, orders: [{ a: 1, b: true, p: '100.00', s: '100.0', r: false, t: { limit: { tif: 'Gtc' } } }] },
    ],
  ])('does not depend on %s', (_what, action) => {
    expect(hash(action)).toBe(hash(AN_ORDER));
  });

  it.each<[string, JsonObject]>([
    ['a type', { type: 'constructor' }],
    ['a field', { type: 'order', constructor: {}, toString: [{}], orders: [{ constructor: { name: 'x' } }] }],
  ])('is not led astray by %s that every object has', (_what, action) => {
    expect(hash(action)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('covers the vault address and the expiry', () => {
    const vaultAddress = '0x1719884eb866cb12b2287399b15f7db5e7d775ea';
    const hashes = [{}, { vaultAddress }, { expiresAfter: 0 }, { vaultAddress, expiresAfter: 0 }].map((extra) =>
      bytesToHex(actionHash({ action: AN_ORDER, nonce: 0, ...extra })),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('a signature that is none', () => {
  it.each<[string, Signature]>([
    ['r that is not hex', { r: '0xzz', s: '0x1', v: 27 }],
    ['v of 29', { r: '0x1', s: '0x1', v: 29 }],
    ['r of zero', { r: '0x0', s: '0x1', v: 27 }],
    ['r above the curve order', { r: `0x${'f'.repeat(64)}`, s: '0x1', v: 28 }],
    ['33 bytes', { r: `0x${'1'.repeat(66)}`, s: '0x1', v: 28 }],
  ])('is refused: %s', (_what, signature) => {
    expect(() => recoverActionSigner({ action: AN_ORDER, nonce: 0 }, signature, 'testnet')).toThrow(SignatureError);
  });
});

if (folder === undefined) {
  it('not run: no recordings (signing vectors)', () => undefined);
} else {
  const sdk = (JSON.parse(read('python_sdk_vectors.json')) as { vectors: SdkVector[] }).vectors;
  const expiries = JSON.parse(read('expires_after_vectors.json')) as { address: string; vectors: ExpiryVector[] };

  describe('the official SDK vectors verify to their published address (I-49)', () => {
    const l1 = sdk.filter((vector) => vector.kind === 'l1Action');
    const signed = l1.flatMap((vector) =>
      (Object.entries(vector.signatures) as [Network, Signature][]).map(([network, signature]) => ({
        vector,
        network,
        signature,
      })),
    );
    it('has vectors to check', () => {
      expect(signed.length).toBeGreaterThan(5);
    });
    it.each(signed.map((row) => [row.vector.name, row.network, row] as const))('%s on %s', (_name, network, row) => {
      expect(recoverActionSigner(content(row.vector), row.signature, network)).toBe(row.vector.address.toLowerCase());
      const other = network === 'mainnet' ? 'testnet' : 'mainnet';
      expect(recoverActionSigner(content(row.vector), row.signature, other)).not.toBe(row.vector.address.toLowerCase());
    });
    it.each(l1.map((vector) => [vector.name, vector] as const))('hash of %s', (_name, vector) => {
      const expected = vector.connectionId_published ?? vector.connectionId_recomputed;
      expect(`0x${bytesToHex(actionHash(content(vector)))}`).toBe(expected);
    });
  });

  it(`all ${String(expiries.vectors.length)} vectors with and without expiresAfter verify to their address`, () => {
    for (const vector of expiries.vectors) {
      expect(`0x${bytesToHex(actionHash(content(vector)))}`).toBe(vector.actionHash);
      const network = vector.isMainnet ? 'mainnet' : 'testnet';
      expect(recoverActionSigner(content(vector), vector.signature, network)).toBe(expiries.address.toLowerCase());
    }
  });
}
