import { type Command, Option } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, withGateway } from './gateway-command.js';
import { duration, spell } from './option-values.js';

/** As in the contracts, which help and completion must not load. */
const SERVICES = ['market-data', 'execution', 'risk', 'strategy-host', 'ledger', 'ops-gateway'];

const load = () => import('../operations/halt.js');

const WAIT_MS = 30_000;
const CANCEL_MS = 30_000;
const FOLLOW_MS = 5_000;
const FOLLOW_MS_MAX = 300_000;

/** Commands that stop the fleet, and what lifts that again. */
export function addHalt(program: Command, parts: ProgramParts): void {
  withGateway(
    program
      .command('kill')
      .description(
        'trip the kill switch: orders cancelled and proven cancelled, strategies stopped, trading latched off',
      ),
  )
    .argument('<reason>', 'why, for the audit')
    .addOption(
      new Option('--follow <time>', 'stay until every order is accounted for, at most so long')
        .argParser(duration(0, FOLLOW_MS_MAX))
        .default(FOLLOW_MS, spell(FOLLOW_MS)),
    )
    .action((reason: string, options: OperationOptions & { readonly follow: number }) =>
      onFleet(parts, options, async (operation) => (await load()).kill(operation, reason, options.follow)),
    );
  withGateway(
    program.command('kill-receipt').description('what became of every order that the latest kill met, and when'),
  ).action((options: OperationOptions) =>
    onFleet(parts, options, async (operation) => (await load()).killReceipt(operation)),
  );
  withGateway(program.command('resume').description('lift the kill switch; trading stays disabled'))
    .argument('<reason>', 'why, for the audit')
    .option('--approve <request>', 'approve what somebody else asked for, where two people are needed')
    .action((reason: string, options: OperationOptions & { readonly approve?: string }) =>
      onFleet(parts, options, async (operation) => (await load()).resume(operation, reason, options.approve)),
    );
  addShutdown(program, parts);
  addFailover(program, parts);
}

interface ShutdownFlags extends OperationOptions {
  readonly emergency?: boolean;
  readonly wait: number;
  readonly cancelWithin: number;
  readonly snapshots?: string;
}

function addShutdown(program: Command, parts: ProgramParts): void {
  withGateway(
    program
      .command('shutdown')
      .summary('end the fleet in the order of the manual')
      .description(
        'Blocks new signals, cancels every order, stops the strategies, disables trading, writes the positions, verifies the ' +
          'books, flushes the logs and ends what runs here. With --emergency the kill switch comes first and nothing is waited for.',
      ),
  )
    .argument('<reason>', 'why, for the audit')
    .option('--emergency', 'kill first, and go on whatever fails')
    .addOption(
      new Option('--wait <time>', 'for signals under way')
        .argParser(duration(0, FOLLOW_MS_MAX))
        .default(WAIT_MS, spell(WAIT_MS)),
    )
    .addOption(
      new Option('--cancel-within <time>', 'for the exchanges to confirm the cancels')
        .argParser(duration(0, FOLLOW_MS_MAX))
        .default(CANCEL_MS, spell(CANCEL_MS)),
    )
    .option('--snapshots <folder>', "where the positions are written (the fleet's own folder)")
    .action((reason: string, { emergency, wait, cancelWithin, snapshots, ...options }: ShutdownFlags) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/shutdown.js')).shutdown(operation, {
          emergency: emergency === true,
          reason,
          waitMs: wait,
          cancelWithinMs: cancelWithin,
          snapshots,
        }),
      ),
    );
}

function addFailover(program: Command, parts: ProgramParts): void {
  withGateway(program.command('failover').description('hand a service over to its standby'))
    .addArgument(program.createArgument('<service>').choices(SERVICES))
    .action((service: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/failover.js')).failover(operation, service),
      ),
    );
  withGateway(program.command('promote').description('make one of a pair the leader: argosy promote execution-2'))
    .addArgument(program.createArgument('<instance>').choices(SERVICES.flatMap((name) => [`${name}-1`, `${name}-2`])))
    .action((instance: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/failover.js')).promote(operation, instance),
      ),
    );
}
