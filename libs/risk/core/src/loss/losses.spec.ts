import { type Amount, type Decimal, format, parseAmount, type TimeNs } from '@argosy/domain';
import fc from 'fast-check';
import {
  beginMarks,
  DAY_NS,
  type EquityMarks,
  type EquityPoint,
  hourAgo,
  midnight,
  observeEquity,
} from './equity-marks.js';
import { judgeLosses, lossFigures } from './judge-losses.js';
import { LOSS_RULES, type LossLimits } from './loss-limits.js';
import { equityReturns, valueAtRisk95, valueAtRiskUsd } from './value-at-risk.js';

const a = parseAmount;
const SETTINGS = { sampleIntervalMs: 60_000, samplesMax: 100 };
/** RK-2 as written. */
const LIMITS: LossLimits = {
  hourlyWarning: a('0.003'),
  hourlyKill: a('0.005'),
  dailyWarning: a('0.01'),
  dailyKill: a('0.02'),
  drawdownWarning: a('0.02'),
  drawdownReduceOnly: a('0.05'),
  drawdownSecondWarning: a('0.07'),
  drawdownKill: a('0.1'),
};
const DAY = 20_000n * DAY_NS;
/** `hh:mm[:ss]` of the day, `-` before it for the day before. */
const at = (clock: string): TimeNs => {
  const [, sign, ...parts] = /^(-?)(\d\d):(\d\d)(?::(\d\d))?$/.exec(clock) ?? [];
  const [hours = 0n, minutes = 0n, seconds = 0n] = parts.filter((part) => part !== undefined).map(BigInt);
  return (DAY + (hours * 3_600n + minutes * 60n + seconds) * 1_000_000_000n - (sign === '-' ? DAY_NS : 0n)) as TimeNs;
};
/** Equity and, where money was moved in or out, what was paid in so far. */
const point = (clock: string, equity: string, paidIn = '0'): EquityPoint => ({
  at: at(clock),
  equity: a(equity),
  net: (a(equity) - a(paidIn)) as Amount,
});
const see = (points: readonly EquityPoint[]): EquityMarks => {
  const [first, ...rest] = points;
  return rest.reduce<EquityMarks>(
    (marks, next) => observeEquity(marks, next, SETTINGS),
    beginMarks(first as EquityPoint),
  );
};
const breaches = (points: readonly EquityPoint[]): readonly string[] =>
  judgeLosses(lossFigures(see(points)), LIMITS).map(({ rule }) => rule.kind);
const STEADY = [point('-20:00', '100000'), point('00:00', '100000')];

