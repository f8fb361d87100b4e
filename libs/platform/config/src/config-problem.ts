/** What can be wrong with a configuration; the code is stable, the text is for people. */
export const CONFIG_CODES = [
  'CONFIG_FILE_MISSING',
  'CONFIG_FILE_UNREADABLE',
  'CONFIG_FILE_TOO_LARGE',
  'CONFIG_FILE_ENCODING',
  'CONFIG_FILE_EMPTY',
  'CONFIG_FILE_FORMAT',
  'CONFIG_SYNTAX',
  'CONFIG_TAB',
  'CONFIG_ALIAS',
  'CONFIG_TOO_DEEP',
  'CONFIG_TOO_MANY_VALUES',
  'CONFIG_DUPLICATE_KEY',
  'CONFIG_FORBIDDEN_KEY',
  'CONFIG_UNKNOWN_KEY',
  'CONFIG_MISSING_VALUE',
  'CONFIG_INVALID_VALUE',
  'CONFIG_AMBIGUOUS_VALUE',
  'CONFIG_SECRET_IN_CLEAR',
  'CONFIG_CONFLICT',
] as const;
export type ConfigCode = (typeof CONFIG_CODES)[number];

export interface ConfigProblem {
  readonly code: ConfigCode;
  /** Variable name, or `file:line:column key.path`. */
  readonly where: string;
  /** As it was written, shortened; absent for a secret and for a value that is not there. */
  readonly value?: string;
  readonly problem: string;
  readonly fix: string;
}

/** One line a person can act on. */
export function describeProblem({ code, where, value, problem, fix }: ConfigProblem): string {
  const seen = value === undefined ? '' : `, was '${value}'`;
  return `${code} ${where}: ${problem}${seen}. ${fix}.`;
}

/** Every problem of a configuration at once, so that nobody mends them one start at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(['invalid configuration', ...problems.map((problem) => `  ${describeProblem(problem)}`)].join('\n'));
  }
}

/** What `argosy config validate` prints. */
export function validationReport(problems: readonly ConfigProblem[]): string {
  if (problems.length === 0) return 'Configuration validation: PASSED';
  const count = `${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return [...problems.map(describeProblem), `Configuration validation: FAILED (${count})`].join('\n');
}

const SHOWN_LENGTH_MAX = 80;

/** A value as it may be shown to a person: printable and short. */
export function shown(value: string): string {
  const printable = value.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\u{FFFD}');
  return printable.length <= SHOWN_LENGTH_MAX ? printable : `${printable.slice(0, SHOWN_LENGTH_MAX)}…`;
}
