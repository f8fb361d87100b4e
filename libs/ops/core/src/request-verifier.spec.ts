import fc from 'fast-check';
import { sha256, withHeader, World } from './signing-world.fixture.js';

const H64 = 'a'.repeat(64);

describe('RequestVerifier', () => {
  it('recognises a signed request, a bearer token and nobody', () => {
    const world = new World();
    expect(world.verdict(world.signed())).toBe('accepted alice');
    const plain = { method: 'GET', target: '/api/v1/status', body: new Uint8Array(), rawHeaders: [] as string[] };
    expect(world.verdict(plain)).toBe('accepted nobody');
    expect(world.verdict({ ...plain, rawHeaders: ['Authorization', 'Bearer token-of-bob-0123456789'] })).toBe(
      'accepted bob',
    );
  });

  it.each<[string, string, readonly string[], string]>([
    ['no key', 'X-API-KEY', [], 'api_key_missing'],
    ['an empty key', 'X-API-KEY', [''], 'api_key_malformed'],
    ['an oversized key', 'X-API-KEY', ['k'.repeat(65)], 'api_key_malformed'],
    ['a key with a line break', 'X-API-KEY', ['alice\nkey'], 'api_key_malformed'],
    ['the key twice', 'X-API-KEY', ['alice-key', 'alice-key'], 'header_duplicated'],
    ['an unknown key', 'X-API-KEY', ['mallory-key'], 'signature_invalid'],
    ['no timestamp', 'X-TIMESTAMP', [], 'timestamp_missing'],
    ['the timestamp twice', 'X-TIMESTAMP', ['1767225660000', '1767225660000'], 'header_duplicated'],
    ['seconds instead of ms', 'X-TIMESTAMP', ['1767225660'], 'timestamp_in_seconds'],
    ['1e308', 'X-TIMESTAMP', ['1e308'], 'timestamp_malformed'],
    ['1e3', 'X-TIMESTAMP', ['1e3'], 'timestamp_malformed'],
    ['negative', 'X-TIMESTAMP', ['-1767225660000'], 'timestamp_malformed'],
    ['a trailing space', 'X-TIMESTAMP', ['1767225660000 '], 'timestamp_malformed'],
    ['a fraction', 'X-TIMESTAMP', ['1767225660000.0'], 'timestamp_malformed'],
    ['microseconds', 'X-TIMESTAMP', ['1767225660000000'], 'timestamp_malformed'],
    ['full-width digits', 'X-TIMESTAMP', ['１７６７２２５６６００００'], 'timestamp_malformed'],
    ['NaN', 'X-TIMESTAMP', ['NaN'], 'timestamp_malformed'],
    ['no signature', 'X-SIGNATURE', [], 'signature_missing'],
    ['a signature of length 0', 'X-SIGNATURE', [''], 'signature_malformed'],
    ['63 digits', 'X-SIGNATURE', [H64.slice(1)], 'signature_malformed'],
    ['65 digits', 'X-SIGNATURE', [`${H64}a`], 'signature_malformed'],
    ['not hex', 'X-SIGNATURE', [`${H64.slice(1)}g`], 'signature_malformed'],
    ['base64', 'X-SIGNATURE', ['q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k='], 'signature_malformed'],
    ['upper case', 'X-SIGNATURE', [H64.toUpperCase()], 'signature_malformed'],
    ['a wrong signature', 'X-SIGNATURE', [H64], 'signature_invalid'],
    ['the signature twice', 'X-SIGNATURE', [H64, H64], 'header_duplicated'],
    ['an empty nonce', 'X-NONCE', [''], 'nonce_malformed'],
    ['an oversized nonce', 'X-NONCE', ['n'.repeat(129)], 'nonce_malformed'],
    ['another nonce than was signed', 'X-NONCE', ['n2'], 'signature_invalid'],
    ['the nonce taken away', 'X-NONCE', [], 'signature_invalid'],
    ['a bearer token beside it', 'Authorization', ['Bearer token-of-bob-0123456789'], 'auth_ambiguous'],
  ])('refuses %s, each with its own code (I-49)', (_story, header, values, code) => {
    const world = new World();
    expect(world.verdict(withHeader(world.signed(), header, ...values))).toBe(code);
  });

  it.each([
    ['Basic dXNlcjpwYXNz', 'token_malformed'],
    ['Bearer', 'token_malformed'],
    ['bearer token-of-bob-0123456789', 'token_malformed'],
    ['Bearer short', 'token_malformed'],
    ['Bearer token-of-eve-0123456789', 'token_unknown'],
  ])('refuses Authorization: %s', (value, code) => {
    const world = new World();
    expect(world.verdict({ ...world.signed(), rawHeaders: ['authorization', value] })).toBe(code);
  });

  it.each([
    [-5_001, 'timestamp_too_old'],
    [-5_000, 'accepted alice'],
    [0, 'accepted alice'],
    [999, 'accepted alice'],
    [1_000, 'timestamp_in_future'],
  ])('judges a timestamp %s ms off as %s', (offset, verdict) => {
    const world = new World();
    expect(world.verdict(world.signed({ timestamp: String(world.nowMs + offset) }))).toBe(verdict);
  });

  it('accepts a hundred copies of one request exactly once (F-50)', () => {
    const world = new World();
    const request = world.signed();
    const verdicts = Array.from({ length: 100 }, () => world.verdict(request));
    expect(verdicts.filter((verdict) => verdict === 'accepted alice')).toHaveLength(1);
    expect(verdicts.filter((verdict) => verdict === 'nonce_reused')).toHaveLength(99);
  });

  it('takes each signature once where there is no nonce', () => {
    const world = new World();
    const request = world.signed({ nonce: undefined });
    expect([world.verdict(request), world.verdict(request)]).toEqual(['accepted alice', 'signature_reused']);
    world.time.advance(1);
    expect(world.verdict(world.signed({ nonce: undefined }))).toBe('accepted alice');
  });

  it('does not let a forger spend a nonce', () => {
    const world = new World();
    expect(world.verdict(world.signed({ key: 'guessed' }))).toBe('signature_invalid');
    expect(world.verdict(world.signed())).toBe('accepted alice');
  });

  it('refuses what a process before it may have taken, and takes what is signed a second after its start', () => {
    const world = new World();
    const old = world.signed({ timestamp: String(world.nowMs + 900) });
    expect(world.verdict(old)).toBe('accepted alice');
    // The next process knows nothing of it.
    const next = new World();
    next.time.advance(-60_000 + 100);
    const replayed = next.signed({ timestamp: String(next.nowMs + 800) });
    expect(next.verdict(replayed)).toBe('timestamp_unverifiable');
    next.time.advance(1_000);
    expect(next.verdict(next.signed())).toBe('accepted alice');
  });

  it('refuses a replay also after the clock was set back and the nonce had been forgotten', () => {
    const world = new World();
    const request = world.signed();
    expect(world.verdict(request)).toBe('accepted alice');
    world.time.advance(30_000);
    expect(world.verdict(world.signed({ nonce: 'n2' }))).toBe('accepted alice');
    world.time.stepWallClock(-30_000);
    expect(world.verdict(request)).toBe('timestamp_unverifiable');
  });

  it('forgets a revoked key with the next request (I-55)', () => {
    const world = new World();
    world.ring.replace([], []);
    expect(world.verdict(world.signed())).toBe('signature_invalid');
  });

  it('accepts no request that differs in anything from what was signed (I-49)', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' });
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      target: text.map((path) => `/${path}`),
      body: text,
    });
    fc.assert(
      fc.property(
        request,
        request,
        fc.integer({ min: -5_000, max: 999 }),
        fc.integer({ min: -5_000, max: 999 }),
        (signed, sent, signedAt, sentAt) => {
          fc.pre(JSON.stringify([signed, signedAt]) !== JSON.stringify([sent, sentAt]));
          const world = new World();
          const genuine = world.signed({ ...signed, timestamp: String(world.nowMs + signedAt) });
          const altered = withHeader(
            { ...genuine, method: sent.method, target: sent.target, body: Buffer.from(sent.body) },
            'X-TIMESTAMP',
            String(world.nowMs + sentAt),
          );
          expect(world.verdict(altered)).toBe('signature_invalid');
          expect(world.verdict(genuine)).toBe('accepted alice');
        },
      ),
    );
  });

  it('names each request by its own hash for the audit log', () => {
    const world = new World();
    const [first, second] = [
      world.verifier.verify(world.signed({ nonce: 'a' })),
      world.verifier.verify(world.signed({ nonce: 'b' })),
    ];
    expect(first.ok && second.ok && first.value.requestHash !== second.value.requestHash).toBe(true);
    expect(first.ok && first.value.requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
