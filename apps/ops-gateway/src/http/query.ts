import type { OpsProblem } from '@argosy/ops-core';
import { problem } from '@argosy/ops-core';
import { OpsException } from './ops.exception.js';

type Reader<T> = (text: string | undefined) => T | OpsProblem;
type Shape = Readonly<Record<string, Reader<unknown>>>;
type Read<S extends Shape> = { readonly [Name in keyof S]: Exclude<ReturnType<S[Name]>, OpsProblem> };

const invalid = (why: string): OpsProblem => problem('invalid_request', { why });
const isProblem = (value: unknown): value is OpsProblem =>
  typeof value === 'object' && value !== null && 'code' in value;

export const int =
  (bounds: { readonly min: number; readonly max: number; readonly absent: number }): Reader<number> =>
  (text) => {
    if (text === undefined) return bounds.absent;
    const value = /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN;
    return value >= bounds.min && value <= bounds.max
      ? value
      : invalid(`must be a whole number from ${String(bounds.min)} to ${String(bounds.max)}`);
  };
export const oneOf =
  <Word extends string>(words: readonly Word[], absent: Word): Reader<Word> =>
  (text) =>
    text === undefined
      ? absent
      : (words.find((word) => word === text) ?? invalid(`must be one of ${words.join(', ')}`));
/** An id as ours are; absent is undefined. */
export const id: Reader<string | undefined> = (text) =>
  text === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : invalid('must be 1 to 64 letters, digits, _ or -');
export const day: Reader<string> = (text) =>
  text === undefined ? '' : /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : invalid('must be a UTC day: YYYY-MM-DD');
/** A moment as ISO text in UTC; ns since 1970, 0 when absent. */
export const moment: Reader<bigint> = (text) => {
  if (text === undefined) return 0n;
  const ms = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? invalid('must be a UTC time: 2026-01-31T12:00:00Z') : BigInt(ms) * 1_000_000n;
};
export const words =
  <Word extends string>(known: readonly Word[]): Reader<ReadonlySet<Word>> =>
  (text) => {
    if (text === undefined) return new Set(known);
    const asked = text.split(',');
    const found = known.filter((word) => asked.includes(word));
    return found.length === asked.length ? new Set(found) : invalid(`must be some of ${known.join(', ')}`);
  };

/** Reads a query of known parameters. @throws OpsException naming the parameter that is unknown or malformed. */
export function readQuery<S extends Shape>(query: ReadonlyMap<string, string>, shape: S): Read<S> {
  for (const name of query.keys()) {
    if (!Object.hasOwn(shape, name))
      throw new OpsException(problem('query_unknown', { parameter: name, known: Object.keys(shape).join(', ') }));
  }
  const values = Object.entries(shape).map(([name, reader]) => {
    const value = reader(query.get(name));
    if (isProblem(value)) throw new OpsException(problem(value.code, { parameter: name, ...value.details }));
    return [name, value] as const;
  });
  return Object.fromEntries(values) as Read<S>;
}
