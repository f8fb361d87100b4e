import { SilentLogger } from '@argosy/platform-port';
import { NodeDisk, SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { parseSimArguments } from '../sim-config.js';
import { Simulator } from '../simulator.js';

/** A simulator in this process on free ports, as specs drive it. */
export interface RunningSimulator {
  readonly url: string;
  readonly socketUrl: string;
  readonly binanceUrl: string;
  readonly controlUrl: string;
  readonly simulator: Simulator;
  stop(): Promise<void>;
}

export async function runSimulator(...argv: readonly string[]): Promise<RunningSimulator> {
  const config = parseSimArguments(['--port', '0', '--binance-port', '0', '--control-port', '0', ...argv], '/');
  const onFatal = (error: unknown): never => {
    throw error instanceof Error ? error : new Error(String(error));
  };
  const ports = {
    clock: new SystemClock(),
    timers: new SystemTimers(),
    disk: new NodeDisk(),
    logger: new SilentLogger(),
    onFatal,
  };
  const simulator = await Simulator.open(config, ports);
  const { port, binancePort, controlPort } = await simulator.start(config);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    socketUrl: `ws://127.0.0.1:${String(port)}/ws`,
    binanceUrl: `http://127.0.0.1:${String(binancePort)}`,
    controlUrl: `http://127.0.0.1:${String(controlPort)}`,
    simulator,
    stop: () => simulator.stop(),
  };
}

/** Resolves with the first value that `read` gives, looking again until then; rejects after `withinMs`. */
export async function eventually<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
  withinMs = 10_000,
): Promise<T> {
  const clock = new SystemClock();
  const timers = new SystemTimers();
  const deadline = clock.monotonicMs() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (clock.monotonicMs() > deadline) throw new Error(`never happened: ${what}`);
    await timers.sleep(10);
  }
}
