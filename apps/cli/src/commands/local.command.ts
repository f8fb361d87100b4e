import { type Command, Option } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, outputOption, withGateway } from './gateway-command.js';
import { wholeNumber } from './option-values.js';

/** Commands about this machine, its files and its terminal. */
export function addLocal(program: Command, parts: ProgramParts): void {
  const { makeShell, ends } = parts;
  program
    .command('down')
    .description('end the fleets that run here, in order')
    .argument('[name]', 'only this one')
    .action(async (name: string | undefined) => {
      const [{ down }, shell] = await Promise.all([import('../operations/down.js'), makeShell()]);
      ends(await down(shell, name));
    });
  program
    .command('warden', { hidden: true })
    .description('end a fleet whose supervisor has died; started by up')
    .argument('<name>')
    .action(async (name: string) => {
      const [{ keepWatch }, shell] = await Promise.all([import('../fleet/warden.js'), makeShell()]);
      await keepWatch(shell, name, process.stdin);
    });
  program
    .command('sim')
    .description('run the simulated exchange alone: argosy sim --port 3001 --open-accounts')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .argument('[options...]', 'argosy sim --help lists them')
    .action(async (args: readonly string[]) => {
      const [{ simulate }, shell] = await Promise.all([import('../operations/simulator.js'), makeShell()]);
      ends(await simulate(shell, args));
    });
  withGateway(
    program.command('watch').description('live view of books, orders, fills, profit and strategies; q ends it'),
  )
    .addOption(new Option('--frames <n>', 'end after so many frames').argParser(wholeNumber(1, 1_000_000)))
    .action((options: OperationOptions & { readonly frames?: number }) =>
      onFleet(parts, options, async (operation) =>
        (await import('../watch/watch.js')).watch(operation, options.frames),
      ),
    );
  addConfig(program, parts);
  addRecording(program, parts);
  addSign(program, parts);
}

function addConfig(program: Command, parts: ProgramParts): void {
  const config = program
    .command('config')
    .description('check configuration files; read and change what the fleet may do');
  config
    .command('validate')
    .description('check a configuration folder: every problem at once')
    .argument('[folder]', 'config/local when absent')
    .addOption(outputOption())
    .action(async (folder: string | undefined, { output }: OperationOptions) => {
      const [{ validateConfig }, shell] = await Promise.all([
        import('../operations/validate-config.js'),
        parts.makeShell(),
      ]);
      parts.ends(await validateConfig(shell, folder, output));
    });
  withGateway(config.command('get').description('what the fleet may do now')).action((options: OperationOptions) =>
    onFleet(parts, options, async (operation) => (await import('../operations/steer.js')).getConfig(operation)),
  );
  withGateway(config.command('set').description('change what the fleet may do'))
    .addArgument(config.createArgument('<name>').choices(['trading_enabled', 'new_signals_enabled']))
    .addArgument(config.createArgument('<value>').choices(['true', 'false']))
    .option('--reason <text>', 'why, for the audit')
    .action((name: string, value: string, options: OperationOptions & { readonly reason?: string }) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/steer.js')).configure(operation, {
          [name]: value === 'true',
          ...(options.reason === undefined ? {} : { reason: options.reason }),
        }),
      ),
    );
}

function addRecording(program: Command, { makeShell, ends }: ProgramParts): void {
  const recording = program.command('recording').description('recorded market data');
  recording
    .command('verify')
    .description('play an ordered set through the real adapter: gaps, crossed books, the exchange’s own best prices')
    .argument('<files...>')
    .addOption(outputOption())
    .action(async (files: readonly string[], { output }: OperationOptions) => {
      const [{ verify }, shell] = await Promise.all([import('../operations/verify-recording.js'), makeShell()]);
      ends(await verify(shell, files, output));
    });
}

interface SignFlags {
  readonly url?: string;
  readonly fleet?: string;
  readonly output: 'text' | 'json' | 'curl';
}

function addSign(program: Command, { makeShell }: ProgramParts): void {
  program
    .command('sign')
    .description('print the headers that sign a request: curl $(argosy sign POST /api/v1/config BODY -o curl) …')
    .addArgument(program.createArgument('<method>').choices(['GET', 'POST', 'PUT', 'DELETE']))
    .argument('<path>', 'path with query, as it will be sent')
    .argument('[body]', 'as it will be sent, byte for byte', '')
    .option('--url <url>', 'address of the gateway, or ARGOSY_URL')
    .option('--fleet <name>', 'which of the fleets that run here')
    .addOption(
      new Option('-o, --output <format>', 'lines, JSON, or options of curl')
        .choices(['text', 'json', 'curl'])
        .default('text'),
    )
    .action(async (method: string, path: string, body: string, options: SignFlags) => {
      const [{ sign }, shell] = await Promise.all([import('../operations/sign.js'), makeShell()]);
      await sign(shell, method, path, body, options);
    });
}
