import { type Command, Option } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, withGateway } from './gateway-command.js';
import { wholeNumber } from './option-values.js';

interface FilterOptions extends OperationOptions {
  readonly status: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly account?: string;
  readonly limit: number;
}

const load = () => import('../operations/look.js');
const limit = (): Option =>
  new Option('--limit <n>', 'at most so many, newest first').argParser(wholeNumber(1, 1_000)).default(20);
const filters = ({
  strategy,
  symbol,
  account,
  limit: most,
}: FilterOptions): Omit<FilterOptions, 'status' | 'output'> => ({
  ...(strategy === undefined ? {} : { strategy }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(account === undefined ? {} : { account }),
  limit: most,
});

const withFilters = (command: Command): Command =>
  withGateway(command)
    .option('--strategy <id>', 'only of this strategy')
    .option('--symbol <symbol>', 'only of this symbol')
    .option('--account <id>', 'only of this account')
    .addOption(limit());

/** Commands that only look. */
export function addLook(program: Command, parts: ProgramParts): void {
  withGateway(program.command('status').description('what the fleet is doing, in one call')).action(
    (options: OperationOptions) => onFleet(parts, options, async (operation) => (await load()).status(operation)),
  );
  withGateway(program.command('health').description('check that everything works; exit code 1 when it does not'))
    .option('--verbose', 'every component with its figures')
    .action((options: OperationOptions & { readonly verbose?: boolean }) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/health.js')).health(operation, options.verbose === true),
      ),
    );
  withFilters(program.command('orders').description('orders, newest first'))
    .addOption(new Option('--status <status>', 'which of them').choices(['open', 'final', 'all']).default('all'))
    .action((options: FilterOptions) =>
      onFleet(parts, options, async (operation) =>
        (await load()).orders(operation, { ...filters(options), status: options.status }),
      ),
    );
  withGateway(program.command('positions').description('positions by the ledger')).action((options: OperationOptions) =>
    onFleet(parts, options, async (operation) => (await load()).positions(operation)),
  );
  withFilters(program.command('trades').description('fills as booked, newest first')).action((options: FilterOptions) =>
    onFleet(parts, options, async (operation) => (await load()).trades(operation, filters(options))),
  );
  withGateway(program.command('pnl').description('profit and loss, split'))
    .addOption(
      new Option('--by <what>', 'a row for each')
        .choices(['total', 'strategy', 'venue', 'instrument', 'day', 'account'])
        .default('total'),
    )
    .action((options: OperationOptions & { readonly by: string }) =>
      onFleet(parts, options, async (operation) => (await load()).pnl(operation, options.by)),
    );
  withGateway(program.command('risk').description('limits and how much of each is used')).action(
    (options: OperationOptions) => onFleet(parts, options, async (operation) => (await load()).risk(operation)),
  );
}
