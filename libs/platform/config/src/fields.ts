import 'reflect-metadata';
import { parseAmount } from '@argosy/domain';
import { plainToInstance, Transform } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested, type ValidationOptions } from 'class-validator';
import { parseDurationMs } from './duration.js';
import { isRawMap, NumberText, type RawMap } from './raw-value.js';
import { Secret } from './secret.js';

/** A value that no field could read, kept so that the error can show it. */
export class Unreadable {
  constructor(
    readonly raw: unknown,
    readonly isSecret: boolean,
  ) {}
}

/** The one constraint name our fields use; anything else comes from a validator written by hand. */
export const FIELD_CONSTRAINT = 'field';

interface Field<T> {
  /** Undefined when the text is not one. */
  readonly parse: (raw: unknown) => T | undefined;
  /** Completes "must be …". */
  readonly expects: string;
  readonly isSecret?: boolean;
}

function both(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

function field<T>({ parse, expects, isSecret = false }: Field<T>): PropertyDecorator {
  const options: ValidationOptions = { message: `must be ${expects}` };
  return both(
    Transform(({ value }: { value: unknown }) => parse(value) ?? new Unreadable(value, isSecret)),
    ValidateBy(
      {
        name: FIELD_CONSTRAINT,
        validator: { validate: (value: unknown) => value !== undefined && !(value instanceof Unreadable) },
      },
      options,
    ),
  );
}

/** The characters that were written, whether the source was a variable or a number in a file. */
function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  return raw instanceof NumberText ? raw.text : undefined;
}

/** Whole digits between two bounds: `1e3`, `08`, `+5` and `5.0` are refused. */
export function Int(bounds: { readonly min: number; readonly max: number }): PropertyDecorator {
  return field({
    expects: `a whole number from ${String(bounds.min)} to ${String(bounds.max)}, digits only`,
    parse: (raw) => {
      const text = textOf(raw);
      if (text === undefined || !/^(0|-?[1-9]\d{0,15})$/.test(text)) return undefined;
      const value = Number(text);
      return value >= bounds.min && value <= bounds.max ? value : undefined;
    },
  });
}

/** Canonical decimal text with at most 12 places, kept as text: no float ever holds it. Bounds are decimal text, inclusive. */
export function DecimalText(
  bounds: { readonly above?: string; readonly min?: string; readonly max?: string } = {},
): PropertyDecorator {
  const limits = [
    bounds.above === undefined ? [] : [`above ${bounds.above}`],
    bounds.min === undefined ? [] : [`at least ${bounds.min}`],
    bounds.max === undefined ? [] : [`at most ${bounds.max}`],
  ].flat();
  return field({
    expects: ['a plain decimal such as 1250.5 with at most 12 places', ...limits].join(', '),
    parse: (raw) => {
      const text = textOf(raw);
      if (text === undefined || !/^-?(0|[1-9]\d{0,19})(\.\d{1,12})?$/.test(text)) return undefined;
      const value = parseAmount(text);
      if (bounds.above !== undefined && value <= parseAmount(bounds.above)) return undefined;
      if (bounds.min !== undefined && value < parseAmount(bounds.min)) return undefined;
      if (bounds.max !== undefined && value > parseAmount(bounds.max)) return undefined;
      return text;
    },
  });
}

/** A limit: a decimal above zero. Declare it without a default; a fleet without a limit must not start. */
export const LimitText = (bounds: { readonly max?: string } = {}): PropertyDecorator =>
  DecimalText({ above: '0', ...bounds });

/** `true` or `false`, nothing that merely looks like it. */
export function Flag(): PropertyDecorator {
  return field({
    expects: 'true or false',
    parse: (raw) => (raw === true || raw === 'true' ? true : raw === false || raw === 'false' ? false : undefined),
  });
}

/** `500ms`, `10s`, `5m`, `1h`; the property holds milliseconds. Bounds in milliseconds. */
export function DurationMs(bounds: { readonly min: number; readonly max: number }): PropertyDecorator {
  return field({
    expects: `a duration such as 500ms, 10s, 5m or 1h, from ${String(bounds.min)}ms to ${String(bounds.max)}ms`,
    parse: (raw) => {
      const value = typeof raw === 'string' ? parseDurationMs(raw) : undefined;
      return value !== undefined && value >= bounds.min && value <= bounds.max ? value : undefined;
    },
  });
}

/** Text that is not empty, without control characters. */
export function Text(rule: { readonly pattern?: RegExp; readonly lengthMax?: number } = {}): PropertyDecorator {
  const lengthMax = rule.lengthMax ?? 1_000;
  const shape = rule.pattern === undefined ? '' : ` matching ${String(rule.pattern)}`;
  return field({
    expects: `text${shape} of 1 to ${String(lengthMax)} characters`,
    parse: (raw) => {
      if (typeof raw !== 'string' || raw === '' || raw.length > lengthMax || /\p{Cc}/u.test(raw)) return undefined;
      return rule.pattern === undefined || rule.pattern.test(raw) ? raw : undefined;
    },
  });
}

