import { isoTime } from '@argosy/domain';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import { DATA_FOLDER } from '../fleet/fleet-folder.js';
import { isRunning } from '../fleet/running-record.js';
import type { StrategyAnswer } from '../gateway/answers.js';
import { down } from './down.js';
import { kill } from './halt.js';
import type { Operation } from './operation.js';

export interface ShutdownOptions {
  readonly emergency: boolean;
  readonly reason: string;
  /** For signals under way to become orders, or nothing. */
  readonly waitMs: number;
  /** For the venues to confirm the cancels. */
  readonly cancelWithinMs: number;
  /** Where the positions are written; the fleet's folder when absent. */
  readonly snapshots: string | undefined;
}

interface Step {
  readonly title: string;
  /** What it found, in a few words; a throw is a failure. */
  readonly act: () => Promise<string>;
  /** A graceful shutdown does not go on without it. */
  readonly isNeeded: boolean;
}

const LOOK_EACH_MS = 200;
/** The books are read whole. */
const INTEGRITY_WITHIN_MS = 35_000;

/**
 * Ends a fleet in the order of the manuals (FL-4): no new signals, orders cancelled, strategies stopped, trading disabled,
 * positions written, books verified, logs flushed, processes ended, none left. In an emergency what makes safe comes first and
 * nothing is waited for. Every step is told as it ends; a graceful shutdown stops at the first that fails.
 */
