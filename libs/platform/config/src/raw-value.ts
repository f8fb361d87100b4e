/** A number as a file wrote it: digits, never a float, so that money stays exact and `1e3` is not 1000. */
export class NumberText {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** What a configuration file can hold once read strictly. */
export type RawValue = string | boolean | null | NumberText | RawList | RawMap;
export type RawList = readonly RawValue[];
export interface RawMap {
  readonly [key: string]: RawValue;
}

export const isRawMap = (value: unknown): value is RawMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