/** A name that is safe as one token of a subject. */
export const Name = (): PropertyDecorator => Text({ pattern: /^[A-Za-z0-9_-]{1,64}$/, lengthMax: 64 });

/** One of a closed list. */
export function OneOf(values: readonly string[]): PropertyDecorator {
  return field({
    expects: `one of ${values.join(', ')}`,
    parse: (raw) => (typeof raw === 'string' && values.includes(raw) ? raw : undefined),
  });
}

/** An absolute address with one of the given schemes and no user or password in it: those belong into a secret. */
export function Address(schemes: readonly string[]): PropertyDecorator {
  return field({
    expects: `an address starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, without a user or password in it`,
    parse: (raw) => {
      if (typeof raw !== 'string' || !URL.canParse(raw)) return undefined;
      const { protocol, username, password, hostname } = new URL(raw);
      const isWanted = schemes.some((scheme) => protocol === `${scheme}:`) && hostname !== '';
      return isWanted && username === '' && password === '' ? raw : undefined;
    },
  });
}

/** A secret from the environment; the property is a `Secret`. */
export function SecretText(rule: { readonly lengthMin?: number } = {}): PropertyDecorator {
  const lengthMin = rule.lengthMin ?? 1;
  return field({
    isSecret: true,
    expects: `a secret of at least ${String(lengthMin)} characters`,
    parse: (raw) => (typeof raw === 'string' && raw.length >= lengthMin ? new Secret(raw) : undefined),
  });
}

/** Where a secret is to be found: files hold references (`env:NAME`, `file:/path`), never the secret itself (FL-6). */
export const SECRET_REFERENCE = /^(env:[A-Z][A-Z0-9_]{0,99}|file:\/[^\p{Cc}]{1,400})$/u;
export function SecretReference(): PropertyDecorator {
  return field({
    isSecret: true,
    expects: 'a reference such as env:HYPERLIQUID_API_KEY or file:/run/secrets/key',
    parse: (raw) => (typeof raw === 'string' && SECRET_REFERENCE.test(raw) ? raw : undefined),
  });
}

interface ListRule {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

function namesIn(raw: unknown, rule: ListRule): readonly string[] | undefined {
  const items: unknown = typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : raw;
  if (!Array.isArray(items) || items.length < (rule.min ?? 0) || items.length > rule.max) return undefined;
  const pattern = rule.pattern ?? /^[^\p{Cc}]{1,200}$/u;
  const texts = items.filter((item): item is string => typeof item === 'string' && pattern.test(item));
  const isWhole = texts.length === items.length && new Set(texts).size === texts.length;
  return isWhole ? Object.freeze(texts) : undefined;
}

/** A list of distinct texts: an array in a file, comma-separated in a variable. */
export function TextList(rule: ListRule): PropertyDecorator {
  const shape = rule.pattern === undefined ? '' : `, each matching ${String(rule.pattern)}`;
  return field({
    expects: `a list of ${String(rule.min ?? 0)} to ${String(rule.max)} distinct texts${shape}`,
    parse: (raw) => namesIn(raw, rule),
  });
}

/** A part with a class of its own. */
export function Nested<T extends object>(type: () => new () => T): PropertyDecorator {
  return both(
    field({ expects: 'a map of settings', parse: (raw) => (isRawMap(raw) ? plainToInstance(type(), raw) : undefined) }),
    ValidateNested(),
  );
}

/** A list of parts of one class. */
export function NestedList<T extends object>(
  type: () => new () => T,
  rule: { readonly min?: number; readonly max: number },
): PropertyDecorator {
  return both(
    field({
      expects: `a list of ${String(rule.min ?? 0)} to ${String(rule.max)} maps`,
      parse: (raw) => {
        if (!Array.isArray(raw) || raw.length < (rule.min ?? 0) || raw.length > rule.max) return undefined;
        return raw.every(isRawMap) ? raw.map((item: RawMap) => plainToInstance(type(), item)) : undefined;
      },
    }),
    ValidateNested({ each: true }),
  );
}

/** A map whose keys another class knows (a strategy's parameters): kept raw, to be read with `readConfig`. */
export function Settings(): PropertyDecorator {
  return field({ expects: 'a map of settings', parse: (raw) => (isRawMap(raw) ? new RawSettings(raw) : undefined) });
}

/** Settings whose keys belong to another class. */
export class RawSettings {
  constructor(readonly values: RawMap) {}
}

/** May be absent; absent means absent, never a default. */
export const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
