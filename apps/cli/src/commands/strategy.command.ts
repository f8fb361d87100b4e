import type { Command } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, outputOption, withGateway } from './gateway-command.js';

const load = () => import('../operations/steer.js');

interface StopFlags extends OperationOptions {
  readonly cancelOrders?: boolean;
  readonly force?: boolean;
  readonly reason?: string;
}

/** `argosy strategy …`. */
export function addStrategy(program: Command, parts: ProgramParts): void {
  const strategy = program
    .command('strategy')
    .description('load, start, stop and change strategies while the fleet runs');
  withGateway(strategy.command('list').description('every loaded strategy')).action((options: OperationOptions) =>
    onFleet(parts, options, async (operation) => (await import('../operations/look.js')).strategies(operation)),
  );
  withGateway(strategy.command('show').description('one strategy with its configuration'))
    .argument('<id>')
    .action((id: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).showStrategy(operation, id)),
    );
  withGateway(strategy.command('load').description('load a strategy; it does not start by that'))
    .argument('<file>', 'a JSON file here, or a file under the host’s configuration folder')
    .action((file: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).loadStrategy(operation, file)),
    );
  withGateway(strategy.command('start').description('start a strategy'))
    .argument('<id>')
    .action((id: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).startStrategy(operation, id)),
    );
  withGateway(strategy.command('stop').description('stop a strategy'))
    .argument('<id>')
    .option('--cancel-orders', 'cancel its open orders too')
    .option('--force', 'do not wait for it to agree')
    .option('--reason <text>', 'why, for the audit')
    .action((id: string, { cancelOrders, force, reason, ...options }: StopFlags) =>
      onFleet(parts, options, async (operation) =>
        (await load()).stopStrategy(operation, id, {
          ...(cancelOrders === undefined ? {} : { cancel_orders: cancelOrders }),
          ...(force === undefined ? {} : { force }),
          ...(reason === undefined ? {} : { reason }),
        }),
      ),
    );
  withGateway(
    strategy.command('reenable').description('let a strategy that risk stopped as a runaway ask for orders again'),
  )
    .argument('<id>')
    .argument('<reason>', 'why, for the audit')
    .action((id: string, reason: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) =>
        (await import('../operations/risk-control.js')).reenable(operation, id, reason),
      ),
    );
  withGateway(strategy.command('config').description('change a strategy’s configuration; what is not named stays'))
    .argument('<id>')
    .argument('<json>', 'e.g. {"parameters":{"spread_bps":15}}')
    .action((id: string, json: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).configureStrategy(operation, id, json)),
    );
  withGateway(strategy.command('delete').description('unload a stopped strategy'))
    .argument('<id>')
    .action((id: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).deleteStrategy(operation, id)),
    );
  strategy
    .command('validate')
    .description('check a strategy’s configuration file')
    .argument('<file>')
    .addOption(outputOption())
    .action(async (file: string, { output }: OperationOptions) => {
      const [{ validateStrategy }, shell] = await Promise.all([
        import('../operations/validate-strategy.js'),
        parts.makeShell(),
      ]);
      parts.ends(await validateStrategy(shell, file, output));
    });
}
