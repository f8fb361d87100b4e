import { ManualTime, SeededRandom, settled } from '@argosy/testing';
import { anAdapter } from './fake-binance.fixture.js';

const STEP_MS = 100;

/** A venue with a diff each 100 ms whose clock the test sets; tells for how long no book was served. */
async function aVenueWithAClock() {
  const time = new ManualTime();
  const { venue, seen, adapter, id } = anAdapter(time, new SeededRandom(5));
  const clock = { aheadMs: 0, floorMs: 0, eventsBehindMs: 0 };
  // A clock set back stands still until real time has caught up, as those of exchanges do.
  const venueMs = (): number => {
    clock.floorMs = Math.max(clock.floorMs, venue.nowMs + clock.aheadMs);
    return clock.floorMs;
  };
  venue.venueMs = venueMs;
  await adapter.start([id], seen);
  venue.socket?.onOpen();
  venue.diff(99, 101, [], [], { E: venueMs() });
  await settled();
  let last = 101;
  const runFor = async (ms: number): Promise<number> => {
    let withoutMs = 0;
    for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
      await time.advanceAsync(STEP_MS);
      const before = seen.books.length;
      last += 1;
      venue.diff(last, last, [], [], { E: venueMs() - clock.eventsBehindMs });
      if (seen.books.length === before) withoutMs += STEP_MS;
    }
    return withoutMs;
  };
  const asked = (): number => venue.requests.filter((url) => url.includes('/time')).length;
  return { clock, runFor, asked };
}

describe("the venue's clock is set (5.9, F-36)", () => {
  it.each([
    ['5 s ahead for 7 s, then stands until caught up', 5_000, 7_000],
    ['5 s ahead for a minute', 5_000, 60_000],
    ['half a minute ahead for 7 s', 30_000, 7_000],
    ['2 s ahead, which no limit minds', 2_000, 7_000],
  ])('%s: no more than two seconds without a book for each time it is set', async (_story, aheadMs, forMs) => {
    const { clock, runFor, asked } = await aVenueWithAClock();
    expect(await runFor(15_300)).toBe(0);
    clock.aheadMs = aheadMs;
    expect(await runFor(forMs)).toBeLessThanOrEqual(2_000);
    clock.aheadMs = 0;
    expect(await runFor(aheadMs)).toBeLessThanOrEqual(2_000);
    expect(await runFor(60_000)).toBeLessThanOrEqual(2_000);
    const seconds = (15_300 + forMs + aheadMs + 60_000) / 1_000;
    expect(asked()).toBeLessThan(seconds);
  });

  it('events that are old indeed stay refused, and the venue is asked for its time once a second at most', async () => {
    const { clock, runFor, asked } = await aVenueWithAClock();
    await runFor(15_300);
    const before = asked();
    clock.eventsBehindMs = 10_000;
    expect(await runFor(20_000)).toBe(20_000);
    expect(asked() - before).toBeLessThanOrEqual(20);
  });
});
