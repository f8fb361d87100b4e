import type { Comparison } from './figure.js';
import { reportLine, table } from './report.js';

const rate: Comparison = {
  figure: 'matching',
  unit: 'commands/s',
  aim: { atLeast: 0.6 },
  ours: [7, 5, 6],
  floor: [10, 12, 8],
};
const time: Comparison = {
  figure: 'order path p50',
  unit: 'µs',
  aim: { atMost: 1.5 },
  ours: [30, 40],
  floor: [20, 20],
};

describe('the report', () => {
  it('gives programs the medians, their ratio and whether the aim is met, under the agreed keys', () => {
    const { figure, ours, floor, ratio, aim, met } = reportLine(rate);
    expect({ figure, ours, floor, ratio, aim, met }).toEqual({
      figure: 'matching',
      ours: 6,
      floor: 10,
      ratio: 0.6,
      aim: '>= 0.6',
      met: true,
    });
  });

  it('reads the aim of a time the other way round', () => {
    expect(reportLine(time)).toMatchObject({ ours: 35, floor: 20, ratio: 1.75, aim: '<= 1.5', met: false });
  });

  it('survives a journey through JSON unchanged', () => {
    const lines = [rate, time].map(reportLine);
    expect(JSON.parse(JSON.stringify(lines))).toEqual(lines);
  });

  it('refuses a figure that nobody measured', () => {
    expect(() => reportLine({ ...rate, ours: [] })).toThrow(RangeError);
  });

  it('shows people minimum, median and maximum of both', () => {
    expect(table([reportLine(rate)], false)).toContain('5.00 / 6.00 / 7.00');
  });
});
