import { CommandError, EXIT } from '../exit-codes.js';
import { findGateway, type GatewayOptions } from '../gateway/find-gateway.js';
import { signRequest } from '../gateway/sign-request.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';

export interface SignOptions extends GatewayOptions {
  readonly output: OutputFormat | 'curl';
}

/** Prints the headers that a request needs, for `curl` and for tools that sign nothing themselves. */
export async function sign(
  shell: Shell,
  method: string,
  target: string,
  body: string,
  options: SignOptions,
): Promise<void> {
  const { key } = await findGateway(shell, options);
  if (key === undefined)
    throw new CommandError(
      EXIT.usage,
      'there is no key to sign with',
      'Set ARGOSY_API_KEY and ARGOSY_API_SECRET.',
      'NO_KEY',
    );
  if (!target.startsWith('/'))
    throw new CommandError(
      EXIT.usage,
      `'${target}' is no path`,
      'Give path and query as they will be sent, e.g. /api/v1/config.',
    );
  const headers = signRequest(key, { method, target, body }, shell.clock, shell.random);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (options.output === 'curl') shell.terminal.out(`${lines.map((line) => `-H '${line}'`).join(' ')}\n`);
  else new Presenter(shell.terminal, options.output).show(headers, () => lines.join('\n'));
}
