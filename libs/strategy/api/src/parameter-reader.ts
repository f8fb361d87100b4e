import {
  type Decimal,
  DecimalFormatError,
  format,
  parseAmount,
  parsePrice,
  parseQuantity,
  refused,
  ok,
  type Result,
} from '@argosy/domain';
import type { ParameterProblem } from './strategy.js';

/** Reads raw parameters one by one and collects every problem, so that a person mends a file once. */
export class ParameterReader {
  private readonly problems: ParameterProblem[] = [];
  private readonly read = new Set<string>();

  constructor(private readonly raw: Readonly<Record<string, unknown>>) {}

  price = (name: string, bounds: Bounds): ReturnType<typeof parsePrice> => this.decimal(name, bounds, parsePrice);
  quantity = (name: string, bounds: Bounds): ReturnType<typeof parseQuantity> =>
    this.decimal(name, bounds, parseQuantity);
  amount = (name: string, bounds: Bounds): ReturnType<typeof parseAmount> => this.decimal(name, bounds, parseAmount);

  /** A whole number between two bounds, both allowed. */
  integer(name: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const text = this.text(name);
    if (/^(0|-?[1-9]\d{0,14})$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    this.refuse(
      name,
      text,
      'not a whole number within its bounds',
      `a whole number from ${String(min)} to ${String(max)}`,
    );
    return min;
  }

  /** `true` or `false`, nothing that merely looks like it. */
  flag(name: string): boolean {
    this.read.add(name);
    const value = Object.hasOwn(this.raw, name) ? this.raw[name] : undefined;
    if (typeof value === 'boolean') return value;
    this.refuse(name, typeof value === 'string' ? value.slice(0, 40) : '', 'is not a flag', 'true or false');
    return false;
  }

  private decimal<T extends Decimal>(name: string, bounds: Bounds, parse: (text: string) => T): T {
    const text = this.text(name);
    try {
      const value = parse(text);
      if (value >= parseAmount(bounds.min) && value <= parseAmount(bounds.max)) return value;
    } catch (error) {
      if (!(error instanceof DecimalFormatError)) throw error;
    }
    this.refuse(name, text, 'not a decimal within its bounds', `a decimal from ${bounds.min} to ${bounds.max}`);
    return parse(format(parseAmount(bounds.min)));
  }

  private text(name: string): string {
    this.read.add(name);
    const value = Object.hasOwn(this.raw, name) ? this.raw[name] : undefined;
    if (typeof value === 'string') return value;
    // JSON numbers are accepted in their plain form only: an exponent or a lost digit would be another number.
    if (typeof value === 'number' && Number.isFinite(value) && !String(value).includes('e')) return String(value);
    return '';
  }

  private refuse(parameter: string, text: string, problem: string, expected: string): void {
    const missing = !Object.hasOwn(this.raw, parameter);
    this.problems.push({ parameter, value: text, problem: missing ? 'is missing' : problem, fix: `Give ${expected}` });
  }

  /** The value made of what was read, or every problem, unknown names among them. */
  finish<T>(value: T): Result<T, readonly ParameterProblem[]> {
    const unknown = Object.keys(this.raw)
      .filter((name) => !this.read.has(name))
      .map((parameter) => ({
        parameter,
        value: shown(this.raw[parameter]),
        problem: 'is not a parameter of this strategy',
        fix: `Use one of ${[...this.read].join(', ')}`,
      }));
    const problems = [...this.problems, ...unknown];
    return problems.length === 0 ? ok(value) : refused(problems);
  }
}

/** Never `String(value)`: an object without a prototype would throw. */
const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).slice(0, 40)
    : typeof value;

/** Both allowed; decimal text. */
export interface Bounds {
  readonly min: string;
  readonly max: string;
}