export async function shutdown(operation: Operation, options: ShutdownOptions): Promise<ExitCode> {
  const steps = options.emergency ? emergencySteps(operation, options) : gracefulSteps(operation, options);
  const { terminal, clock } = operation.shell;
  const startedMs = clock.monotonicMs();
  const failed: string[] = [];
  for (const [at, { title, act, isNeeded }] of steps.entries()) {
    const place = `${String(at + 1)}/${String(steps.length)}`;
    try {
      const found = await act();
      terminal.err(`${terminal.colour('good', '✓')} ${place} ${title}${found === '' ? '' : `: ${found}`}\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      terminal.err(`${terminal.colour('bad', '✗')} ${place} ${title}: ${why}\n`);
      failed.push(title);
      if (isNeeded && !options.emergency)
        throw new CommandError(
          EXIT.failedCheck,
          `the shutdown stops here: ${title}: ${why}`,
          'Mend it and repeat the command, or argosy shutdown --emergency "reason".',
          'SHUTDOWN_STOPPED',
        );
    }
  }
  const took = ((clock.monotonicMs() - startedMs) / 1_000).toLocaleString('en-GB', { maximumFractionDigits: 1 });
  terminal.err(
    failed.length === 0
      ? `argosy: shutdown complete after ${took} s\n`
      : `argosy: ended after ${took} s; failed: ${failed.join(', ')}\n`,
  );
  return failed.length === 0 ? EXIT.ok : EXIT.failedCheck;
}

const gracefulSteps = (operation: Operation, options: ShutdownOptions): readonly Step[] => [
  {
    title: 'block new signals',
    act: () => configure(operation, options, { new_signals_enabled: false }),
    isNeeded: true,
  },
  { title: 'wait for signals under way', act: () => wait(operation, options.waitMs), isNeeded: false },
  { title: 'cancel open orders', act: () => cancelAll(operation, options), isNeeded: true },
  { title: 'stop strategies', act: () => stopStrategies(operation, options), isNeeded: true },
  { title: 'disable trading', act: () => configure(operation, options, { trading_enabled: false }), isNeeded: true },
  // A strategy that was stopped last may have quoted once more.
  { title: 'verify that nothing is open', act: () => cancelAll(operation, options), isNeeded: true },
  ...closingSteps(operation, options),
];

const emergencySteps = (operation: Operation, options: ShutdownOptions): readonly Step[] => [
  {
    title: 'kill switch',
    act: async () =>
      (await kill(operation, options.reason, options.cancelWithinMs)) === EXIT.ok
        ? 'complete'
        : 'not complete yet: see above',
    isNeeded: false,
  },
  ...closingSteps(operation, options),
];

const closingSteps = (operation: Operation, options: ShutdownOptions): readonly Step[] => [
  { title: 'write positions', act: () => snapshot(operation, options), isNeeded: true },
  { title: 'verify the books', act: () => verifyBooks(operation), isNeeded: true },
  ...(operation.found.running === undefined
    ? []
    : [
        { title: 'flush logs', act: () => flushLogs(operation), isNeeded: false },
        { title: 'end processes', act: () => end(operation), isNeeded: true },
        { title: 'verify that none is left', act: () => nobodyLeft(operation), isNeeded: true },
      ]),
];

async function configure({ gateway }: Operation, { reason }: ShutdownOptions, change: object): Promise<string> {
  await gateway.send('POST', '/api/v1/config', { ...change, reason });
  return '';
}

async function wait({ shell }: Operation, ms: number): Promise<string> {
  await shell.timers.sleep(ms);
  return `${String(ms / 1_000)} s`;
}

async function cancelAll({ gateway, shell }: Operation, options: ShutdownOptions): Promise<string> {
  const { count } = (await gateway.send('POST', '/api/v1/orders/cancel-all', { reason: options.reason })) as {
    count: number;
  };
  const untilMs = shell.clock.monotonicMs() + options.cancelWithinMs;
  for (;;) {
    const { orders } = (await gateway.get('/api/v1/orders?status=open&limit=1000')) as { orders: readonly unknown[] };
    if (orders.length === 0) return `${String(count)} asked for, 0 open`;
    if (shell.clock.monotonicMs() > untilMs) throw new Error(`${String(orders.length)} are still open`);
    await shell.timers.sleep(LOOK_EACH_MS);
  }
}

async function stopStrategies({ gateway }: Operation, { reason }: ShutdownOptions): Promise<string> {
  const { strategies } = (await gateway.get('/api/v1/strategies')) as { strategies: readonly StrategyAnswer[] };
  const running = strategies.filter(({ status }) => status !== 'stopped');
  for (const { strategy_id: id } of running)
    await gateway.send('POST', `/api/v1/strategies/${id}/stop`, { cancel_orders: true, reason });
  return running.length === 0 ? 'none was running' : running.map(({ strategy_id: id }) => id).join(', ');
}

async function snapshot({ gateway, found, shell }: Operation, { snapshots }: ShutdownOptions): Promise<string> {
  const positions = (await gateway.get('/api/v1/positions')) as { positions: readonly unknown[] };
  const home = found.running === undefined ? shell.folder : join(shell.root, DATA_FOLDER, found.running.name);
  const folder = snapshots === undefined ? join(home, 'snapshots') : resolve(shell.folder, snapshots);
  const stamp = isoTime(shell.clock.now()).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
  const path = join(folder, `positions_${stamp}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, `${JSON.stringify(positions, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return `${String(positions.positions.length)} in ${path}`;
}

async function verifyBooks({ gateway }: Operation): Promise<string> {
  const { status, body } = await gateway.ask('GET', '/api/v1/integrity', undefined, INTEGRITY_WITHIN_MS);
  const { passed, message, error } = JSON.parse(body) as {
    passed?: boolean;
    message?: string;
    error?: { message?: string };
  };
  if (status !== 200 || passed !== true) throw new Error(message ?? error?.message ?? `answers ${String(status)}`);
  return message ?? 'passed';
}

/** `SIGUSR1` flushes and reopens (FL-5). */
async function flushLogs({ found, shell }: Operation): Promise<string> {
  let count = 0;
  for (const { pid, program } of found.running?.processes ?? []) {
    if (!program.endsWith('main.js') || program.includes('exchange-sim') || !(await isRunning(pid, program))) continue;
    process.kill(pid, 'SIGUSR1');
    count += 1;
  }
  await shell.timers.sleep(LOOK_EACH_MS);
  return `${String(count)} services`;
}

async function end({ found, shell }: Operation): Promise<string> {
  await down(shell, found.running?.name);
  return '';
}

async function nobodyLeft({ found }: Operation): Promise<string> {
  const left: string[] = [];
  for (const { name, pid, program } of found.running?.processes ?? [])
    if (await isRunning(pid, program)) left.push(`${name} (${String(pid)})`);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  return '';
}