const stories: ReadonlyArray<readonly [string, readonly EquityPoint[], readonly string[]]> = [
  ['nothing lost', [...STEADY, point('10:00', '100000')], []],
  ['a cent short of −0.3 % in an hour', [...STEADY, point('10:00', '100000'), point('10:59', '99700.01')], []],
  ['−0.3 % in an hour warns', [...STEADY, point('10:00', '100000'), point('10:59', '99700')], ['hourly_loss_warning']],
  [
    '−0.5 % in an hour kills',
    [...STEADY, point('10:00', '100000'), point('10:59', '99500')],
    ['hourly_loss_warning', 'hourly_loss_kill'],
  ],
  [
    'the same over two hours is no hourly loss',
    [...STEADY, point('10:00', '100000'), point('11:00', '99750'), point('12:00', '99500')],
    [],
  ],
  [
    '−1 % in a day warns',
    [...STEADY, point('06:00', '99400'), point('12:00', '99100'), point('20:00', '99000')],
    // Between 12:00 and 20:00 nobody looked: that hour is judged from the higher neighbour.
    ['daily_loss_warning'],
  ],
  [
    '−2 % in a day kills, and is a drawdown of 2 %',
    [...STEADY, point('06:00', '98100'), point('18:59', '98100'), point('20:00', '98000')],
    ['daily_loss_warning', 'daily_loss_kill', 'drawdown_warning'],
  ],
  [
    'the day before yesterday is forgotten by the day, not by the drawdown',
    [
      point('-02:00', '100000'),
      point('-20:00', '94000'),
      point('-23:59', '94000'),
      point('00:00', '94000'),
      point('09:00', '94000'),
    ],
    ['drawdown_warning', 'drawdown_reduce_only'],
  ],
  [
    'a drawdown of 7 % warns again',
    [point('-02:00', '100000'), point('-22:00', '93000'), point('00:00', '93000'), point('09:00', '93000')],
    ['drawdown_warning', 'drawdown_reduce_only', 'drawdown_second_warning'],
  ],
  [
    'a drawdown of 10 % kills',
    [point('-02:00', '100000'), point('-22:00', '90000'), point('00:00', '90000'), point('09:00', '90000')],
    ['drawdown_warning', 'drawdown_reduce_only', 'drawdown_second_warning', 'drawdown_kill'],
  ],
  ['taking out half is no loss', [...STEADY, point('10:00', '50000', '-50000')], []],
  [
    'after half was taken out, −2 % of what is left kills',
    [
      ...STEADY,
      point('05:00', '50000', '-50000'),
      point('06:00', '49500', '-50000'),
      point('08:59', '49000', '-50000'),
      point('10:00', '49000', '-50000'),
    ],
    ['daily_loss_warning', 'daily_loss_kill', 'drawdown_warning'],
  ],
  [
    'paying in hides no loss: −2 % of what there was at midnight',
    [
      ...STEADY,
      point('06:00', '198000', '100000'),
      point('08:59', '198000', '100000'),
      point('10:00', '198000', '100000'),
    ],
    ['daily_loss_warning', 'daily_loss_kill', 'drawdown_warning'],
  ],
  [
    'an account that owes has lost everything',
    [...STEADY, point('09:00', '-1', '0'), point('09:01', '-1', '0')],
    LOSS_RULES.map(({ kind }) => kind),
  ],
];

describe('loss limits (RK-2)', () => {
  it.each(stories)('%s', (_story, points, expected) => {
    expect(breaches(points)).toEqual(expected);
  });

  it('AUM is the equity at 00:00 UTC, and a gap over midnight hides no loss', () => {
    expect(midnight(see([point('-23:00', '90'), point('00:00', '100'), point('01:00', '80')])).equity).toBe(a('100'));
    expect(midnight(see([point('-23:00', '110'), point('01:00', '80')])).equity).toBe(a('110'));
    expect(midnight(see([point('-23:00', '80'), point('01:00', '110')])).equity).toBe(a('110'));
    expect(midnight(see([point('01:00', '80'), point('02:00', '110')])).equity).toBe(a('80'));
  });

  it('an hour without a look is judged from the higher of its neighbours', () => {
    expect(hourAgo(see([point('10:00', '100'), point('11:30', '90'), point('12:00', '80')])).equity).toBe(a('100'));
    expect(hourAgo(see([point('10:00', '100'), point('11:00', '90'), point('12:00', '80')])).equity).toBe(a('90'));
    expect(hourAgo(see([point('11:50', '100'), point('12:00', '80')])).equity).toBe(a('100'));
  });
});

const seconds = fc.integer({ min: -100_000, max: 200_000 });
const wish = fc.record({
  second: seconds,
  profit: fc.integer({ min: -50, max: 50 }),
  paidIn: fc.integer({ min: -20, max: 20 }),
});
const pointOf = ({ second, profit, paidIn }: { second: number; profit: number; paidIn: number }): EquityPoint => ({
  at: (DAY + BigInt(second) * 1_000_000_000n) as TimeNs,
  equity: a(String(1_000 + profit + paidIn)),
  net: a(String(1_000 + profit)),
});
const points = fc.array(wish.map(pointOf), { minLength: 1, maxLength: 12 });
/** In order, each at a moment of its own. */
const moments = fc
  .uniqueArray(wish, { minLength: 1, maxLength: 12, selector: ({ second }) => second })
  .map((wishes) => wishes.sort((x, y) => x.second - y.second).map(pointOf));

