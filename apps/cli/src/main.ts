import { fileURLToPath } from 'node:url';
import { CommandError, EXIT, type ExitCode } from './exit-codes.js';
import { runProgram } from './program.js';
import type { Shell } from './shell.js';
import { realTerminal } from './terminal/real-terminal.js';

/** Tells of the wish to stop, however it comes. */
function onStop(listener: (why: string) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => listener(signal);
  const onGone = (): void => listener('the program that started this one is gone');
  for (const signal of signals) process.on(signal, onSignal);
  process.on('disconnect', onGone);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('disconnect', onGone);
  };
}

function onKill(listener: () => void): () => void {
  process.on('SIGUSR2', listener);
  return () => void process.off('SIGUSR2', listener);
}

/** Ports of the machine load with the command that needs them: help and completion must be there at once. */
async function realShell(): Promise<Shell> {
  const { machinePorts } = await import('./machine-ports.js');
  return {
    ...machinePorts(),
    root: fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''),
    // npm runs scripts in the checkout and tells where the person stood.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    env: process.env,
    node: process.execPath,
    pid: process.pid,
    terminal,
    onStop,
    onKill,
  };
}

const terminal = realTerminal(process.stdout, process.stderr, process.stdin, process.env);
// A pipe that was closed early (head, jq) is no error of ours.
process.stdout.on('error', () => process.exit(EXIT.ok));

/** Errors of libs that a person can act on, by name: loading the libs to ask for their class would cost every start. */
const KNOWN_ERRORS: Readonly<Record<string, ExitCode>> = {
  ConfigError: EXIT.usage,
  MigrationError: EXIT.fleetFailed,
  Fault: EXIT.unreachable,
};

function explain(error: unknown): number {
  const { colour } = terminal;
  if (!(error instanceof CommandError)) {
    const known = error instanceof Error ? KNOWN_ERRORS[error.name] : undefined;
    const text =
      error instanceof Error ? (known === undefined ? (error.stack ?? error.message) : error.message) : String(error);
    terminal.err(`${colour('bad', 'argosy:')} ${text}\n`);
    return known ?? EXIT.internal;
  }
  terminal.err(`${colour('bad', 'argosy:')} ${error.message}${error.code === undefined ? '' : ` [${error.code}]`}\n`);
  if (error.fix !== undefined) terminal.err(`${error.fix}\n`);
  return error.exitCode;
}

const exitCode = await runProgram(process.argv.slice(2), terminal, realShell).catch(explain);
// Whatever still waits (a timer, a socket of a gone server) waits for nothing: what was said is out, then it ends.
process.stdout.write('', () => process.exit(exitCode));
