import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from 'yaml';
import { type ConfigCode, ConfigError, type ConfigProblem, shown } from './config-problem.js';
import { SECRET_REFERENCE } from './fields.js';
import { NumberText, type RawMap, type RawValue } from './raw-value.js';

export const CONFIG_BYTES_MAX = 262_144;
export const CONFIG_DEPTH_MAX = 16;
export const CONFIG_VALUES_MAX = 10_000;

export type ConfigFormat = 'json' | 'yaml';

/** A file read strictly, with the line of every key. */
export interface StrictDocument {
  readonly values: RawMap;
  /** `file:line:column key.path`, of the nearest enclosing key that is there. */
  readonly place: (path: readonly string[]) => string;
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const PLAIN_NUMBER = /^-?(0|[1-9]\d{0,38})(\.\d{1,38})?$/;
/** What some parser somewhere would read as a number, a truth or nothing: each of them has to be quoted or spelt out. */
const AMBIGUOUS =
  /^([-+]?[\d.][\d_.,:]*([eE][-+]?\d+)?|0[xob][\da-fA-F_]+|[-+]?\.?(inf|nan)|y|n|yes|no|on|off|null|~|true|false)$/i;
const SECRET_KEY = /(secret|password|passwd|private_?key|api_?key|mnemonic|seed_phrase|token)$/i;
/** The manuals write this where a secret's reference is to be put; it is no secret. */
const SECRET_PLACEHOLDER = /^ENCRYPTED_[A-Z_]{1,40}$/;

/**
 * Reads JSON or YAML so that nothing has two meanings: no byte-order mark, no duplicate or dangerous keys, no anchors,
 * no tabs, no `08`, `1e3` or `no`, no secret in clear; numbers stay text.
 * @param file shown in errors
 * @throws ConfigError with every problem found.
 */
export function readStrictText(bytes: Uint8Array, file: string, format: ConfigFormat): StrictDocument {
  return new StrictReader(file, format).read(decode(bytes, file));
}

const failure = (code: ConfigCode, where: string, problem: string, fix: string): ConfigError =>
  new ConfigError([{ code, where, problem, fix }]);

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > CONFIG_BYTES_MAX) {
    const size = `${String(bytes.length)} bytes, more than ${String(CONFIG_BYTES_MAX)}`;
    throw failure('CONFIG_FILE_TOO_LARGE', file, `has ${size}`, 'Split it, or check that this is the right file');
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw failure(
      'CONFIG_FILE_ENCODING',
      `${file}:1:1`,
      'starts with a byte-order mark',
      'Save it as UTF-8 without one',
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failure('CONFIG_FILE_ENCODING', file, 'is not valid UTF-8', 'Save it as UTF-8');
  }
  if (text.includes('\u0000'))
    throw failure('CONFIG_FILE_ENCODING', file, 'holds a NUL character', 'Save it as UTF-8 text');
  if (text.trim() === '') throw failure('CONFIG_FILE_EMPTY', file, 'is empty', 'Write the settings into it');
  return text;
}

class StrictReader {
  readonly #problems: ConfigProblem[] = [];
  readonly #lines = new LineCounter();
  readonly #places = new Map<string, number>();
  #values = 0;

  constructor(
    private readonly file: string,
    private readonly format: ConfigFormat,
  ) {}

  read(text: string): StrictDocument {
    this.refuseDeepText(text);
    if (this.format === 'json') this.checkJson(text);
    const root = this.parse(text);
    this.throwProblems();
    if (!isMap(root))
      throw failure('CONFIG_FILE_FORMAT', this.file, 'is not a map of settings', 'Start with key and value');
    const values = this.value(root, []) as RawMap;
    this.throwProblems();
    return { values, place: (path) => this.place(path) };
  }

  private throwProblems(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }

