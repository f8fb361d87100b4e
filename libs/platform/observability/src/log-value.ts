const REDACTED = '[redacted]';
/** Names under which somebody would log a secret by accident. */
const SECRET_NAME =
  /secret|passw|private_?key|api_?key|approval_?key|signing_?key|mnemonic|seed_?phrase|authorization|cookie|signature|^token$|(access|auth|bearer|refresh|session|id)_?token$/i;

export const LOG_DEPTH_MAX = 6;
export const LOG_TEXT_MAX = 8_192;
export const LOG_ITEMS_MAX = 200;

/**
 * Any value as JSON-safe data: integers of any size as text, errors with their causes, secrets by name hidden, everything
 * bounded in depth, length and number. It never throws: a log line must not be what stops a service.
 */
export function logValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return value.length <= LOG_TEXT_MAX ? value : `${value.slice(0, LOG_TEXT_MAX)}…`;
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      return value === null ? null : objectValue(value, depth);
    default:
      return `[${typeof value}]`;
  }
}

function objectValue(value: object, depth: number): unknown {
  if (depth >= LOG_DEPTH_MAX) return '[deep]';
  if (value instanceof Error) return errorValue(value, depth);
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`;
  if (Array.isArray(value)) return listValue(value, depth);
  const own = ownJson(value);
  return own === undefined ? mapValue(Object.entries(value), depth) : logValue(own.value, depth + 1);
}

/** What the value says of itself, as a `Secret` or a date does. */
function ownJson(value: object): { readonly value: unknown } | undefined {
  if (!('toJSON' in value) || typeof value.toJSON !== 'function') return undefined;
  try {
    return { value: (value.toJSON as () => unknown)() };
  } catch {
    return { value: '[unprintable]' };
  }
}

function listValue(items: readonly unknown[], depth: number): unknown[] {
  const values = items.slice(0, LOG_ITEMS_MAX).map((item) => logValue(item, depth + 1));
  return items.length <= LOG_ITEMS_MAX ? values : [...values, `… ${String(items.length - LOG_ITEMS_MAX)} more`];
}

function mapValue(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of entries.slice(0, LOG_ITEMS_MAX)) {
    values[name] = SECRET_NAME.test(name) ? REDACTED : logValue(value, depth + 1);
  }
  return values;
}

function errorValue(error: Error, depth: number): Record<string, unknown> {
  return mapValue(
    [
      ['name', error.name],
      ['message', error.message],
      ...('code' in error ? [['code', error.code] as const] : []),
      ['stack', error.stack],
      ...(error.cause === undefined ? [] : [['cause', error.cause] as const]),
    ],
    depth,
  );
}
