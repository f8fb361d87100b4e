import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { ConfigError, type ConfigProblem, shown } from './config-problem.js';
import { Unreadable } from './fields.js';
import { nearest } from './nearest.js';
import { NumberText, type RawMap } from './raw-value.js';

/** Names a place for people: a variable, or a file's line. */
export type Place = (path: readonly string[]) => string;
type ConfigClass<T extends object> = new () => T;

const keysOf = (type: unknown): ReadonlySet<string> =>
  new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(type as () => unknown, '', false, false)
      .map(({ propertyName }) => propertyName),
  );

function valueShown(value: unknown): string | undefined {
  const raw = value instanceof Unreadable ? value.raw : value;
  if (value instanceof Unreadable && value.isSecret) return undefined;
  if (typeof raw === 'string') return shown(raw);
  if (typeof raw === 'boolean' || typeof raw === 'number' || raw instanceof NumberText) return shown(String(raw));
  if (raw === null) return 'null';
  return raw === undefined ? undefined : Array.isArray(raw) ? 'a list' : 'a map';
}

function unknownKey(error: ValidationError, where: string): ConfigProblem {
  const meant = nearest(error.property, keysOf(error.target?.constructor));
  const fix =
    meant === undefined ? 'Remove it, or see the reference for the names that exist' : `Did you mean ${meant}?`;
  return { code: 'CONFIG_UNKNOWN_KEY', where, problem: 'no such setting', fix: fix.replace(/\?$/, '') };
}

function ownProblem(error: ValidationError, where: string): ConfigProblem {
  const constraints = error.constraints ?? {};
  if ('whitelistValidation' in constraints) return unknownKey(error, where);
  const problem = Object.values(constraints).join(', ');
  if (error.value === undefined) {
    return {
      code: 'CONFIG_MISSING_VALUE',
      where,
      problem: `not set; it ${problem}`,
      fix: 'Set it; it has no default on purpose',
    };
  }
  const value = valueShown(error.value);
  return {
    code: 'CONFIG_INVALID_VALUE',
    where,
    ...(value === undefined ? {} : { value }),
    problem,
    fix: 'Write it in that form',
  };
}

function problemsOf(
  errors: readonly ValidationError[],
  place: Place,
  above: readonly string[],
): readonly ConfigProblem[] {
  return errors.flatMap((error) => {
    const path = [...above, error.property];
    // An unreadable part has one problem, not also those of the parts it does not have.
    const isOwn = error.constraints !== undefined && Object.keys(error.constraints).length > 0;
    return isOwn ? [ownProblem(error, place(path))] : problemsOf(error.children ?? [], place, path);
  });
}

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeep(part);
}

/** What is wrong with the values for this class, every problem at once; nothing when it can be read. */
export function checkConfig<T extends object>(
  type: ConfigClass<T>,
  values: RawMap,
  place: Place,
): readonly ConfigProblem[] {
  return readOrProblems(type, values, place).problems;
}

/**
 * Strictly reads values into a frozen instance of a configuration class.
 * @throws ConfigError with every problem.
 */
export function readConfig<T extends object>(type: ConfigClass<T>, values: RawMap, place: Place): Readonly<T> {
  const { config, problems } = readOrProblems(type, values, place);
  if (problems.length > 0) throw new ConfigError(problems);
  freezeDeep(config);
  return config;
}

function readOrProblems<T extends object>(
  type: ConfigClass<T>,
  values: RawMap,
  place: Place,
): { config: T; problems: readonly ConfigProblem[] } {
  const config = plainToInstance(type, values);
  const errors = validateSync(config, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  return { config, problems: problemsOf(errors, place, []) };
}
