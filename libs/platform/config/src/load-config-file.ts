import type { Disk } from '@argosy/platform-port';
import { ConfigError } from './config-problem.js';
import { readConfig } from './read-config.js';
import { CONFIG_BYTES_MAX, type ConfigFormat, readStrictText, type StrictDocument } from './strict-text.js';

const FORMATS: Readonly<Record<string, ConfigFormat>> = { json: 'json', yaml: 'yaml', yml: 'yaml' };

function formatOf(path: string): ConfigFormat {
  const format = FORMATS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (format !== undefined) return format;
  const problem = 'has a name that ends in neither .json nor .yaml';
  throw new ConfigError([{ code: 'CONFIG_FILE_FORMAT', where: path, problem, fix: 'Rename it to what it holds' }]);
}

async function bytesOf(path: string, disk: Disk): Promise<Uint8Array> {
  if (!(await disk.exists(path))) {
    const fix = 'Check the path and the working folder';
    throw new ConfigError([{ code: 'CONFIG_FILE_MISSING', where: path, problem: 'no such file', fix }]);
  }
  try {
    return await disk.readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `cannot be read: ${reason}`;
    throw new ConfigError([{ code: 'CONFIG_FILE_UNREADABLE', where: path, problem, fix: 'Check its permissions' }]);
  }
}

/** A file's settings without a class, every value as it was written. @throws ConfigError with every problem. */
export async function readConfigFile(path: string, disk: Disk): Promise<StrictDocument> {
  const format = formatOf(path);
  return readStrictText(await bytesOf(path, disk), path, format);
}

/**
 * Reads a JSON or YAML file into a frozen instance of a configuration class; at most `CONFIG_BYTES_MAX` bytes.
 * @throws ConfigError with every problem, each with its line where it has one.
 */
export async function loadConfigFile<T extends object>(
  path: string,
  type: new () => T,
  disk: Disk,
): Promise<Readonly<T>> {
  const { values, place } = await readConfigFile(path, disk);
  return readConfig(type, values, place);
}

/**
 * The same rules for JSON text that came by another way (a request's body).
 * @param source shown in errors instead of a file's name
 * @throws ConfigError with every problem.
 */
export function loadConfigText<T extends object>(text: string, type: new () => T, source: string): Readonly<T> {
  // A surrogate without its pair has no bytes, and encoding would replace it silently.
  if (/\p{Cs}/u.test(text)) {
    const problem = 'is not valid Unicode';
    throw new ConfigError([{ code: 'CONFIG_FILE_ENCODING', where: source, problem, fix: 'Send UTF-8 text' }]);
  }
  if (text.length > CONFIG_BYTES_MAX) {
    const problem = `has more than ${String(CONFIG_BYTES_MAX)} characters`;
    throw new ConfigError([{ code: 'CONFIG_FILE_TOO_LARGE', where: source, problem, fix: 'Send less' }]);
  }
  const { values, place } = readStrictText(new TextEncoder().encode(text), source, 'json');
  return readConfig(type, values, place);
}
