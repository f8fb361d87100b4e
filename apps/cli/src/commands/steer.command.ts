import type { Command } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, withGateway } from './gateway-command.js';

const load = () => import('../operations/steer.js');

interface Reasoned extends OperationOptions {
  readonly reason?: string;
}
interface CancelOptions extends Reasoned {
  readonly exchange?: string;
  readonly symbol?: string;
  readonly strategy?: string;
  readonly account?: string;
}

const reasonOf = ({ reason }: Reasoned): { readonly reason?: string } => (reason === undefined ? {} : { reason });

/** Commands that change what the fleet does; every one is signed and audited. */
export function addSteer(program: Command, parts: ProgramParts): void {
  for (const [name, isOn] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    withGateway(program.command(name).description(`${name} trading`))
      .option('--reason <text>', 'why, for the audit')
      .option('--signals', 'new signals of strategies instead: what is open goes on')
      .action((options: Reasoned & { readonly signals?: boolean }) => {
        const change = options.signals === true ? { new_signals_enabled: isOn } : { trading_enabled: isOn };
        return onFleet(parts, options, async (operation) =>
          (await load()).configure(operation, { ...change, ...reasonOf(options) }),
        );
      });
  }
  withGateway(program.command('cancel').description('cancel one order'))
    .argument('<order>', 'its id')
    .action((order: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).cancelOrder(operation, order)),
    );
  withGateway(program.command('cancel-all').description('cancel every open order that fits'))
    .option('--exchange <id>')
    .option('--symbol <symbol>')
    .option('--strategy <id>')
    .option('--account <id>')
    .option('--reason <text>', 'why, for the audit')
    .action(({ exchange, symbol, strategy, account, ...options }: CancelOptions) =>
      onFleet(parts, options, async (operation) =>
        (await load()).cancelAll(operation, {
          ...(exchange === undefined ? {} : { exchange }),
          ...(symbol === undefined ? {} : { symbol }),
          ...(strategy === undefined ? {} : { strategy_id: strategy }),
          ...(account === undefined ? {} : { account }),
          ...reasonOf(options),
        }),
      ),
    );
  withGateway(program.command('reconnect').description('connect to an exchange anew'))
    .argument('<exchange>', 'its id')
    .action((exchange: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).reconnect(operation, exchange)),
    );
}