describe('laws of the marks', () => {
  it('points in any order, and some of them twice, leave the same marks (I-31)', () => {
    fc.assert(
      fc.property(points, fc.infiniteStream(fc.nat()), (given, dice) => {
        const left = [...given, ...given.filter((_point, index) => index % 2 === 0)];
        const shuffled: EquityPoint[] = [];
        for (const chance of dice) {
          if (left.length === 0) break;
          shuffled.push(...left.splice(chance % left.length, 1));
        }
        expect(see(shuffled)).toEqual(see(given));
      }),
    );
  });

  it('no transfer is a profit or a loss, whenever it comes', () => {
    const moves = fc.array(fc.record({ second: seconds, paidIn: fc.integer({ min: -400, max: 400 }) }), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(moves, (given) => {
        const { hourly, daily, drawdown } = lossFigures(see(given.map((move) => pointOf({ ...move, profit: 0 }))));
        expect([hourly, daily, drawdown]).toEqual([0n, 0n, 0n]);
      }),
    );
  });

  it('money moved in or out never makes a loss look smaller than without', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: -400, max: 400 }), (given, moved) => {
        const sorted = given.map((one) => ({ ...one, equity: one.net }));
        const last = sorted.at(-1) as EquityPoint;
        const after = { ...last, equity: (last.equity + a(String(moved))) as Amount };
        const plain = lossFigures(see(sorted));
        const withMove = lossFigures(see([...sorted.slice(0, -1), after]));
        const worse = (x: Amount, y: Amount): boolean => (y < 0n ? x <= y : true);
        expect(worse(withMove.daily, plain.daily) && withMove.drawdown >= plain.drawdown).toBe(true);
      }),
    );
  });

  it('the marks of a gap are never below what was seen on either side of it', () => {
    fc.assert(
      fc.property(moments, (given) => {
        const marks = see(given);
        const before = given.filter(({ at: when }) => when < marks.dayStart).at(-1);
        const first = given.find(({ at: when }) => when >= marks.dayStart) as EquityPoint;
        const exact = first.at === marks.dayStart;
        const neighbours = [first, ...(before === undefined || exact ? [] : [before])];
        expect(neighbours.every(({ net }) => midnight(marks).net >= net)).toBe(true);
        expect(given.every(({ net }) => net <= marks.peak.net)).toBe(true);
      }),
    );
  });

  it('what is kept is bounded, however long it goes on', () => {
    let marks = beginMarks(point('00:00', '1000'));
    for (let second = 0; second < 20_000; second += 5) {
      marks = observeEquity(marks, pointOf({ second, profit: second % 7, paidIn: 0 }), { ...SETTINGS, samplesMax: 30 });
    }
    expect([marks.hour.length <= 122, marks.samples.length]).toEqual([true, 30]);
  });

  it('what lies before a new beginning is not looked at again', () => {
    const fresh = beginMarks(point('10:00', '900'), at('10:00'));
    expect(observeEquity(fresh, point('09:00', '1000'), SETTINGS)).toBe(fresh);
  });
});

describe('value at risk at 95 %', () => {
  const shares = (values: readonly number[]): Amount[] => values.map((value) => a(String(value)));

  it('is the known answer: of 100 returns from −50 to 49 per mille the sixth worst, −45', () => {
    const returns = Array.from(
      { length: 100 },
      (_v, index) => (BigInt((index * 37) % 100) - 50n) * 10n ** 9n,
    ) as Amount[];
    expect(format(valueAtRisk95(returns, 20) as Decimal as Amount)).toBe('0.045');
  });

  it('is nothing where the tail gained, and unknown where there are too few returns to have one', () => {
    expect(valueAtRisk95(shares([0.1, 0.2, 0.3]), 3)).toBe(0n);
    expect(valueAtRisk95(shares([0.1, 0.2]), 3)).toBeUndefined();
    expect(valueAtRisk95([], 0)).toBeUndefined();
  });

  it('takes profit alone: a transfer between two samples is no return', () => {
    const samples = [point('10:00', '1000'), point('10:01', '990'), point('10:02', '1490', '500')];
    expect(equityReturns(samples).map((share) => format(share))).toEqual(['-0.01', '0']);
    expect(valueAtRiskUsd(samples, a('2000'), 2)).toBe(a('20'));
    expect(valueAtRiskUsd(samples, a('0'), 2)).toBeUndefined();
  });
});
