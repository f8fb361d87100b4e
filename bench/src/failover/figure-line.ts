import Table from 'cli-table3';
import { quantile } from '../harness/statistics.js';

export interface Measured {
  readonly figure: string;
  readonly unit: string;
  /** Which of the trials' numbers is held against the limit. */
  readonly judged: 'p50' | 'p99' | 'max' | 'sum';
  readonly limit: number;
  readonly trials: readonly number[];
  readonly note?: string;
}

/** The shape of the bench, where what must be kept takes the floor's place, and every trial's number. */
export interface FigureLine {
  readonly figure: string;
  readonly ours: number;
  readonly floor: number;
  readonly ratio: number;
  readonly aim: string;
  readonly met: boolean;
  readonly unit: string;
  readonly rounds: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly trials: readonly number[];
  /** Of the machine over 1, 5 and 15 minutes, when it was measured. */
  readonly load: string;
  readonly note?: string;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export function figureLine({ figure, unit, judged, limit, trials, note }: Measured, load: string): FigureLine {
  const samples = Float64Array.from(trials);
  const [p50, p99, max] = [quantile(samples, 0.5), quantile(samples, 0.99), Math.max(...trials)];
  const sum = trials.reduce((total, each) => total + each, 0);
  const ours = { p50, p99, max, sum }[judged];
  return {
    figure,
    ours: rounded(ours),
    floor: limit,
    ratio: rounded(limit === 0 ? ours : ours / limit),
    aim: `${judged} <= ${String(limit)}`,
    met: ours <= limit,
    unit,
    rounds: trials.length,
    p50: rounded(p50),
    p99: rounded(p99),
    max: rounded(max),
    trials: trials.map(rounded),
    load,
    ...(note === undefined ? {} : { note }),
  };
}

export function figureTable(lines: readonly FigureLine[], colour: boolean): string {
  const grid = new Table({
    head: ['figure', 'unit', 'trials', 'p50', 'p99', 'max', 'aim', 'met'],
    style: colour ? {} : { head: [], border: [] },
  });
  for (const { figure, unit, rounds, p50, p99, max, aim, met } of lines)
    grid.push([figure, unit, rounds, p50, p99, max, aim, met ? 'yes' : 'NO']);
  const notes = lines.filter(({ note }) => note !== undefined).map(({ figure, note }) => `${figure}: ${String(note)}`);
  return [grid.toString(), ...notes].join('\n');
}
