import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { HmacSha256 } from './hmac-sha256.js';

describe('a keyed proof', () => {
  it('is the one RFC 4231 prints for test case 2', () => {
    const mac = new HmacSha256('Jefe').sign('what do ya want for nothing?');
    expect(Buffer.from(mac).toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('is the one that Node makes, for any key and text, one after the other', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 1_300, maxLength: 5_000 }));
    const key = fc.string({ unit: 'binary', maxLength: 100 });
    fc.assert(
      fc.property(key, fc.array(text, { minLength: 1, maxLength: 3 }), (secret, texts) => {
        const hmac = new HmacSha256(secret);
        for (const each of texts) {
          const expected = createHmac('sha256', Buffer.from(secret, 'utf8')).update(each, 'utf8').digest('hex');
          expect(Buffer.from(hmac.sign(each)).toString('hex')).toBe(expected);
        }
      }),
    );
  });

  it('holds for its own text and key only, whatever the length offered', () => {
    const hmac = new HmacSha256('key');
    const mac = hmac.sign('order');
    expect(hmac.verify('order', mac)).toBe(true);
    expect(hmac.verify('Order', mac)).toBe(false);
    expect(new HmacSha256('kez').verify('order', mac)).toBe(false);
    for (const length of [0, 31, 33]) expect(hmac.verify('order', new Uint8Array(length))).toBe(false);
  });
});
