import { ok, refused, type Result } from '@argosy/domain';
import { type OpsProblem, problem } from './problem.js';

export interface RequestTarget {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

export const TARGET_LENGTH_MAX = 2_048;
const PARAMETERS_MAX = 16;
/** No id of ours needs escaping, so a path that has any is a trick: `..%2f`, double encoding, overlong forms. */
const PATH = /^\/$|^(\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99})+\/?$/;
const NAME = /^[a-z][a-z_]{0,31}$/;
const EMPTY: ReadonlyMap<string, string> = new Map();

/** Reads a request target strictly: one meaning or a refusal. */
export function readTarget(target: string): Result<RequestTarget, OpsProblem> {
  if (target.length > TARGET_LENGTH_MAX) return refused(problem('path_too_long'));
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!PATH.test(path)) return refused(problem('path_malformed'));
  if (mark === -1 || mark === target.length - 1) return ok({ path, query: EMPTY });
  const query = readQuery(target.slice(mark + 1));
  return query.ok ? ok({ path, query: query.value }) : query;
}

function readQuery(text: string): Result<ReadonlyMap<string, string>, OpsProblem> {
  const pairs = text.split('&');
  if (pairs.length > PARAMETERS_MAX) return refused(problem('query_malformed', { limit: String(PARAMETERS_MAX) }));
  const query = new Map<string, string>();
  for (const pair of pairs) {
    const [name = '', ...rest] = pair.split('=');
    const value = rest.length === 1 ? decoded(rest[0] ?? '') : undefined;
    if (!NAME.test(name) || value === undefined) return refused(problem('query_malformed'));
    if (query.has(name)) return refused(problem('query_duplicated', { parameter: name }));
    query.set(name, value);
  }
  return ok(query);
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text.replaceAll('+', ' '));
    return /[\p{Cc}\p{Cf}\p{Cs}]/u.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
