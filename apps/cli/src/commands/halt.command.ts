import { type Command, Option } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, withGateway } from './gateway-command.js';
import { duration, spell } from './option-values.js';

const load = () => import('../operations/halt.js');

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
}
