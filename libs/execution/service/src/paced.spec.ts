import { ManualTime } from '@argosy/testing';
import { Paced } from './paced.js';

describe('work that many causes ask for', () => {
  it('is done at once, and then once more each so often however many ask', () => {
    const time = new ManualTime();
    const doneAt: number[] = [];
    const start = time.clock.monotonicMs();
    const paced = new Paced(5_000, time.clock, time.timers, () => {
      doneAt.push(time.clock.monotonicMs() - start);
      return Promise.resolve();
    });
    for (let asked = 0; asked < 120; asked += 1) {
      paced.ask();
      time.advance(100);
    }
    expect(doneAt).toEqual([0, 5_000, 10_000]);
    time.advance(60_000);
    expect(doneAt).toEqual([0, 5_000, 10_000, 15_000]);
    paced.ask();
    paced.ask();
    paced.stop();
    time.advance(60_000);
    expect(doneAt).toHaveLength(5);
  });
});
