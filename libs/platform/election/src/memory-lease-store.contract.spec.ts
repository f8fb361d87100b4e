import { ManualTime, SeededRandom } from '@argosy/testing';
import { LEASE_TIMES } from './lease-times.js';
import { MemoryLeaseStore } from './memory-lease-store.adapter.js';
import { leadershipContract } from './testing/leadership.contract.js';
import { Candidate, type LeaseWorld, Watcher } from './testing/lease-world.fixture.js';

function memoryWorld(): LeaseWorld {
  const time = new ManualTime();
  const store = new MemoryLeaseStore(() => time.clock.monotonicMs());
  return {
    times: LEASE_TIMES,
    clock: time.clock,
    timers: time.timers,
    store: () => store,
    pass: (milliseconds) => time.advanceAsync(milliseconds),
    deleteRow: async (name) => store.deleteRow(name),
    jumpStoreClock: async (milliseconds) => store.jumpClock(milliseconds),
  };
}

describe('leadership over the store in memory', () => {
  leadershipContract(async () => memoryWorld());

  it('has one leader of two candidates started at once, a thousand times (F-10, I-03)', async () => {
    const random = new SeededRandom(10);
    const problems: string[] = [];
    for (let round = 0; round < 1_000; round += 1) {
      const world = memoryWorld();
      const pair = ['a', 'b'].map((name) => new Candidate(world, name, ['execution.main']));
      const watcher = new Watcher(world, pair);
      for (const { link } of pair) {
        link.requestDelayMs = Math.floor(random.unit() * 60);
        link.answerDelayMs = Math.floor(random.unit() * 60);
      }
      for (const one of pair) one.stand();
      await watcher.pass(2 * LEASE_TIMES.ttlMs, 100);
      const leaders = pair.filter(({ leads }) => leads).length;
      if (leaders !== 1) problems.push(`round ${String(round)}: ${String(leaders)} leaders`);
      problems.push(...watcher.violations);
    }
    expect(problems).toEqual([]);
  });
});
