import { NodeDisk, SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { LineLogger } from './line-logger.js';
import { parseSimArguments, type SimConfig, USAGE, UsageError } from './sim-config.js';
import { Simulator } from './simulator.js';

const CONFIG_EXIT_CODE = 2;
const FAILURE_EXIT_CODE = 1;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(error: unknown): never {
  say(`exchange-sim: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  process.exit(error instanceof UsageError ? CONFIG_EXIT_CODE : FAILURE_EXIT_CODE);
}

function readConfig(): SimConfig {
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  try {
    return parseSimArguments(argv, process.cwd());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    for (const problem of error.problems) say(`exchange-sim: ${problem}`);
    say(USAGE);
    process.exit(CONFIG_EXIT_CODE);
  }
}

const describeMarket = (config: SimConfig): string =>
  config.recordings.length > 0
    ? `${String(config.recordings.length)} recorded files`
    : `synthetic market, seed ${String(config.seed)}`;

async function run(): Promise<void> {
  const config = readConfig();
  const clock = new SystemClock();
  const logger = new LineLogger(clock, (line) => process.stderr.write(line));
  const ports = { clock, timers: new SystemTimers(), disk: new NodeDisk(), logger, onFatal: fail };
  const simulator = await Simulator.open(config, ports);
  const { port, binancePort, controlPort } = await simulator.start(config);
  const at = (number: number): string => `http://${config.host}:${String(number)}`;
  process.stdout.write(
    `exchange-sim listening on ${at(port)} (${config.network}), ${describeMarket(config)}, speed ${String(config.speed)}\n`,
  );
  if (binancePort !== undefined)
    process.stdout.write(`exchange-sim reference feed listening on ${at(binancePort)} (Binance protocol)\n`);
  if (controlPort !== undefined) process.stdout.write(`exchange-sim control port listening on ${at(controlPort)}\n`);
  stopOnSignals(simulator);
}

function stopOnSignals(simulator: Simulator): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    process.stdout.write('exchange-sim stopping\n');
    void simulator.stop().then(() => {
      process.stdout.write('exchange-sim stopped\n');
      process.exit(0);
    }, fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

run().catch(fail);
