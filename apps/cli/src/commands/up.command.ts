import { type Command, Option } from 'commander';
import type { ProgramParts } from '../program.js';
import { duration, OUTPUT_FORMATS, speed, spell, wholeNumber } from './option-values.js';

export interface UpOptions {
  readonly seed: number;
  readonly recording?: readonly string[];
  readonly speed: number;
  /** Milliseconds from the moment trading is enabled. */
  readonly duration?: number;
  readonly fresh?: boolean;
  readonly cold?: boolean;
  readonly standby?: boolean;
  readonly fundingInterval: number;
  readonly port: number;
  readonly name?: string;
  readonly config?: string;
  readonly logLevel?: string;
  readonly venueUrl?: string;
  readonly venueWsUrl?: string;
  readonly referenceUrl?: string;
  readonly referenceWsUrl?: string;
  readonly output: (typeof OUTPUT_FORMATS)[number];
}

const DAY_MS = 86_400_000;

/** What `npm start` calls. */
export function addUp(program: Command, { makeShell, ends }: ProgramParts): void {
  program
    .command('up')
    .summary('start the fleet on this machine')
    .description(
      'Starts the fleet on this machine: database, message server, simulated exchange, services. On the simulated exchange trading is ' +
        'enabled and the strategies are started, unless --cold; against any other venue nothing is ever enabled here.',
    )
    .addOption(
      new Option('--seed <n>', 'seed of the synthetic market').argParser(wholeNumber(0, 2 ** 32 - 1)).default(1),
    )
    .addOption(
      new Option('--recording <files...>', 'play a recorded set in place of the synthetic market').conflicts('seed'),
    )
    .addOption(new Option('--speed <x>', 'market events so many times faster').argParser(speed).default(1))
    .addOption(
      new Option('--duration <time>', 'trade this long, stop, prove the books and tell').argParser(
        duration(1_000, 7 * DAY_MS),
      ),
    )
    .option('--fresh', 'begin with an empty data folder')
    .option('--cold', 'stop at READY, with trading disabled')
    .option('--standby', 'every service twice, one leads and the other takes over (without --duration the default)')
    .option('--no-standby', 'every service once')
    .addOption(
      new Option('--funding-interval <time>', 'time between fundings of the simulated exchange')
        .argParser(duration(1_000, DAY_MS))
        .default(20_000, spell(20_000)),
    )
    .addOption(
      new Option('--port <port>', 'where the gateway answers, 0 for any free port')
        .argParser(wholeNumber(0, 65_535))
        .default(8_080),
    )
    .option('--name <name>', 'name of the data folder, in place of one for the seed or recorded set')
    .option('--config <folder>', 'accounts, limits and strategies (config/local)')
    .addOption(
      new Option('--log-level <level>', 'how much the services log').choices([
        'DEBUG',
        'INFO',
        'WARNING',
        'ERROR',
        'CRITICAL',
      ]),
    )
    .option('--venue-url <url>', 'a venue in place of the simulated exchange: its REST address')
    .option('--venue-ws-url <url>', 'its websocket address')
    .option('--reference-url <url>', 'the reference venue of that fleet: its REST address')
    .option('--reference-ws-url <url>', 'its websocket address')
    .addOption(
      new Option('-o, --output <format>', 'result as text or as one line of JSON')
        .choices(OUTPUT_FORMATS)
        .default('text'),
    )
    .action(async (options: UpOptions) => {
      const [{ up }, shell] = await Promise.all([import('../fleet/up.js'), makeShell()]);
      ends(await up(shell, options));
    });
}
