import { Command, CommanderError } from 'commander';
import { EXIT, EXIT_MEANINGS } from './exit-codes.js';
import { addChaos } from './commands/chaos.command.js';
import { addCompletion } from './commands/completion.command.js';
import { addHalt } from './commands/halt.command.js';
import { addLocal } from './commands/local.command.js';
import { addLook } from './commands/look.command.js';
import { addRiskControl } from './commands/risk-control.command.js';
import { addSteer } from './commands/steer.command.js';
import { addStrategy } from './commands/strategy.command.js';
import { addUp } from './commands/up.command.js';
import type { Shell } from './shell.js';
import type { Terminal } from './terminal/terminal.js';

export const VERSION = '0.1.0';

/** Makes a command's world when it runs, so that help and completion need none. */
export type MakeShell = () => Promise<Shell>;

/** How commands are added: each in its own file, loading what it needs when it runs. */
export interface ProgramParts {
  readonly makeShell: MakeShell;
  /** A command that ran says how it ended. */
  readonly ends: (code: number) => void;
}

/** The whole command line, as a tree. */
export function buildProgram(parts: ProgramParts, terminal: Terminal): Command {
  const program = new Command('argosy')
    .description('Runs, watches and steers the trading fleet.')
    .version(VERSION)
    .showHelpAfterError('(argosy help COMMAND tells more)')
    .enablePositionalOptions()
    .exitOverride();
  program.addHelpText(
    'after',
    `\nExit codes:\n${EXIT_MEANINGS.map(([code, text]) => `  ${String(code).padEnd(4)} ${text}`).join('\n')}`,
  );
  addUp(program, parts);
  addLook(program, parts);
  addHalt(program, parts);
  addRiskControl(program, parts);
  addSteer(program, parts);
  addStrategy(program, parts);
  addChaos(program, parts);
  addLocal(program, parts);
  addCompletion(program, terminal);
  return program;
}

/** Runs one command line. Returns the exit code; what a command throws passes. */
export async function runProgram(argv: readonly string[], terminal: Terminal, makeShell: MakeShell): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram({ makeShell, ends: (code) => (exitCode = code) }, terminal);
  const write = { writeOut: (text: string) => terminal.out(text), writeErr: (text: string) => terminal.err(text) };
  const quietly = (command: Command): void => {
    command.configureOutput(write).exitOverride();
    command.commands.forEach(quietly);
  };
  quietly(program);
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}
