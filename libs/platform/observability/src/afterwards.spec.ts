import { Afterwards, AFTERWARDS_MAX } from './afterwards.js';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('Afterwards', () => {
  it('does in the next turn what was noted in this one, in order and once', async () => {
    const done: number[] = [];
    const afterwards = new Afterwards<number>((item) => done.push(item));
    for (const item of [1, 2, 3]) afterwards.add(item);
    await Promise.resolve();
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([1, 2, 3]);
    afterwards.add(4);
    afterwards.finish();
    await nextTurn();
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('lets no more wait than its limit', () => {
    let done = 0;
    const afterwards = new Afterwards<number>(() => (done += 1));
    for (let item = 1; item < AFTERWARDS_MAX; item += 1) afterwards.add(item);
    expect(done).toBe(0);
    afterwards.add(0);
    expect(done).toBe(AFTERWARDS_MAX);
  });
});
