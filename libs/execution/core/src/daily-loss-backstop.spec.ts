import { parseAmount, type TimeNs } from '@argosy/domain';
import fc from 'fast-check';
import { type BackstopDay, type BackstopPoint, type BackstopVerdict, watchDailyLoss } from './daily-loss-backstop.js';

const LIMIT = parseAmount('0.03');
const DAY = 20_000n * 86_400n;
const at = (hours: number): TimeNs => ((DAY + BigInt(Math.round(hours * 3_600))) * 1_000_000_000n) as TimeNs;
const point = (hours: number, equity: string, paidIn = '0'): BackstopPoint => ({
  at: at(hours),
  equity: parseAmount(equity),
  netTransfers: parseAmount(paidIn),
});
const watch = (points: readonly BackstopPoint[]): BackstopVerdict => {
  let day: BackstopDay | undefined;
  let verdict: BackstopVerdict | undefined;
  for (const seen of points) {
    verdict = watchDailyLoss(day, seen, LIMIT);
    day = verdict.day;
  }
  if (verdict === undefined) throw new Error('nothing was seen');
  return verdict;
};

describe('the backstop of the day (RK-2)', () => {
  it.each<readonly [string, readonly BackstopPoint[], boolean]>([
    ['the first look loses nothing', [point(5, '100')], false],
    ['a cent short of −3 %', [point(0, '10000'), point(9, '9700.01')], false],
    ['−3 % since midnight', [point(0, '10000'), point(9, '9700')], true],
    ['−3 % over two days', [point(-20, '10000'), point(0, '9800'), point(9, '9600')], false],
    ['a loss over a midnight that nobody saw', [point(-1, '10000'), point(1, '9700')], true],
    ['a gain over such a midnight, lost again', [point(-1, '9000'), point(1, '10000'), point(2, '9700')], true],
    ['half taken out', [point(0, '10000'), point(9, '5000', '-5000')], false],
    ['−3 % of what is left', [point(0, '10000'), point(8, '5000', '-5000'), point(9, '4850', '-5000')], true],
    ['a deposit that hides it', [point(0, '10000'), point(9, '19700', '10000')], true],
    ['everything and more', [point(0, '10000'), point(9, '-1')], true],
    ['an account that owed already and lost', [point(0, '-1'), point(9, '-2')], true],
    ['an old word behind a new one', [point(0, '10000'), point(9, '9700'), point(8, '10000')], true],
  ])('%s', (_what, points, kill) => {
    expect(watch(points).kill).toBe(kill);
  });

  it('transfers alone never kill, and no transfer ever hides a loss that kills', () => {
    const moves = fc.array(fc.integer({ min: -90, max: 500 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(moves, fc.integer({ min: 0, max: 30 }), (paid, lost) => {
        let sum = 0;
        const points = [point(0, '1000')];
        paid.forEach((move, index) => {
          sum = Math.max(-900, sum + move);
          points.push(point(index + 1, String(1_000 + sum), String(sum)));
        });
        expect(watch(points).kill).toBe(false);
        const last = point(paid.length + 2, String(1_000 + sum - lost), String(sum));
        if (lost >= 30) expect(watch([...points, last]).kill).toBe(true);
      }),
    );
  });

  it('what it remembers is enough: a restart between any two looks changes nothing', () => {
    const looks = fc.array(fc.integer({ min: 900, max: 1_100 }), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(looks, (equities) => {
        const points = equities.map((equity, index) => point(index * 5 - 10, String(equity)));
        const whole = watch(points);
        let kept: string | undefined;
        for (const seen of points) {
          const before = kept === undefined ? undefined : (JSON.parse(kept, revive) as BackstopDay);
          kept = JSON.stringify(watchDailyLoss(before, seen, LIMIT).day, (_key, value: unknown) =>
            typeof value === 'bigint' ? `${String(value)}n` : value,
          );
        }
        expect(JSON.parse(kept ?? '', revive)).toEqual(whole.day);
      }),
    );
  });
});

const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
