import { createHmac } from 'node:crypto';
import { fakeShell } from '../testing/fake-shell.js';
import { signRequest } from './sign-request.js';

const key = { keyId: 'local', secret: 's'.repeat(32) };
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('signing a request (OP-2)', () => {
  it('signs timestamp, nonce, method, path with query and body hash, joined by newlines', () => {
    const { clock, random } = fakeShell();
    const headers = signRequest(key, { method: 'get', target: '/api/v1/orders?status=open', body: '' }, clock, random);
    expect(headers['X-API-KEY']).toBe('local');
    expect(headers['X-TIMESTAMP']).toBe('1700000000123');
    const text = ['1700000000123', headers['X-NONCE'], 'GET', '/api/v1/orders?status=open', EMPTY_HASH].join('\n');
    expect(headers['X-SIGNATURE']).toBe(createHmac('sha256', key.secret).update(text).digest('hex'));
  });

  it('never signs two requests alike, even in one millisecond', () => {
    const { clock, random } = fakeShell();
    const once = (): string =>
      signRequest(key, { method: 'POST', target: '/x', body: '{}' }, clock, random)['X-SIGNATURE'];
    expect(once()).not.toBe(once());
  });
});
