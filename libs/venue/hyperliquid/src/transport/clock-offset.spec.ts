import { settled } from '@argosy/testing';
import { SilentLogger } from '@argosy/platform-port';
import { aWorld, NOW_MS, WALLET, type World } from '../testing/trading-fixture.js';
import { ClockOffset } from './clock-offset.js';
import { InfoClient } from './info-client.js';

interface Way {
  readonly upMs: number;
  readonly downMs: number;
  /** How old the venue's latest block is. */
  readonly blockAgeMs: number;
}

/** A venue whose clock is `aheadMs` ahead of ours, reached by `ways`, one a question, the last one for ever. */
async function measured(
  aheadMs: () => number,
  ways: Way[],
  forMs: number,
): Promise<{ world: World; offset: ClockOffset }> {
  const world = aWorld();
  world.http.on('clearinghouseState', () => {
    const way = ways.length > 1 ? (ways.shift() as Way) : (ways[0] as Way);
    world.time.advance(way.upMs);
    const time = NOW_MS + Math.round(world.time.clock.monotonicMs()) + aheadMs() - way.blockAgeMs;
    world.time.advance(way.downMs);
    return { time };
  });
  const info = new InfoClient(world.http, { apiUrl: 'http://venue.test', timeoutMs: 1_000 });
  const offset = new ClockOffset(info, WALLET, world.ports.clock, new SilentLogger());
  await offset.start(world.ports.timers, 30_000);
  for (let ms = 0; ms < forMs; ms += 30_000) {
    world.time.advance(30_000);
    await settled();
  }
  return { world, offset };
}

describe("the venue's clock (5.9)", () => {
  it('I-56 is as uncertain as half the shortest way there and back', async () => {
    const ways = [
      { upMs: 40, downMs: 200, blockAgeMs: 0 },
      { upMs: 10, downMs: 10, blockAgeMs: 0 },
      { upMs: 90, downMs: 90, blockAgeMs: 0 },
    ];
    const { offset } = await measured(() => 1_500, ways, 0);
    const { offsetMs, uncertaintyMs } = offset.current() ?? { offsetMs: 0, uncertaintyMs: 0 };
    expect(Math.abs(offsetMs - 1_500)).toBeLessThanOrEqual(uncertaintyMs);
    expect(uncertaintyMs).toBeCloseTo(10, 0);
  });

  it('looks past blocks that were old when they were told', async () => {
    const ways = [70, 45, 3, 60, 80].map((blockAgeMs) => ({ upMs: 1, downMs: 1, blockAgeMs }));
    const { offset } = await measured(() => -250, ways, 60_000);
    expect(Math.abs((offset.current()?.offsetMs ?? 0) + 250)).toBeLessThan(10);
  });

  it('follows a venue whose clock is set back within one sample', async () => {
    let aheadMs = 0;
    const { world, offset } = await measured(() => aheadMs, [{ upMs: 5, downMs: 5, blockAgeMs: 0 }], 0);
    aheadMs = -5_000;
    world.time.advance(30_000);
    await settled();
    const { offsetMs, uncertaintyMs } = offset.current() ?? { offsetMs: 0, uncertaintyMs: 0 };
    expect(Math.abs(offsetMs + 5_000)).toBeLessThanOrEqual(uncertaintyMs);
  });

  it('is unknown before the first answer, and again when all are too old', async () => {
    const world = aWorld();
    const info = new InfoClient(world.http, { apiUrl: 'http://venue.test', timeoutMs: 1_000 });
    const offset = new ClockOffset(info, WALLET, world.ports.clock, new SilentLogger());
    expect(offset.current()).toBeUndefined();
    await offset.start(world.ports.timers, 30_000);
    expect(offset.current()).toBeDefined();
    world.http.on('clearinghouseState', () => ({ time: 'soon' }));
    for (let i = 0; i < 11; i += 1) {
      world.time.advance(30_000);
      await settled();
    }
    expect(offset.current()).toBeUndefined();
  });
});
