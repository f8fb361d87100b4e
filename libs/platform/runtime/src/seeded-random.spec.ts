import { SeededRandom as TestingRandom } from '@argosy/testing';
import { SeededRandom } from './seeded-random.js';

const draw = (random: SeededRandom, count: number): number[] => Array.from({ length: count }, () => random.unit());

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed for ever', () => {
    const random = new SeededRandom('argosy');
    expect(draw(random, 3)).toEqual(draw(new SeededRandom('argosy'), 3));
    expect(new SeededRandom(7).unit()).toBe(new SeededRandom('7').unit());
    expect(draw(new SeededRandom(7), 2)).toMatchInlineSnapshot(`
      [
        0.6753939561731032,
        0.13111549982222137,
      ]
    `);
  });

  it('gives other numbers for neighbouring seeds and forks', () => {
    const parent = new SeededRandom(1);
    const streams = [parent, new SeededRandom(2), parent.fork('noise'), parent.fork('informed')].map((random) =>
      draw(random, 4),
    );
    expect(new Set(streams.flat()).size).toBe(16);
  });

  it('does not shift a fork when the parent is drawn from', () => {
    const parent = new SeededRandom(1);
    const before = draw(parent.fork('noise'), 4);
    draw(parent, 100);
    expect(draw(parent.fork('noise'), 4)).toEqual(before);
  });

  it('is uniform in [0, 1)', () => {
    const random = new SeededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i += 1) {
      const value = random.unit();
      expect(value >= 0 && value < 1).toBe(true);
      counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('is the stream that specs know from the testing lib', () => {
    for (const seed of [0, 1, 'demo', -5]) {
      const [ours, theirs] = [new SeededRandom(seed), new TestingRandom(seed)];
      expect(draw(ours, 16)).toEqual(Array.from({ length: 16 }, () => theirs.unit()));
      expect(ours.bytes(9)).toEqual(theirs.bytes(9));
    }
  });
});
