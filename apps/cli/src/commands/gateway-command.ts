import { Option, type Command } from 'commander';
import type { Operation, OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { OUTPUT_FORMATS } from './option-values.js';

export const outputOption = (): Option =>
  new Option('-o, --output <format>', 'for people (text) or programs (json)').choices(OUTPUT_FORMATS).default('text');

/** The options of every command that talks to a running fleet. */
export const withGateway = (command: Command): Command =>
  command
    .addOption(outputOption())
    .option('--url <url>', 'address of the gateway, or ARGOSY_URL; the fleet that runs here when absent')
    .option('--fleet <name>', 'which of the fleets that run here');

/** Runs an operation on the fleet that is meant; its number is the exit code. */
export async function onFleet(
  { makeShell, ends }: ProgramParts,
  options: OperationOptions,
  act: (operation: Operation) => Promise<unknown>,
): Promise<void> {
  const [{ operate }, shell] = await Promise.all([import('../operations/operation.js'), makeShell()]);
  const result = await operate(shell, options, act);
  if (typeof result === 'number') ends(result);
}
