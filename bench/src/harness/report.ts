import Table from 'cli-table3';
import type { Aim, Comparison } from './figure.js';
import { type Spread, spread } from './statistics.js';

/** One line as programs read it: `ours` and `floor` are medians, `ratio` is theirs. */
export interface ReportLine {
  readonly figure: string;
  readonly ours: number;
  readonly floor: number;
  readonly ratio: number;
  readonly aim: string;
  readonly met: boolean;
  readonly unit: string;
  readonly rounds: number;
  readonly oursSpread: Spread;
  readonly floorSpread: Spread;
  readonly note?: string;
}

export const aimText = (aim: Aim): string =>
  'atLeast' in aim ? `>= ${String(aim.atLeast)}` : `<= ${String(aim.atMost)}`;

const isMet = (aim: Aim, ratio: number): boolean => ('atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost);

export function reportLine({ figure, unit, aim, ours, floor, note }: Comparison): ReportLine {
  const oursSpread = spread(ours);
  const floorSpread = spread(floor);
  const ratio = oursSpread.median / floorSpread.median;
  return {
    figure,
    ours: rounded(oursSpread.median),
    floor: rounded(floorSpread.median),
    ratio: rounded(ratio),
    aim: aimText(aim),
    met: isMet(aim, ratio),
    unit,
    rounds: ours.length,
    oursSpread,
    floorSpread,
    ...(note === undefined ? {} : { note }),
  };
}

export function table(lines: readonly ReportLine[], colour: boolean): string {
  const grid = new Table({
    head: ['figure', 'unit', 'ours min / median / max', 'floor min / median / max', 'ratio', 'aim', 'met'],
    style: colour ? {} : { head: [], border: [] },
  });
  for (const line of lines) {
    const { figure, unit, oursSpread, floorSpread, ratio, aim, met } = line;
    grid.push([figure, unit, spreadText(oursSpread), spreadText(floorSpread), shown(ratio), aim, met ? 'yes' : 'NO']);
  }
  const notes = lines.filter(({ note }) => note !== undefined).map(({ figure, note }) => `${figure}: ${String(note)}`);
  return [grid.toString(), ...notes].join('\n');
}

const spreadText = ({ min, median, max }: Spread): string => [min, median, max].map(shown).join(' / ');

/** Four figures are more than a shared machine can repeat. */
const rounded = (value: number): number => Number(value.toPrecision(4));

function shown(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toPrecision(3);
}
