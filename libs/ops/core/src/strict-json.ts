import { ok, refused, type Result } from '@argosy/domain';
import { type OpsProblem, type OpsProblemCode, problem } from './problem.js';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface JsonLimits {
  readonly depthMax: number;
  readonly valuesMax: number;
}
export const JSON_LIMITS: JsonLimits = { depthMax: 12, valuesMax: 2_000 };

/** Names that every object has already: whoever sends them means something else than data. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
/** At most 15 significant digits, no exponent, no minus zero: what reads alike as a float and as a decimal. */
const PLAIN_NUMBER = /^(?:0|-?[1-9]\d{0,14}|(?=.{1,17}$)-?(?:0|[1-9]\d*)\.\d+)$/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const BLANK = /[ \t\r\n]*/y;
/** Line breaks and tabs are text; other controls, marks that turn the reading direction and lone surrogates are not. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;

class JsonProblem extends Error {
  constructor(
    readonly code: OpsProblemCode,
    readonly details: Readonly<Record<string, string>>,
  ) {
    super(code);
  }
}

/**
 * Reads JSON so that nothing has two meanings: no duplicate or dangerous keys, no number that a float would change, no
 * invisible text, bounded depth and size. JSON of the standard (RFC 8259) otherwise.
 */
export function readStrictJson(text: string, limits: JsonLimits = JSON_LIMITS): Result<JsonValue, OpsProblem> {
  try {
    return ok(new StrictJson(text, limits).read());
  } catch (error) {
    if (error instanceof JsonProblem) return refused(problem(error.code, error.details));
    throw error;
  }
}

class StrictJson {
  private at = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
  ) {}

  read(): JsonValue {
    const value = this.value(0);
    this.match(BLANK);
    if (this.at < this.text.length) throw this.malformed();
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > this.limits.depthMax) throw new JsonProblem('json_too_deep', { limit: String(this.limits.depthMax) });
    if ((this.values += 1) > this.limits.valuesMax)
      throw new JsonProblem('json_too_many_values', { limit: String(this.limits.valuesMax) });
    this.match(BLANK);
    const first = this.text[this.at];
    if (first === '{') return this.map(depth);
    if (first === '[') return this.list(depth);
    if (first === '"') return this.string();
    const word = this.word();
    return word === undefined ? this.number() : word;
  }

  private map(depth: number): JsonValue {
    const map: Record<string, JsonValue> = {};
    this.each('}', () => {
      this.match(BLANK);
      const key = this.string();
      if (FORBIDDEN_KEYS.has(key)) throw new JsonProblem('json_forbidden_key', { key });
      if (Object.hasOwn(map, key)) throw new JsonProblem('json_duplicate_key', { key: key.slice(0, 80) });
      this.match(BLANK);
      this.expect(':');
      map[key] = this.value(depth + 1);
    });
    return map;
  }

  private list(depth: number): JsonValue {
    const list: JsonValue[] = [];
    this.each(']', () => list.push(this.value(depth + 1)));
    return list;
  }

  private each(end: '}' | ']', item: () => void): void {
    this.at += 1;
    this.match(BLANK);
    if (this.text[this.at] === end) {
      this.at += 1;
      return;
    }
    for (;;) {
      item();
      this.match(BLANK);
      if (this.text[this.at] === end) break;
      this.expect(',');
    }
    this.at += 1;
  }

  private string(): string {
    const raw = this.match(TEXT);
    if (raw === undefined) throw this.malformed();
    const text = JSON.parse(raw) as string;
    if (UNPRINTABLE.test(text)) throw new JsonProblem('json_text', { at: String(this.at - raw.length) });
    return text;
  }

  private word(): boolean | null | undefined {
    const words = [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const;
    const found = words.find(([word]) => this.text.startsWith(word, this.at));
    this.at += found?.[0].length ?? 0;
    return found?.[1];
  }

  private number(): number {
    const raw = this.match(NUMBER);
    if (raw === undefined || raw === '') throw this.malformed();
    if (!PLAIN_NUMBER.test(raw)) throw new JsonProblem('json_number', { number: raw.slice(0, 40) });
    return Number(raw);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) throw this.malformed();
    this.at += 1;
  }

  private malformed(): JsonProblem {
    return new JsonProblem('json_malformed', { position: String(this.at) });
  }
}
