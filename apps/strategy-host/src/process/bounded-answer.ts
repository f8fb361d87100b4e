import { ACTIONS_PER_EVENT_MAX, NonsenseAction } from '@argosy/strategy-api';

const KEYS_MAX = 16;
const TEXT_MAX = 256;
const VITALS_MAX = 64;

/**
 * What may cross to the host, in bounded size: the host judges what it means, and must not drown in it first. Everything
 * is copied, so that no getter and no prototype of the strategy's own comes along.
 * @throws NonsenseAction for what could not be judged anyway.
 */
export function boundedAnswer(returned: unknown): unknown {
  if (!Array.isArray(returned)) return flat(returned);
  if (returned.length > ACTIONS_PER_EVENT_MAX)
    throw new NonsenseAction(
      `${String(returned.length)} actions for one event, at most ${String(ACTIONS_PER_EVENT_MAX)}`,
    );
  return Array.from(returned as readonly unknown[], (action) =>
    typeof action === 'object' && action !== null ? plain(action) : flat(action),
  );
}

/** @throws NonsenseAction when they are no small table of texts. */
export function boundedVitals(vitals: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries((vitals ?? {}) as Readonly<Record<string, unknown>>);
  if (entries.length > VITALS_MAX) throw new NonsenseAction(`${String(entries.length)} vitals`);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.slice(0, TEXT_MAX), String(value).slice(0, TEXT_MAX)]),
  );
}

function plain(action: object): Readonly<Record<string, unknown>> {
  const keys = Object.keys(action);
  if (keys.length > KEYS_MAX) throw new NonsenseAction(`an action with ${String(keys.length)} fields`);
  return Object.fromEntries(
    keys.map((key) => [key.slice(0, TEXT_MAX), flat((action as Record<string, unknown>)[key])]),
  );
}

/** Numbers and short texts as they are; of anything larger only what it is. */
function flat(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.length <= TEXT_MAX ? value : `${value.slice(0, TEXT_MAX)}…`;
    case 'bigint':
      // Far beyond every limit, but short enough to be sent.
      return value > HUGE || value < -HUGE ? (value > 0n ? HUGE : -HUGE) : value;
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      return value === null ? null : Object.freeze({});
    case 'symbol':
    case 'function':
      return Object.freeze({});
  }
}

const HUGE = 10n ** 64n;
