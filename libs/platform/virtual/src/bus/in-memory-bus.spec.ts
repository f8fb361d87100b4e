import type { Codec } from '@argosy/domain';
import { SeededRandom } from '@argosy/testing';
import { ManualTime, settled } from '../manual-time.js';
import { InMemoryBroker } from './in-memory-broker.js';
import { InMemoryBus } from './in-memory-bus.js';
import { matchesPattern } from './subject-pattern.js';

const number: Codec<number> = {
  name: 'Number',
  encode: (n) => Uint8Array.of(n >> 8, n & 255),
  decode: ([a = 0, b = 0]) => a * 256 + b,
};

describe('matchesPattern', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a.b', 'a.b.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.*.c', 'a.b.c', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['>', 'a.b', true],
    ['*', 'a', true],
    ['a.*.>', 'a.b', false],
  ])('%s takes %s: %s', (pattern, subject, expected) => {
    expect(matchesPattern(pattern, subject)).toBe(expected);
  });
});

describe('InMemoryBus', () => {
  const play = async (seed: number): Promise<number[]> => {
    const time = new ManualTime();
    const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers));
    const seen: number[] = [];
    bus.setFaults({ random: new SeededRandom(seed), dropRate: 0.1, duplicateRate: 0.1, delayMsMax: 20 });
    bus.subscribe('evt', number, { queueLimit: 1_000 }, (message) => void seen.push(message));
    for (let i = 0; i < 500; i += 1) bus.publish('evt', number, i);
    await time.advanceAsync(1_000);
    return seen;
  };

  it('drops, repeats and delays by seed, never reorders', async () => {
    const seen = await play(1);
    expect(seen).toEqual([...seen].sort((x, y) => x - y));
    expect(new Set(seen).size).toBeLessThan(480);
    expect(seen.length).toBeGreaterThan(new Set(seen).size);
    expect(await play(1)).toEqual(seen);
    expect(await play(2)).not.toEqual(seen);
  });

  it('raises a fault while disconnected, loses what was sent meanwhile, and tells who must refill', async () => {
    const bus = new InMemoryBus();
    const peer = bus.peer('risk');
    const seen: number[] = [];
    let refills = 0;
    peer.subscribe('evt', number, { queueLimit: 10 }, (message) => void seen.push(message));
    peer.onReconnect(() => (refills += 1));
    const asked = expect(peer.request('qry', number, number, 1, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    peer.disconnect();
    await asked;
    expect(() => peer.publish('evt', number, 1)).toThrow(expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }));
    await expect(peer.request('evt', number, number, 1, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    bus.publish('evt', number, 2);
    await settled();
    peer.reconnect();
    bus.publish('evt', number, 3);
    await settled();
    expect([seen, refills, peer.connected]).toEqual([[3], 1, true]);
  });
});
