import Table from 'cli-table3';
import type { Terminal, Tone } from './terminal.js';

export type OutputFormat = 'text' | 'json';

export interface Column<T> {
  readonly title: string;
  readonly of: (row: T) => string;
  readonly align?: 'left' | 'right';
  readonly tone?: (row: T) => Tone;
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** How results are shown: tables for people, the value itself as JSON for programs. */
export class Presenter {
  constructor(
    private readonly terminal: Terminal,
    private readonly format: OutputFormat,
  ) {}

  get isJson(): boolean {
    return this.format === 'json';
  }

  /** The value for programs, or what `text` makes of it for people. */
  show<T>(value: T, text: (value: T) => string): void {
    this.terminal.out(this.isJson ? `${JSON.stringify(value)}\n` : ensureLine(text(value)));
  }

  paint(tone: Tone, text: string): string {
    return this.terminal.colour(tone, text);
  }

  /** Columns without lines between, as tools that read columns like it; `empty` in place of no rows. */
  table<T>(rows: readonly T[], columns: readonly Column<T>[], empty: string): string {
    if (rows.length === 0) return this.paint('dim', empty);
    const table = new Table({
      head: columns.map(({ title }) => this.paint('dim', title)),
      colAligns: columns.map(({ align }) => align ?? 'left'),
      chars: NO_BORDERS,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    });
    for (const row of rows) table.push(columns.map(({ of, tone }) => this.paint(tone?.(row) ?? 'plain', of(row))));
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
  }

  /** Names and values under each other. */
  facts(rows: readonly (readonly [name: string, value: string])[]): string {
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, value]) => `${this.paint('dim', name.padEnd(width))}  ${value}`).join('\n');
  }
}

const ensureLine = (text: string): string => (text.endsWith('\n') || text === '' ? text : `${text}\n`);
