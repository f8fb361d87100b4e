import { loadConfig } from '@argosy/platform-config';
import { FLEET_PREFIXES, StoreServiceConfig } from '../fleet-config.js';
import { checkLeaseTimes, leaseTimes } from './lease-settings.js';

const read = (env: Readonly<Record<string, string>>): Readonly<StoreServiceConfig> => {
  const config = loadConfig(StoreServiceConfig, env, [...FLEET_PREFIXES]);
  checkLeaseTimes(config);
  return config;
};

describe('the durations of a lease (HA-1)', () => {
  it('have safe defaults', () => {
    expect(leaseTimes(read({}))).toEqual({ ttlMs: 1_200, heartbeatMs: 200, marginMs: 300, pollMs: 50 });
  });

  const unsafe: ReadonlyArray<[string, Record<string, string>, string]> = [
    ['a heartbeat as long as the TTL', { ELECTION_HEARTBEAT: '1200ms' }, 'would run out between two of them'],
    ['a margin as long as the TTL', { ELECTION_MARGIN: '1200ms' }, 'the deadline would lie before the renewal'],
    ['a poll as long as the TTL', { ELECTION_POLL: '1200ms' }, "would not see the leader's renewals"],
    ['no time to answer', { ELECTION_HEARTBEAT: '700ms', ELECTION_MARGIN: '500ms' }, 'for the store to answer'],
    ['no heartbeat', { ELECTION_HEARTBEAT: '0ms' }, 'ELECTION_HEARTBEAT'],
    ['no TTL', { ELECTION_TTL: '0s' }, 'ELECTION_TTL'],
    ['a number without a unit', { ELECTION_TTL: '1200' }, 'ELECTION_TTL'],
    ['a setting that does not exist', { ELECTION_TTI: '1s' }, 'Did you mean ELECTION_TTL'],
  ];
  it.each(unsafe)('refuses %s at the start, with the reason', (_what, env, reason) => {
    expect(() => read(env)).toThrow(reason);
  });

  it('allows what is just safe', () => {
    expect(() => read({ ELECTION_HEARTBEAT: '560ms', ELECTION_MARGIN: '600ms' })).not.toThrow();
    expect(() => read({ ELECTION_HEARTBEAT: '561ms', ELECTION_MARGIN: '600ms' })).toThrow('for the store to answer');
  });
});
