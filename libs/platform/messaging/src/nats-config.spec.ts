import { SERVICES } from '@argosy/contracts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { patternsMeet, permissionsOf } from './identities.js';
import { natsConfig } from './nats-config.js';

const users = { 'market-data': 'a', execution: 'b', risk: 'c', 'strategy-host': 'd', ledger: 'e', 'ops-gateway': 'f' };
const options = { ports: { client: 4222, monitor: 8222 }, storeDir: '/var/lib/nats', users };

describe('natsConfig', () => {
  it('is what deploy/nats shows', () => {
    const sample = natsConfig({
      ...options,
      users: Object.fromEntries(SERVICES.map((service) => [service, `change-me-${service}`])) as typeof users,
    });
    const file = path.join(__dirname, '../../../../deploy/nats/nats.sample.conf');
    expect(readFileSync(file, 'utf8')).toBe(sample);
  });

  it('refuses text that would become configuration', () => {
    expect(() => natsConfig({ ...options, users: { ...users, risk: 'x" }' } })).toThrow(TypeError);
    expect(() => natsConfig({ ...options, storeDir: 'a\nb' })).toThrow(TypeError);
  });

  it.each([
    ['a.b', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.*', 'a.b.c', false],
    ['a.*.c', 'a.b.*', true],
    ['a.>', 'b.>', false],
    ['a.b', 'a.b.c', false],
    ['>', 'a', true],
  ])('%s and %s meet: %s', (a, b, expected) => {
    expect([patternsMeet(a, b), patternsMeet(b, a)]).toEqual([expected, expected]);
  });

  it('lets each service hear only its own inbox and answer only those who may ask it', () => {
    const inboxes = Object.fromEntries(
      SERVICES.map((service) => [service, permissionsOf(service).publish.filter((one) => one.startsWith('_INBOX_'))]),
    );
    // Whoever may kill waits for an answer, and every service may: those who act on a kill answer everybody.
    const everybody = SERVICES.map((service) => `_INBOX_${service}.>`);
    expect(inboxes).toEqual({
      'market-data': everybody.filter((inbox) => inbox !== '_INBOX_market-data.>'),
      execution: everybody,
      risk: everybody,
      'strategy-host': ['_INBOX_risk.>', '_INBOX_ops-gateway.>'],
      ledger: ['_INBOX_risk.>', '_INBOX_strategy-host.>', '_INBOX_ops-gateway.>'],
      'ops-gateway': everybody,
    });
    for (const service of SERVICES) {
      expect(permissionsOf(service).subscribe.filter((one) => one.startsWith('_INBOX_'))).toEqual([
        `_INBOX_${service}.>`,
      ]);
    }
  });
});
