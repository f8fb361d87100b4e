import { ManualTime } from './manual-time.js';

describe('ManualTime', () => {
  it('runs due timers in order of time, then of making, each at its own moment', () => {
    const time = new ManualTime();
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, time.clock.monotonicMs()]);
    time.timers.after(30, note('late'));
    time.timers.after(10, note('first'));
    time.timers.after(10, note('second'));
    time.timers.after(10, () => time.timers.after(5, note('nested')));
    time.advance(29);
    expect(seen).toEqual([
      ['first', 10],
      ['second', 10],
      ['nested', 15],
    ]);
    time.advance(1);
    expect(seen.at(-1)).toEqual(['late', 30]);
    expect(time.pending).toBe(0);
  });

  it('repeats until cancelled, also from inside its own run', () => {
    const time = new ManualTime();
    let runs = 0;
    const timer = time.timers.every(10, () => {
      runs += 1;
      if (runs === 3) timer.cancel();
    });
    time.advance(1_000);
    expect([runs, time.pending]).toEqual([3, 0]);
  });

  it('moves both clocks with time and only the wall clock with a step', () => {
    const time = new ManualTime(0n);
    time.advance(1.5);
    time.stepWallClock(-1_000);
    expect([time.clock.now(), time.clock.monotonicMs()]).toEqual([-998_500_000n, 1.5]);
  });

  it('lets code that sleeps in a loop go on', async () => {
    const time = new ManualTime();
    const seen: number[] = [];
    const loop = (async () => {
      for (let i = 0; i < 3; i += 1) {
        await time.timers.sleep(10);
        seen.push(time.clock.monotonicMs());
      }
    })();
    await time.advanceAsync(30);
    await loop;
    expect(seen).toEqual([10, 20, 30]);
  });
});