  /** Before any parser recurses: brackets nested beyond the limit could exhaust the stack. */
  private refuseDeepText(text: string): void {
    let depth = 0;
    let isQuoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const char = text[at];
      if (char === '\\' && isQuoted) at += 1;
      else if (char === '"') isQuoted = !isQuoted;
      else if (isQuoted) continue;
      else if (char === '{' || char === '[') depth += 1;
      else if (char === '}' || char === ']') depth -= 1;
      // Twice the limit: quotes of other kinds confuse this count, and the exact limit is checked while walking.
      if (depth > 2 * CONFIG_DEPTH_MAX) throw this.tooDeep(this.file);
    }
  }

  private tooDeep(where: string): ConfigError {
    return failure('CONFIG_TOO_DEEP', where, `is nested deeper than ${String(CONFIG_DEPTH_MAX)} levels`, 'Flatten it');
  }

  private checkJson(text: string): void {
    try {
      JSON.parse(text);
    } catch (error) {
      const reason = shown(error instanceof Error ? error.message : String(error));
      const at = /position (\d+)/.exec(reason)?.[1];
      const lines = at === undefined ? [] : text.slice(0, Number(at)).split('\n');
      const where =
        at === undefined
          ? this.file
          : `${this.file}:${String(lines.length)}:${String((lines.at(-1)?.length ?? 0) + 1)}`;
      throw failure('CONFIG_SYNTAX', where, `is not JSON: ${reason}`, 'Mend it there');
    }
  }

  private parse(text: string): Node | null {
    const documents = parseAllDocuments(text, {
      lineCounter: this.#lines,
      schema: 'failsafe',
      uniqueKeys: true,
      prettyErrors: false,
      merge: false,
      logLevel: 'silent',
    });
    const [first, ...more] = 'empty' in documents ? [] : documents;
    for (const error of [first, ...more].flatMap((document) => document?.errors ?? [])) {
      this.#problems.push(this.syntaxProblem(error.code, error.message, error.pos[0]));
    }
    if (more.length > 0)
      throw failure('CONFIG_FILE_FORMAT', this.file, 'holds several documents', 'One file, one map of settings');
    return first?.contents ?? null;
  }

  private syntaxProblem(code: string, message: string, offset: number): ConfigProblem {
    const where = this.at(offset);
    if (code === 'DUPLICATE_KEY') {
      return { code: 'CONFIG_DUPLICATE_KEY', where, problem: 'the same key stands twice', fix: 'Keep one of them' };
    }
    if (code === 'TAB_AS_INDENT') {
      return { code: 'CONFIG_TAB', where, problem: 'a tab indents this line', fix: 'Indent with spaces' };
    }
    return { code: 'CONFIG_SYNTAX', where, problem: shown(message), fix: 'Mend it there' };
  }

  private at(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${String(line)}:${String(col)}`;
  }

  private place(path: readonly string[]): string {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return `${this.at(offset)} ${path.join('.')}`;
    }
    return `${this.file} ${path.join('.')}`;
  }

  private problem(code: ConfigCode, path: readonly string[], problem: string, fix: string, value?: string): void {
    this.#problems.push({
      code,
      where: this.place(path),
      ...(value === undefined ? {} : { value: shown(value) }),
      problem,
      fix,
    });
  }

  private value(node: Node | null, path: readonly string[]): RawValue {
    this.#values += 1;
    if (this.#values > CONFIG_VALUES_MAX) {
      throw failure(
        'CONFIG_TOO_MANY_VALUES',
        this.file,
        `holds more than ${String(CONFIG_VALUES_MAX)} values`,
        'Split it',
      );
    }
    if (path.length > CONFIG_DEPTH_MAX) throw this.tooDeep(this.place(path.slice(0, 3)));
    if (node === null) return null;
    if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
      this.problem('CONFIG_ALIAS', path, 'anchors and aliases are not read', 'Write the value out');
      return null;
    }
    if (node.tag !== undefined) {
      this.problem('CONFIG_SYNTAX', path, `the tag ${shown(node.tag)} is not read`, 'Remove it');
      return null;
    }
    if (isMap(node)) return this.map(node.items, path);
    if (isSeq(node))
      return Object.freeze(node.items.map((item, index) => this.value(item as Node | null, [...path, String(index)])));
    return isScalar(node) ? this.scalar(node, path) : null;
  }

  private map(items: readonly { key: unknown; value: unknown }[], path: readonly string[]): RawMap {
    const values: Record<string, RawValue> = {};
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : '';
      const below = [...path, name];
      const offset = isScalar(key) ? key.range?.[0] : undefined;
      if (offset !== undefined) this.#places.set(JSON.stringify(below), offset);
      if (FORBIDDEN_KEYS.has(name))
        this.problem('CONFIG_FORBIDDEN_KEY', below, 'this key is never allowed', 'Remove it');
      else if (!isScalar(key) || name === '' || name === '<<') {
        this.problem('CONFIG_SYNTAX', below, 'a key has to be plain text', 'Write a name');
      } else {
        values[name] = this.value(value as Node | null, below);
        this.refuseClearSecret(name, values[name], below);
      }
    }
    return values;
  }

  private scalar(node: Scalar, path: readonly string[]): RawValue {
    const text = String(node.value);
    if (node.type !== 'PLAIN') return text;
    if (PLAIN_NUMBER.test(text)) return new NumberText(text);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text === 'null' || text === '') return null;
    if (AMBIGUOUS.test(text)) {
      const fix = 'Write plain digits, true or false, or put it in quotes if it is text';
      this.problem('CONFIG_AMBIGUOUS_VALUE', path, 'parsers disagree what this value means', fix, text);
    }
    return text;
  }

  private refuseClearSecret(name: string, value: RawValue | undefined, path: readonly string[]): void {
    if (typeof value !== 'string' || value === '' || !SECRET_KEY.test(name)) return;
    if (SECRET_REFERENCE.test(value) || SECRET_PLACEHOLDER.test(value)) return;
    const fix = 'Put it into the environment or a file and write env:NAME or file:/path here';
    this.problem('CONFIG_SECRET_IN_CLEAR', path, 'looks like a secret in clear', fix);
  }
}
