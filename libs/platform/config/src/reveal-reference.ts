import type { Disk } from '@argosy/platform-port';
import { ConfigError } from './config-problem.js';
import { Secret } from './secret.js';

/**
 * The secret a reference of a configuration file points to: `env:NAME` or `file:/path` (its first line).
 * @throws ConfigError when there is nothing; the secret itself is in no message.
 */
export async function revealReference(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
  disk: Disk,
): Promise<Secret> {
  const value = reference.startsWith('env:') ? env[reference.slice(4)] : await firstLine(reference.slice(5), disk);
  if (value !== undefined && value !== '') return new Secret(value);
  throw new ConfigError([
    {
      code: 'CONFIG_MISSING_VALUE',
      where: reference,
      problem: 'the secret it names is not there',
      fix: reference.startsWith('env:')
        ? 'Set the variable for this service'
        : 'Create the file, readable by this service only',
    },
  ]);
}

async function firstLine(path: string, disk: Disk): Promise<string | undefined> {
  if (!(await disk.exists(path))) return undefined;
  return new TextDecoder()
    .decode(await disk.readFile(path))
    .split('\n', 1)[0]
    ?.trim();
}
